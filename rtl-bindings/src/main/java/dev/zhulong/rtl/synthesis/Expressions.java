package dev.zhulong.rtl.synthesis;

import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints expressions; each has the width of its type also where Verilog looks at it alone. */
final class Expressions {
  private final DataTypes types;
  private final Scope scope;
  private final Helpers helpers;
  private final Function<String, String> functions;

  /**
   * @param functions the name in the module of a function that is called
   */
  Expressions(DataTypes types, Scope scope, Helpers helpers, Function<String, String> functions) {
    this.types = types;
    this.scope = scope;
    this.helpers = helpers;
    this.functions = functions;
  }

  String text(Node node) {
    return switch (node.tag()) {
      case "const" -> Constant.of(node, scope.place()).text();
      case "varref" -> scope.find(node.name()).name();
      case "sel", "arraysel" -> select(node);
      case "add" -> binary(node, "+");
      case "sub" -> binary(node, "-");
      case "mul", "muls" -> binary(node, "*");
      case "div" -> binary(node, "/");
      case "moddiv" -> binary(node, "%");
      case "and" -> binary(node, "&");
      case "or" -> binary(node, "|");
      case "xor" -> binary(node, "^");
      // A constant with wildcards is refused, so that nothing is left that == does not compare.
      case "eq", "eqwild" -> binary(node, "==");
      case "neq", "neqwild" -> binary(node, "!=");
      case "lt" -> binary(node, "<");
      case "lte" -> binary(node, "<=");
      case "gt" -> binary(node, ">");
      case "gte" -> binary(node, ">=");
      case "lts" -> signed(node, "<");
      case "ltes" -> signed(node, "<=");
      case "gts" -> signed(node, ">");
      case "gtes" -> signed(node, ">=");
      case "shiftl" -> binary(node, "<<");
      case "shiftr" -> binary(node, ">>");
      case "shiftrs" ->
          "$unsigned($signed(" + text(node.child(0)) + ") >>> " + text(node.child(1)) + ")";
      case "not" -> "(~" + text(node.child(0)) + ")";
      case "negate" -> "(-" + text(node.child(0)) + ")";
      case "redor" -> "(|" + text(node.child(0)) + ")";
      case "redand" -> "(&" + text(node.child(0)) + ")";
      case "redxor" -> "(^" + text(node.child(0)) + ")";
      case "cond" ->
          "("
              + text(node.child(0))
              + " ? "
              + text(node.child(1))
              + " : "
              + text(node.child(2))
              + ")";
      case "concat" -> "{" + text(node.child(0)) + ", " + text(node.child(1)) + "}";
      case "replicate" ->
          "{"
              + Constant.of(node.child(1), scope.place()).intValue()
              + "{"
              + text(node.child(0))
              + "}}";
      case "extend" -> extend(text(node.child(0)), types.width(node.child(0)), types.width(node));
      case "countones" ->
          helpers.ones(text(node.child(0)), types.width(node.child(0)), types.width(node));
      case "funcref" ->
          node.all("arg")
              .map(argument -> text(argument.child(0)))
              .collect(Collectors.joining(", ", functions.apply(node.name()) + "(", ")"));
      default ->
          throw new UnsupportedConstructException(scope.place(), "the operator " + node.tag());
    };
  }

  private static String extend(String value, int from, int to) {
    return from == to ? value : "{" + (to - from) + "'h0, " + value + "}";
  }

  private String binary(Node node, String operator) {
    return "(" + text(node.child(0)) + " " + operator + " " + text(node.child(1)) + ")";
  }

  private String signed(Node node, String operator) {
    return "($signed("
        + text(node.child(0))
        + ") "
        + operator
        + " $signed("
        + text(node.child(1))
        + "))";
  }

  /** The variable that an assignment's left side, or a select, is of; null for another value. */
  Variable base(Node node) {
    return switch (node.tag()) {
      case "varref" -> scope.find(node.name());
      case "sel", "arraysel" -> base(node.child(0));
      default -> null;
    };
  }

  /** A place in a vector: a constant and the sum of terms of 32 bits that are not constant. */
  private record Place(String element, String terms, int constant) {
    Place plus(String term) {
      return new Place(element, terms.isEmpty() ? term : terms + " + " + term, constant);
    }

    Place plus(int more) {
      return new Place(element, terms, constant + more);
    }

    String text() {
      if (terms.isEmpty()) {
        return Integer.toString(constant);
      }
      return constant == 0 ? terms : terms + " + 32'd" + constant;
    }
  }

  private String select(Node node) {
    int width = types.width(node);
    Node from = root(node);
    Variable variable = base(from);
    if (variable == null) {
      if (!node.child(0).equals(from)) {
        return sliceOf(text(node.child(0)), node);
      }
      return sliceOf(text(from), node);
    }
    Place place = place(node, variable);
    int whole = variable.shape().width() * (variable.vector() ? variable.shape().depth() : 1);
    if (width == whole) {
      return place.element();
    }
    if (place.terms().isEmpty()) {
      int lsb = place.constant();
      return place.element()
          + (width == 1 ? "[" + lsb + "]" : "[" + (lsb + width - 1) + ":" + lsb + "]");
    }
    return place.element()
        + (width == 1 ? "[" + place.text() + "]" : "[" + place.text() + " +: " + width + "]");
  }

  private String sliceOf(String value, Node select) {
    int from = types.width(select.child(0));
    int width = types.width(select);
    Node lsb = select.child(1);
    if (from == width) {
      return value;
    }
    if (lsb.is("const")) {
      int start = Constant.of(lsb, scope.place()).intValue();
      return helpers.slice(value, from, start, width);
    }
    return helpers.pick(value, from, extend(text(lsb), types.width(lsb), 32), width);
  }

  private static Node root(Node node) {
    Node from = node;
    while (from.is("sel") || from.is("arraysel")) {
      from = from.child(0);
    }
    return from;
  }

  private Place place(Node node, Variable variable) {
    if (node.is("varref")) {
      return new Place(variable.name(), "", 0);
    }
    Place place = place(node.child(0), variable);
    Node index = node.child(1);
    if (node.is("arraysel") && !variable.vector()) {
      return new Place(place.element() + "[" + text(index) + "]", "", 0);
    }
    int stride = node.is("arraysel") ? variable.shape().width() : 1;
    if (index.is("const")) {
      return place.plus(Constant.of(index, scope.place()).intValue() * stride);
    }
    String term = extend(text(index), types.width(index), 32);
    return place.plus(stride == 1 ? term : "(" + term + " * 32'd" + stride + ")");
  }
}
