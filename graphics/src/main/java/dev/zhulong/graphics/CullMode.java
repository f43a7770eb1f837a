package dev.zhulong.graphics;

/** Which sides of polygons are not drawn. */
public enum CullMode {
  /** Both are drawn. */
  NONE,
  /** Front faces are not. */
  FRONT,
  /** Back faces are not. */
  BACK,
  /** No polygon is. */
  FRONT_AND_BACK
}
