package dev.zhulong.graphics;

/** What becomes of a stencil value. */
public enum StencilOp {
  /** It stays. */
  KEEP("s"),
  /** It becomes 0. */
  ZERO("0u"),
  /** It becomes the reference. */
  REPLACE("r"),
  /** It grows by one, up to 255. */
  INCREMENT_AND_CLAMP("min(s + 1u, 255u)"),
  /** It falls by one, down to 0. */
  DECREMENT_AND_CLAMP("(s == 0u ? 0u : s - 1u)"),
  /** Its bits are inverted. */
  INVERT("(~s & 255u)"),
  /** It grows by one; 0 follows 255. */
  INCREMENT_AND_WRAP("(s + 1u & 255u)"),
  /** It falls by one; 255 follows 0. */
  DECREMENT_AND_WRAP("(s - 1u & 255u)");

  private final String text;

  StencilOp(String text) {
    this.text = text;
  }

  /** The new value in GLSL, of the stored {@code s} and the reference {@code r}. */
  String glsl() {
    return text;
  }
}
