package dev.zhulong.rtl.synthesis;

import java.util.HashMap;
import java.util.Map;

/** The widths of the design's data types. */
final class DataTypes {
  /**
   * The form of a type.
   *
   * @param width bits of an element
   * @param depth elements of an unpacked array, 0 for what is none
   */
  record Shape(int width, int depth) {}

  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();

  DataTypes(Node netlist) {
    netlist
        .tree()
        .filter(node -> node.is("typetable"))
        .flatMap(Node::tree)
        .filter(node -> node.attributes().containsKey("id"))
        .forEach(node -> nodes.put(node.attribute("id"), node));
  }

  /** The form of the type that a variable or an expression has. */
  Shape of(Node typed) {
    return shape(typed.attribute("dtype_id"));
  }

  /** Bits of an expression. */
  int width(Node expression) {
    return of(expression).width();
  }

  private Shape shape(String id) {
    Shape known = shapes.get(id);
    if (known == null) {
      Node node = nodes.get(id);
      if (node == null) {
        throw new UnsupportedConstructException("type " + id, "a type that is not in the table");
      }
      known = compute(node);
      shapes.put(id, known);
    }
    return known;
  }

  private Shape compute(Node type) {
    return switch (type.tag()) {
      case "basicdtype" -> new Shape(basicWidth(type), 0);
      case "refdtype", "enumdtype", "memberdtype" -> shape(type.attribute("sub_dtype_id"));
      case "structdtype" ->
          new Shape(
              type.all("memberdtype")
                  .mapToInt(m -> shape(m.attribute("sub_dtype_id")).width())
                  .sum(),
              0);
      case "packarraydtype" ->
          new Shape(shape(type.attribute("sub_dtype_id")).width() * length(type), 0);
      case "unpackarraydtype" -> {
        Shape element = shape(type.attribute("sub_dtype_id"));
        if (element.depth() != 0) {
          throw new UnsupportedConstructException(
              "type " + type.attribute("id"), "an unpacked array of unpacked arrays");
        }
        yield new Shape(element.width(), length(type));
      }
      default -> throw new UnsupportedConstructException("a type", type.tag());
    };
  }

  private static int basicWidth(Node type) {
    if (type.attributes().containsKey("left")) {
      int left = Integer.parseInt(type.attribute("left"));
      int right = Integer.parseInt(type.attribute("right"));
      return Math.abs(left - right) + 1;
    }
    return switch (type.name()) {
      case "logic", "bit" -> 1;
      case "int", "integer" -> 32;
      default -> throw new UnsupportedConstructException("a type", type.name());
    };
  }

  private static int length(Node array) {
    Node range = array.child(0);
    int left = Constant.of(range.child(0), "an array").intValue();
    int right = Constant.of(range.child(1), "an array").intValue();
    return Math.abs(left - right) + 1;
  }
}
