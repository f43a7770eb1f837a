package dev.zhulong.rtl.synthesis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of a module or function: blocks see those around them, the view has them all at the
 * top.
 */
final class Scope {
  private final String place;
  private final Deque<Map<String, Variable>> blocks = new ArrayDeque<>();
  private final Set<String> used = new HashSet<>();
  private final List<Variable> variables = new ArrayList<>();
  private final Scope outer;

  Scope(String place, Scope outer) {
    this.place = place;
    this.outer = outer;
    blocks.push(new HashMap<>());
  }

  String place() {
    return place;
  }

  void open() {
    blocks.push(new HashMap<>());
  }

  void close() {
    blocks.pop();
  }

  Variable declare(
      String source, String prefix, DataTypes.Shape shape, boolean vector, boolean local) {
    String name = unique(prefix + source);
    Variable variable = new Variable(name, shape, vector, local);
    blocks.peek().put(source, variable);
    variables.add(variable);
    return variable;
  }

  /** A name that nothing else of the module has. */
  String unique(String wanted) {
    String name = wanted;
    for (int i = 1; !used.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  Variable find(String source) {
    for (Map<String, Variable> block : blocks) {
      Variable variable = block.get(source);
      if (variable != null) {
        return variable;
      }
    }
    if (outer != null) {
      return outer.find(source);
    }
    throw new UnsupportedConstructException(place, "the reference to " + source);
  }

  /** All that was declared, in order. */
  List<Variable> variables() {
    return variables;
  }
}
