package dev.zhulong.precision;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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
  private static final int MOST_COMBINED = 20_000;

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

  private double[][] boundaries() {
    double[][] each = new double[ranges.size()][];
    for (int n = 0; n < each.length; n++) {
      each[n] = ranges.get(n).boundaries();
    }
    return each;
  }

  /**
   * The arguments that are measured: combinations of boundaries, then random ones, of which one in
   * eight is a boundary. The first ones of a longer sequence are those of a shorter one.
   */
  List<double[]> arguments(int random) {
    double[][] boundaries = boundaries();
    List<double[]> made = new ArrayList<>();
    long combinations = 1;
    for (double[] each : boundaries) {
      combinations = Math.min(combinations * each.length, Integer.MAX_VALUE);
    }
    SplittableRandom source = new SplittableRandom((name + domain).hashCode());
    if (combinations <= MOST_COMBINED) {
      for (long n = 0; n < combinations; n++) {
        double[] arguments = new double[boundaries.length];
        long rest = n;
        for (int k = 0; k < boundaries.length; k++) {
          arguments[k] = boundaries[k][(int) (rest % boundaries[k].length)];
          rest /= boundaries[k].length;
        }
        add(made, arguments);
      }
    } else {
      for (int n = 0; n < MOST_COMBINED; n++) {
        double[] arguments = new double[boundaries.length];
        for (int k = 0; k < boundaries.length; k++) {
          arguments[k] = boundaries[k][source.nextInt(boundaries[k].length)];
        }
        add(made, arguments);
      }
    }
    int end = made.size() + random;
    while (made.size() < end) {
      double[] arguments = new double[boundaries.length];
      for (int k = 0; k < boundaries.length; k++) {
        boolean boundary = boundaries[k].length > 0 && source.nextInt(8) == 0;
        arguments[k] =
            boundary
                ? boundaries[k][source.nextInt(boundaries[k].length)]
                : ranges.get(k).next(source);
      }
      add(made, arguments);
    }
    return made;
  }

  private void add(List<double[]> made, double[] arguments) {
    if (accepted.test(arguments)) {
      made.add(arguments);
    }
  }
}
