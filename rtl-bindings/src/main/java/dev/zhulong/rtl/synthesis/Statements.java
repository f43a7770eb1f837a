package dev.zhulong.rtl.synthesis;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Prints the statements of always blocks and functions. */
final class Statements {
  private final DataTypes types;
  private final Scope scope;
  private final Expressions expressions;
  private final Set<String> assigned;
  private final StringBuilder out;

  /**
   * @param assigned takes the names of the variables that statements write
   */
  Statements(
      DataTypes types,
      Scope scope,
      Expressions expressions,
      Set<String> assigned,
      StringBuilder out) {
    this.types = types;
    this.scope = scope;
    this.expressions = expressions;
    this.assigned = assigned;
    this.out = out;
  }

  void print(List<Node> statements, String indent) {
    for (int i = 0; i < statements.size(); i++) {
      Node statement = statements.get(i);
      if (i + 1 < statements.size() && statements.get(i + 1).is("while")) {
        loop(statement, statements.get(i + 1), indent);
        i++;
      } else {
        print(statement, indent);
      }
    }
  }

  private void print(Node node, String indent) {
    switch (node.tag()) {
      case "var" -> scope.declare(node.name(), "", types.of(node), false, true);
      case "assign" -> out.append(indent).append(assignment(node, " = ")).append(";\n");
      case "assigndly" -> out.append(indent).append(assignment(node, " <= ")).append(";\n");
      case "begin" -> {
        out.append(indent).append("begin\n");
        block(node.children(), indent);
        out.append(indent).append("end\n");
      }
      case "if" -> {
        out.append(indent)
            .append("if (")
            .append(expressions.text(node.child(0)))
            .append(") begin\n");
        block(node.child(1).children(), indent);
        if (node.children().size() > 2) {
          out.append(indent).append("end else begin\n");
          block(node.child(2).children(), indent);
        }
        out.append(indent).append("end\n");
      }
      case "case" -> choice(node, indent);
      default ->
          throw new UnsupportedConstructException(scope.place(), "the statement " + node.tag());
    }
  }

  private void block(List<Node> statements, String indent) {
    scope.open();
    print(statements, indent + "  ");
    scope.close();
  }

  String assignment(Node node, String operator) {
    noteTarget(node.child(1));
    return expressions.text(node.child(1)) + operator + expressions.text(node.child(0));
  }

  private void noteTarget(Node target) {
    if (target.is("concat")) {
      target.children().forEach(this::noteTarget);
      return;
    }
    Variable variable = expressions.base(target);
    if (variable == null) {
      throw new UnsupportedConstructException(scope.place(), "an assignment to a " + target.tag());
    }
    assigned.add(variable.name());
  }

  private void loop(Node start, Node loop, String indent) {
    List<Node> step = loop.child(3).children();
    if (!start.is("assign")
        || step.size() != 1
        || !step.get(0).is("assign")
        || !start.last().is("varref")
        || !start.last().name().equals(step.get(0).last().name())) {
      throw new UnsupportedConstructException(
          scope.place(), "a loop that is no for loop over one variable");
    }
    out.append(indent)
        .append("for (")
        .append(assignment(start, " = "))
        .append("; ")
        .append(expressions.text(loop.child(1).child(0)))
        .append("; ")
        .append(assignment(step.get(0), " = "))
        .append(") begin\n");
    block(loop.child(2).children(), indent);
    out.append(indent).append("end\n");
  }

  /** A chain of conditions where an item is a range, else a case statement. */
  private void choice(Node node, String indent) {
    boolean ranges = node.tree().anyMatch(n -> n.is("insiderange"));
    String value = expressions.text(node.child(0));
    List<Node> items = node.all("caseitem").filter(item -> !conditions(item).isEmpty()).toList();
    List<Node> others = node.all("caseitem").filter(item -> conditions(item).isEmpty()).toList();
    if (!ranges) {
      out.append(indent).append("case (").append(value).append(")\n");
    }
    String separator = indent;
    for (Node item : items) {
      if (ranges) {
        out.append(separator)
            .append("if (")
            .append(
                conditions(item).stream()
                    .map(condition -> matches(value, condition))
                    .collect(Collectors.joining(" || ")))
            .append(") begin\n");
        separator = indent + "end else ";
      } else {
        out.append(indent)
            .append("  ")
            .append(
                conditions(item).stream().map(expressions::text).collect(Collectors.joining(", ")))
            .append(": begin\n");
      }
      item(item, ranges, indent);
    }
    for (Node item : others) {
      out.append(ranges ? separator + "begin\n" : indent + "  default: begin\n");
      item(item, ranges, indent);
    }
    out.append(indent).append(ranges ? "end\n" : "endcase\n");
  }

  private void item(Node item, boolean ranges, String indent) {
    block(item.children().stream().filter(Returns::isStatement).toList(), indent + "  ");
    if (!ranges) {
      out.append(indent).append("  end\n");
    }
  }

  private static List<Node> conditions(Node item) {
    return item.children().stream().filter(node -> !Returns.isStatement(node)).toList();
  }

  private String matches(String value, Node condition) {
    if (!condition.is("insiderange")) {
      return value + " == " + expressions.text(condition);
    }
    return "("
        + value
        + " >= "
        + expressions.text(condition.child(0))
        + " && "
        + value
        + " <= "
        + expressions.text(condition.child(1))
        + ")";
  }
}
