package dev.zhulong.rtl.synthesis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Prints one module. */
final class ModulePrinter {
  private final Node module;
  private final Map<String, String> names;
  private final DataTypes types;
  private final Map<String, Node> functions = new HashMap<>();
  private final Map<String, String> functionTexts = new LinkedHashMap<>();
  private final Helpers helpers = new Helpers();
  private final Set<String> assigned = new HashSet<>();
  private final Set<String> vectors = new HashSet<>();
  private final StringBuilder body = new StringBuilder();
  private final Scope scope;
  private final Expressions expressions;

  private ModulePrinter(
      Node module, Map<String, String> names, DataTypes types, Map<String, Node> packageFunctions) {
    this.module = module;
    this.names = names;
    this.types = types;
    functions.putAll(packageFunctions);
    module.tree().filter(n -> n.is("func")).forEach(n -> functions.put(n.name(), n));
    scope = new Scope(module.attribute("origName"), null);
    expressions = new Expressions(types, scope, helpers, this::function);
  }

  /**
   * The module as Verilog.
   *
   * @param names the elaborated modules' names in the view
   */
  static String text(
      Node module, Map<String, String> names, DataTypes types, Map<String, Node> packageFunctions) {
    return new ModulePrinter(module, names, types, packageFunctions).print();
  }

  private String print() {
    // Verilog has no arrays as ports; what is connected to one is a vector, too.
    module
        .tree()
        .filter(n -> n.is("port"))
        .flatMap(n -> n.children().stream())
        .filter(n -> n.is("varref"))
        .forEach(n -> vectors.add(n.name()));
    List<Variable> inputs = new ArrayList<>();
    List<Variable> outputs = new ArrayList<>();
    for (Node variable :
        module.all("var").filter(n -> n.attributes().containsKey("dir")).toList()) {
      boolean array = types.of(variable).depth() > 0;
      Variable port = scope.declare(variable.name(), "", types.of(variable), array, false);
      (variable.attribute("dir").equals("input") ? inputs : outputs).add(port);
    }
    items(module, "");
    StringBuilder text = new StringBuilder("module ");
    text.append(names.get(module.name())).append(" (\n");
    List<String> ports = new ArrayList<>();
    inputs.forEach(port -> ports.add("  input " + port.range() + port.name()));
    outputs.forEach(
        port ->
            ports.add(
                "  output "
                    + (assigned.contains(port.name()) ? "reg " : "")
                    + port.range()
                    + port.name()));
    text.append(String.join(",\n", ports)).append("\n);\n");
    for (Variable variable : scope.variables()) {
      if (!inputs.contains(variable) && !outputs.contains(variable)) {
        declare(variable, text);
      }
    }
    functionTexts.values().forEach(text::append);
    return text.append(helpers.text()).append(body).append("endmodule\n").toString();
  }

  private void declare(Variable variable, StringBuilder text) {
    text.append("  ");
    if (variable.local()) {
      // Written before it is read, so it is no storage.
      text.append("(* nosync *) ");
    }
    text.append(
            assigned.contains(variable.name()) || variable.local() || variable.memory()
                ? "reg "
                : "wire ")
        .append(variable.range())
        .append(variable.declarator())
        .append(";\n");
  }

  private void items(Node parent, String prefix) {
    for (Node item : parent.children()) {
      if (item.is("var")
          && !item.attributes().containsKey("dir")
          && !item.attributes().containsKey("param")
          && !item.attributes().containsKey("localparam")) {
        boolean vector = types.of(item).depth() > 0 && vectors.contains(item.name());
        scope.declare(item.name(), prefix, types.of(item), vector, false);
      }
    }
    for (Node item : parent.children()) {
      switch (item.tag()) {
        case "contassign" -> assign(item);
        case "initial" -> item.children().forEach(this::assign);
        case "always" -> always(item);
        case "instance" -> instance(item, prefix);
        case "begin" -> {
          scope.open();
          items(item, prefix + item.name().replaceAll("[^A-Za-z0-9]+", "_") + "_");
          scope.close();
        }
        case "var", "typedef", "func" -> {}
        default -> throw new UnsupportedConstructException(scope.place(), "the item " + item.tag());
      }
    }
  }

  private void assign(Node item) {
    body.append("  assign ")
        .append(expressions.text(item.child(1)))
        .append(" = ")
        .append(expressions.text(item.child(0)))
        .append(";\n");
  }

  private void always(Node item) {
    String events =
        item.all("sentree")
            .flatMap(tree -> tree.all("senitem"))
            .map(ModulePrinter::event)
            .collect(Collectors.joining(" or "));
    body.append("  always @")
        .append(events.isEmpty() ? "*" : "(" + events + ")")
        .append(" begin\n");
    scope.open();
    new Statements(types, scope, expressions, assigned, body)
        .print(item.children().stream().filter(Returns::isStatement).toList(), "    ");
    scope.close();
    body.append("  end\n");
  }

  private static String event(Node item) {
    return switch (item.attribute("edgeType")) {
      case "POS" -> "posedge " + item.child(0).name();
      case "NEG" -> "negedge " + item.child(0).name();
      default ->
          throw new UnsupportedConstructException(
              "an always block", "the event " + item.attribute("edgeType"));
    };
  }

  private void instance(Node item, String prefix) {
    body.append("  ")
        .append(names.get(item.attribute("defName")))
        .append(" ")
        .append(scope.unique(prefix + item.name()))
        .append(" (\n");
    body.append(
        item.all("port")
            .map(
                port ->
                    "    ."
                        + port.name()
                        + "("
                        + (port.children().isEmpty() ? "" : expressions.text(port.child(0)))
                        + ")")
            .collect(Collectors.joining(",\n")));
    body.append("\n  );\n");
  }

  /** Prints a function when it is called first. */
  private String function(String name) {
    Node function = functions.get(name);
    if (function == null) {
      throw new UnsupportedConstructException(scope.place(), "the call of " + name);
    }
    if (!functionTexts.containsKey(name)) {
      functionTexts.put(name, "");
      functionTexts.put(name, functionText(function));
    }
    return name;
  }

  private String functionText(Node function) {
    String place = module.attribute("origName") + "." + function.name();
    Scope inside = new Scope(place, scope);
    List<Node> statements = new ArrayList<>();
    StringBuilder text = new StringBuilder("  function automatic ");
    StringBuilder inputs = new StringBuilder();
    Set<Variable> formals = new HashSet<>();
    for (Node child : function.children()) {
      if (!child.is("var") || !child.attributes().containsKey("dir")) {
        statements.add(child);
        continue;
      }
      Variable variable = inside.declare(child.name(), "", types.of(child), false, true);
      formals.add(variable);
      if (child.name().equals(function.name())) {
        text.append(variable.range()).append(child.name()).append(";\n");
      } else if (child.attribute("dir").equals("input")) {
        inputs.append("    input ").append(variable.range()).append(variable.name()).append(";\n");
      } else {
        throw new UnsupportedConstructException(place, "an output argument");
      }
    }
    StringBuilder code = new StringBuilder();
    Expressions inner = new Expressions(types, inside, helpers, this::function);
    new Statements(types, inside, inner, new HashSet<>(), code)
        .print(Returns.remove(statements, place), "      ");
    text.append(inputs);
    for (Variable variable : inside.variables()) {
      if (!formals.contains(variable)) {
        text.append("    reg ")
            .append(variable.range())
            .append(variable.declarator())
            .append(";\n");
      }
    }
    return text.append("    begin\n").append(code).append("    end\n  endfunction\n").toString();
  }
}
