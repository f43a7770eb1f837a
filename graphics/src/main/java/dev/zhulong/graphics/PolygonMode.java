package dev.zhulong.graphics;

/** What is drawn of polygons. */
public enum PolygonMode {
  /** Their area. */
  FILL,
  /** Their edges. */
  LINE,
  /** Their corners. */
  POINT
}
