package dev.zhulong.precision;

import java.util.List;

/**
 * What was found of a function.
 *
 * @param set where it comes from
 * @param name in its set
 * @param domain the arguments, for people
 * @param arguments how many were measured
 * @param instructions lane-instructions of an invocation, loads and stores of arguments and results
 *     included
 * @param error the largest error, in the limit's unit; infinite where a special value is wrong
 * @param unit the limit's unit
 * @param worst the arguments of the largest error; none if there is no error
 * @param place the same for people
 * @param limit what is granted, for people
 * @param share the largest error as a share of what is granted there; 0 where there is no limit
 * @param failure the arguments, the result and the exact value of an error beyond the limit, or
 *     null
 */
public record Measurement(
    FunctionSet set,
    String name,
    String domain,
    int arguments,
    double instructions,
    double error,
    String unit,
    List<Double> worst,
    String place,
    String limit,
    double share,
    String failure) {
  /** Copies the arguments. */
  public Measurement {
    worst = List.copyOf(worst);
  }

  /** Whether there is an error, and few enough arguments to name them all. */
  public boolean isLocated() {
    return !worst.isEmpty() && worst.size() <= PrecisionTable.mostShown();
  }

  /** The same with another number of instructions: devices retire them in batches. */
  public Measurement withInstructions(double other) {
    return new Measurement(
        set, name, domain, arguments, other, error, unit, worst, place, limit, share, failure);
  }

  /** Whether all errors are within the limit. */
  public boolean passed() {
    return failure == null;
  }
}
