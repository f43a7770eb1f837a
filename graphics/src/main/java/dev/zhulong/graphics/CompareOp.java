package dev.zhulong.graphics;

/** A comparison of a new value with the one that is stored. */
public enum CompareOp {
  /** Never holds. */
  NEVER("false"),
  /** New below stored. */
  LESS("<"),
  /** Both equal. */
  EQUAL("=="),
  /** New not above stored. */
  LESS_OR_EQUAL("<="),
  /** New above stored. */
  GREATER(">"),
  /** Both different. */
  NOT_EQUAL("!="),
  /** New not below stored. */
  GREATER_OR_EQUAL(">="),
  /** Always holds. */
  ALWAYS("true");

  private final String text;

  CompareOp(String text) {
    this.text = text;
  }

  /** The comparison of two expressions in GLSL. */
  String glsl(String fresh, String stored) {
    return switch (this) {
      case NEVER, ALWAYS -> text;
      default -> "(" + fresh + " " + text + " " + stored + ")";
    };
  }
}
