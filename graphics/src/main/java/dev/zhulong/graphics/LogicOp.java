package dev.zhulong.graphics;

/** An operation on the bits of the new colour {@code s} and the stored one {@code d}. */
public enum LogicOp {
  /** Zeros. */
  CLEAR("0u"),
  /** Both. */
  AND("s & d"),
  /** New and not stored. */
  AND_REVERSE("s & ~d"),
  /** New. */
  COPY("s"),
  /** Stored and not new. */
  AND_INVERTED("~s & d"),
  /** Stored. */
  NO_OP("d"),
  /** Either but not both. */
  XOR("s ^ d"),
  /** Either. */
  OR("s | d"),
  /** Neither. */
  NOR("~(s | d)"),
  /** Both or neither. */
  EQUIVALENT("~(s ^ d)"),
  /** Not stored. */
  INVERT("~d"),
  /** New or not stored. */
  OR_REVERSE("s | ~d"),
  /** Not new. */
  COPY_INVERTED("~s"),
  /** Stored or not new. */
  OR_INVERTED("~s | d"),
  /** Not both. */
  NAND("~(s & d)"),
  /** Ones. */
  SET("~0u");

  private final String text;

  LogicOp(String text) {
    this.text = text;
  }

  String glsl() {
    return text;
  }
}
