package dev.zhulong.graphics;

/**
 * How a fragment's colour is blended with the stored one.
 *
 * @param sourceColor factor of the new colour
 * @param destinationColor factor of the stored colour
 * @param colorOp what joins them
 * @param sourceAlpha factor of the new alpha
 * @param destinationAlpha factor of the stored alpha
 * @param alphaOp what joins them
 */
public record BlendState(
    BlendFactor sourceColor,
    BlendFactor destinationColor,
    BlendOp colorOp,
    BlendFactor sourceAlpha,
    BlendFactor destinationAlpha,
    BlendOp alphaOp) {
  /** New and stored colours added. */
  public static final BlendState ADD =
      new BlendState(
          BlendFactor.ONE,
          BlendFactor.ONE,
          BlendOp.ADD,
          BlendFactor.ONE,
          BlendFactor.ONE,
          BlendOp.ADD);

  /** The new colour over the stored one by its alpha. */
  public static final BlendState OVER =
      new BlendState(
          BlendFactor.SRC_ALPHA,
          BlendFactor.ONE_MINUS_SRC_ALPHA,
          BlendOp.ADD,
          BlendFactor.ONE,
          BlendFactor.ONE_MINUS_SRC_ALPHA,
          BlendOp.ADD);

  boolean usesSecondSource() {
    return sourceColor.usesSecondSource()
        || destinationColor.usesSecondSource()
        || sourceAlpha.usesSecondSource()
        || destinationAlpha.usesSecondSource();
  }
}
