package dev.zhulong.rtl.synthesis;

/**
 * A variable of the source and its name in the view.
 *
 * @param name unique in its module or function
 * @param shape its bits and elements
 * @param vector whether it is an array that the view keeps in one vector, as ports are
 * @param local whether it belongs to a block of statements, and so is no storage
 */
record Variable(String name, DataTypes.Shape shape, boolean vector, boolean local) {

  boolean memory() {
    return shape.depth() > 0 && !vector;
  }

  /** Its range as in {@code [7:0] }, empty for one bit. */
  String range() {
    return range(vector ? shape.width() * shape.depth() : shape.width());
  }

  static String range(int width) {
    return width == 1 ? "" : "[" + (width - 1) + ":0] ";
  }

  /** As a declaration's name, with the elements of a memory. */
  String declarator() {
    return memory() ? name + " [0:" + (shape.depth() - 1) + "]" : name;
  }
}
