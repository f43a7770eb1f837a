package dev.zhulong.graphics;

/**
 * The stencil test of one side of polygons.
 *
 * @param fail what becomes of the value where the stencil test fails
 * @param pass where both tests pass
 * @param depthFail where the depth test fails
 * @param compare reference against value, both under the compare mask
 * @param compareMask bits that are compared
 * @param writeMask bits that may change
 * @param reference the reference value, 0 to 255
 */
public record StencilFace(
    StencilOp fail,
    StencilOp pass,
    StencilOp depthFail,
    CompareOp compare,
    int compareMask,
    int writeMask,
    int reference) {
  /** Passes, changes nothing. */
  public static final StencilFace KEEP =
      new StencilFace(
          StencilOp.KEEP, StencilOp.KEEP, StencilOp.KEEP, CompareOp.ALWAYS, 255, 255, 0);
}
