package dev.zhulong.fuzz.generator;

import java.util.ArrayList;
import java.util.List;

/** What can be used at a place of a function. */
final class Scope {
  /** A value. */
  record Value(int id, Kind kind) {}

  /** A variable; an array if length is not 0. */
  record Variable(int id, int storage, Kind kind, int length) {}

  private final List<Value> values = new ArrayList<>();
  final List<Variable> variables = new ArrayList<>();

  /** The invocation's number in its subgroup, where operations of subgroups may be. */
  int lane;

  void add(int id, Kind kind) {
    values.add(new Value(id, kind));
  }

  int mark() {
    return values.size();
  }

  /** Forgets what has been added behind a mark, as its block does not dominate what comes. */
  void back(int mark) {
    values.subList(mark, values.size()).clear();
  }

  List<Integer> of(Kind kind) {
    return values.stream().filter(v -> v.kind.equals(kind)).map(Value::id).toList();
  }
}
