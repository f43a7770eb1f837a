package dev.zhulong.graphics;

/** How the two colours are put together. */
public enum BlendOp {
  /** Sum. */
  ADD,
  /** New minus stored. */
  SUBTRACT,
  /** Stored minus new. */
  REVERSE_SUBTRACT,
  /** The smaller, without factors. */
  MIN,
  /** The larger, without factors. */
  MAX;

  /** In GLSL, of {@code s} and {@code d} with their factors. */
  String glsl(BlendFactor source, BlendFactor destination) {
    String a = "s * " + source.glsl();
    String b = "d * " + destination.glsl();
    return switch (this) {
      case ADD -> a + " + " + b;
      case SUBTRACT -> a + " - " + b;
      case REVERSE_SUBTRACT -> b + " - " + a;
      case MIN -> "min(s, d)";
      case MAX -> "max(s, d)";
    };
  }
}
