package dev.zhulong.firmware.asm;

/**
 * A piece of a source.
 *
 * @param text as written; for strings, what they stand for
 * @param value of numbers and characters
 * @param line from 1
 * @param column from 1
 */
record Token(Kind kind, String text, long value, int line, int column) {
  enum Kind {
    /** A name, or a reference such as {@code 1f}. */
    NAME,
    NUMBER,
    /** A decimal fraction; only data directives take it. */
    FRACTION,
    STRING,
    PUNCTUATION,
    /** End of a statement. */
    END
  }

  boolean is(String punctuation) {
    return kind == Kind.PUNCTUATION && text.equals(punctuation);
  }

  /** How messages quote it. */
  String quoted() {
    return kind == Kind.END ? "the end of the statement" : "'" + text + "'";
  }
}
