package dev.zhulong.precision;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;

/** A {@link MeasuredFunction} in the making. */
final class Entry {
  private static final String[] OPERANDS = {" %a", " %b", " %c"};

  private final FunctionSet set;
  private final String name;
  private String domain = "";
  private List<Range> ranges = List.of();
  private List<ValueKind> parameters;
  private List<ValueKind> results = List.of(ValueKind.FLOAT);
  private String body;
  private Predicate<double[]> accepted = _ -> true;
  private Exact exact;

  private Entry(FunctionSet set, String name) {
    this.set = set;
    this.name = name;
  }

  static Entry of(FunctionSet set, String name) {
    return new Entry(set, name);
  }

  /** The arguments: floats if nothing else is said, each with a range. */
  Entry over(String text, Range... each) {
    domain = text;
    ranges = List.of(each);
    return this;
  }

  /**
   * Types of the arguments; a vector's or matrix's components share the range of its place, or have
   * one each.
   */
  Entry takes(ValueKind... types) {
    parameters = List.of(types);
    return this;
  }

  Entry gives(ValueKind... types) {
    results = List.of(types);
    return this;
  }

  Entry where(Predicate<double[]> test) {
    accepted = test;
    return this;
  }

  /** Instructions in place of the one of the set that has the function's name. */
  Entry body(String instructions) {
    body = instructions;
    return this;
  }

  Entry computes(Exact function) {
    exact = function;
    return this;
  }

  Entry exact(DoubleUnaryOperator function) {
    exact = (x, made) -> made[0] = function.applyAsDouble(x[0]);
    return this;
  }

  Entry exact(DoubleBinaryOperator function) {
    exact = (x, made) -> made[0] = function.applyAsDouble(x[0], x[1]);
    return this;
  }

  MeasuredFunction limit(Limit... limits) {
    List<ValueKind> types = parameters;
    if (types == null) {
      types = ranges.stream().map(_ -> ValueKind.FLOAT).toList();
    }
    int words = types.stream().mapToInt(ValueKind::words).sum();
    List<Range> components = new ArrayList<>();
    for (int n = 0; n < types.size(); n++) {
      for (int k = 0; k < types.get(n).words(); k++) {
        int place = ranges.size() == words ? components.size() : Math.min(n, ranges.size() - 1);
        components.add(ranges.get(place));
      }
    }
    return new MeasuredFunction(
        set,
        name,
        domain,
        types,
        results,
        body == null ? standardBody(types) : body,
        components,
        accepted,
        exact,
        List.of(limits));
  }

  private String standardBody(List<ValueKind> types) {
    StringBuilder text = new StringBuilder("%r = OpExtInst " + results.getFirst().id());
    text.append(" %std ").append(name);
    for (int n = 0; n < types.size(); n++) {
      text.append(OPERANDS[n]);
    }
    return text.toString();
  }
}
