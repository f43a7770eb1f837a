package dev.zhulong.rtl.synthesis;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes the return statements out of a function: what follows a statement that may return moves
 * into those of its branches that do not.
 */
final class Returns {
  private final String place;

  private Returns(String place) {
    this.place = place;
  }

  /** The statements without jumps. */
  static List<Node> remove(List<Node> statements, String place) {
    return new Returns(place).rewrite(statements);
  }

  private List<Node> rewrite(List<Node> statements) {
    List<Node> result = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      Node statement = statements.get(i);
      List<Node> rest = statements.subList(i + 1, statements.size());
      switch (statement.tag()) {
        case "jumpgo" -> {
          return result;
        }
        case "jumpblock", "begin" -> {
          if (statement.is("jumpblock") && !rest.stream().allMatch(n -> n.is("jumplabel"))) {
            throw new UnsupportedConstructException(place, "break and continue");
          }
          if (returns(statement) || statement.is("jumpblock")) {
            result.add(block(statement, join(statement.children(), rest)));
            return result;
          }
          result.add(statement);
        }
        case "if", "case" -> {
          if (returns(statement)) {
            result.add(branches(statement, rest));
            return result;
          }
          result.add(statement);
        }
        case "while" -> {
          if (returns(statement)) {
            throw new UnsupportedConstructException(place, "a return inside a loop");
          }
          result.add(statement);
        }
        case "jumplabel" -> {}
        default -> result.add(statement);
      }
    }
    return result;
  }

  private Node branches(Node statement, List<Node> rest) {
    List<Node> children = new ArrayList<>();
    if (statement.is("if")) {
      children.add(statement.child(0));
      children.add(branch(statement.child(1), rest));
      boolean hasElse = statement.children().size() > 2;
      children.add(branch(hasElse ? statement.child(2) : Node.block(List.of()), rest));
      return statement.with(children);
    }
    boolean hasDefault = false;
    for (Node child : statement.children()) {
      if (child.is("caseitem")) {
        List<Node> conditions = child.children().stream().filter(n -> !isStatement(n)).toList();
        List<Node> body = child.children().stream().filter(Returns::isStatement).toList();
        hasDefault |= conditions.isEmpty();
        children.add(child.with(join(conditions, rewrite(join(body, rest)))));
      } else {
        children.add(child);
      }
    }
    if (!hasDefault && !rest.isEmpty()) {
      children.add(new Node("caseitem", statement.attributes(), rewrite(rest)));
    }
    return statement.with(children);
  }

  private Node branch(Node block, List<Node> rest) {
    return block.with(rewrite(join(block.children(), rest)));
  }

  private Node block(Node statement, List<Node> statements) {
    return new Node("begin", statement.attributes(), rewrite(statements));
  }

  private static List<Node> join(List<Node> first, List<Node> second) {
    List<Node> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static boolean returns(Node statement) {
    return statement.tree().anyMatch(node -> node.is("jumpgo"));
  }

  /** Whether a node is a statement, not an expression. */
  static boolean isStatement(Node node) {
    return switch (node.tag()) {
      case "assign",
          "assigndly",
          "begin",
          "case",
          "if",
          "jumpblock",
          "jumpgo",
          "jumplabel",
          "var",
          "while" ->
          true;
      default -> false;
    };
  }
}
