package dev.zhulong.precision;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * A function with the arguments that it is measured at.
 *
 * @param set where it comes from
 * @param name in its set
 * @param domain the arguments, for people
 * @param parameters their types
 * @param results types of the result, or of the two results
 * @param body instructions that make {@code %r}, or {@code %r0} and {@code %r1}, of {@code %a},
 *     {@code %b}, {@code %c}
 * @param ranges where the arguments' components come from
 * @param accepted which arguments of these ranges count
 * @param exact the exact value
 * @param limits what is granted, by result
 */
record MeasuredFunction(
    FunctionSet set,
    String name,
    String domain,
    List<ValueKind> parameters,
    List<ValueKind> results,
    String body,
    List<Range> ranges,
    Predicate<double[]> accepted,
    Exact exact,
    List<Limit> limits) {
  /** Components of all arguments. */
  int argumentWords() {
    return parameters.stream().mapToInt(ValueKind::words).sum();
  }

  /** Components of all results. */
  int resultWords() {
    return results.stream().mapToInt(ValueKind::words).sum();
  }

  /** The type of each component of the arguments, or of the results. */
  static List<ValueKind> components(List<ValueKind> types) {
    List<ValueKind> made = new ArrayList<>();
    for (ValueKind type : types) {
      for (int n = 0; n < type.words(); n++) {
        made.add(type);
      }
    }
    return made;
  }

  /** The result that a component belongs to. */
  int resultOf(int component) {
    return component < results.getFirst().words() ? 0 : 1;
  }

  /**
   * The arguments that are measured: combinations of boundaries, then random ones, of which one in
   * eight components is a boundary. The first ones of a longer sequence are those of a shorter one.
   *
   * @param random how many random ones
   */
  Iterator<double[]> arguments(int random) {
    return new Arguments(this, random);
  }
}
