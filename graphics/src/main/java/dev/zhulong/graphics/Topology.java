package dev.zhulong.graphics;

/** How vertices become primitives. Vulkan specification, Primitive Topologies. */
public enum Topology {
  /** A point each. */
  POINT_LIST(1),
  /** A line of each two. */
  LINE_LIST(2),
  /** A line from each to the next. */
  LINE_STRIP(2),
  /** A triangle of each three. */
  TRIANGLE_LIST(3),
  /** A triangle of each and the two after it. */
  TRIANGLE_STRIP(3),
  /** A triangle of each two neighbours and the first. */
  TRIANGLE_FAN(3);

  private final int corners;

  Topology(int corners) {
    this.corners = corners;
  }

  /** Vertices of a primitive. */
  int corners() {
    return corners;
  }

  /** Whether primitives share vertices. */
  boolean isStrip() {
    return this == LINE_STRIP || this == TRIANGLE_STRIP || this == TRIANGLE_FAN;
  }

  /** Primitives of so many vertices; where an index can restart them, each vertex may begin one. */
  int primitives(int vertices, boolean restart) {
    return isStrip() || restart ? Math.max(0, vertices - corners + 1) : vertices / corners;
  }
}
