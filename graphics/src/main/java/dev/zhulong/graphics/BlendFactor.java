package dev.zhulong.graphics;

/** What a colour is multiplied by before it is blended; alpha has its own of each. */
public enum BlendFactor {
  /** 0. */
  ZERO("vec4(0)"),
  /** 1. */
  ONE("vec4(1)"),
  /** The fragment's colour. */
  SRC_COLOR("s"),
  /** One minus that. */
  ONE_MINUS_SRC_COLOR("(1.0 - s)"),
  /** The stored colour. */
  DST_COLOR("d"),
  /** One minus that. */
  ONE_MINUS_DST_COLOR("(1.0 - d)"),
  /** The fragment's alpha. */
  SRC_ALPHA("s.aaaa"),
  /** One minus that. */
  ONE_MINUS_SRC_ALPHA("(1.0 - s.aaaa)"),
  /** The stored alpha. */
  DST_ALPHA("d.aaaa"),
  /** One minus that. */
  ONE_MINUS_DST_ALPHA("(1.0 - d.aaaa)"),
  /** The pass's constant. */
  CONSTANT_COLOR("k"),
  /** One minus that. */
  ONE_MINUS_CONSTANT_COLOR("(1.0 - k)"),
  /** The constant's alpha. */
  CONSTANT_ALPHA("k.aaaa"),
  /** One minus that. */
  ONE_MINUS_CONSTANT_ALPHA("(1.0 - k.aaaa)"),
  /** The smaller of the fragment's alpha and one minus the stored; 1 for alpha. */
  SRC_ALPHA_SATURATE("vec4(vec3(min(s.a, 1.0 - d.a)), 1.0)"),
  /** The fragment's second colour. */
  SRC1_COLOR("t"),
  /** One minus that. */
  ONE_MINUS_SRC1_COLOR("(1.0 - t)"),
  /** The second colour's alpha. */
  SRC1_ALPHA("t.aaaa"),
  /** One minus that. */
  ONE_MINUS_SRC1_ALPHA("(1.0 - t.aaaa)");

  private final String text;

  BlendFactor(String text) {
    this.text = text;
  }

  /** In GLSL, of colours {@code s}, {@code d}, {@code t} and the constant {@code k}. */
  String glsl() {
    return text;
  }

  boolean usesSecondSource() {
    return ordinal() >= SRC1_COLOR.ordinal();
  }
}
