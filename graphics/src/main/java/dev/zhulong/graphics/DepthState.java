package dev.zhulong.graphics;

/**
 * What is tested and written of depth and stencil.
 *
 * @param format format of the attachment
 * @param test whether depth is compared
 * @param write whether depth that passes is written; only with the test
 * @param compare new against stored
 * @param clamp whether depth beyond the viewport's range is brought into it instead of clipped
 * @param bias constant bias in the format's smallest steps
 * @param slopeBias bias by the steepest slope
 * @param biasClamp limit of the bias, or 0
 * @param bounds whether the stored depth must lie between two limits
 * @param least the lower limit
 * @param most the upper limit
 * @param stencil whether stencil is compared and written
 * @param front stencil of front faces
 * @param back stencil of back faces
 */
public record DepthState(
    DepthFormat format,
    boolean test,
    boolean write,
    CompareOp compare,
    boolean clamp,
    float bias,
    float slopeBias,
    float biasClamp,
    boolean bounds,
    float least,
    float most,
    boolean stencil,
    StencilFace front,
    StencilFace back) {
  /** A depth test with writing. */
  public static DepthState of(DepthFormat format, CompareOp compare) {
    return new DepthState(
        format,
        true,
        true,
        compare,
        false,
        0,
        0,
        0,
        false,
        0,
        1,
        false,
        StencilFace.KEEP,
        StencilFace.KEEP);
  }

  /** Whether a draw can change the attachment. */
  boolean changes() {
    return test && write || stencil;
  }

  /** The same with stencil. */
  public DepthState withStencil(StencilFace newFront, StencilFace newBack) {
    return new DepthState(
        format, test, write, compare, clamp, bias, slopeBias, biasClamp, bounds, least, most, true,
        newFront, newBack);
  }
}
