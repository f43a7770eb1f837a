package dev.zhulong.firmware.asm;

/**
 * A word of a statement.
 *
 * @param text as written; for strings the bytes as characters, without quotes
 * @param value of numbers and character constants
 * @param column from 1
 */
record Token(Kind kind, String text, long value, int column) {
  /** What a token is. */
  enum Kind {
    NAME,
    NUMBER,
    /** A reference to a numeric label, as {@code 1f}. */
    LOCAL,
    STRING,
    SIGN,
    END
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }
}
