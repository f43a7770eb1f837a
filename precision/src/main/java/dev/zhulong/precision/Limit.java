package dev.zhulong.precision;

import java.util.function.Function;

/**
 * The error that a specification grants.
 *
 * @param text for the table
 * @param unit what errors are measured in
 * @param allowed the largest error
 */
record Limit(String text, Unit unit, Allowed allowed) {
  /** What errors are measured in. */
  enum Unit {
    /** Units in the last place of the exact result. */
    ULP,
    /** As they are. */
    ABSOLUTE,
    /** Shares of the limit, for sums whose terms may cancel: no other unit says anything. */
    SHARE
  }

  /** The largest error of a component of the result. */
  @FunctionalInterface
  interface Allowed {
    double error(double[] arguments, double exact, int component);
  }

  /** The specification says nothing, or leaves it to the implementation. */
  static Limit none(String text) {
    return new Limit(text, Unit.ULP, (_, _, _) -> Double.POSITIVE_INFINITY);
  }

  static Limit ulp(double ulps) {
    String number = ulps == Math.rint(ulps) ? "" + (long) ulps : "" + ulps;
    return new Limit(number + " ULP", Unit.ULP, (_, exact, _) -> ulps * Ulp.of(exact));
  }

  /** No error at all. */
  static Limit exact() {
    return new Limit("exact", Unit.ULP, (_, _, _) -> 0);
  }

  /** The nearest float: half an ULP, and what the oracle's own rounding may add. */
  static Limit correctlyRounded() {
    double half = 0.5 + 0x1p-28;
    return new Limit("correctly rounded", Unit.ULP, (_, exact, _) -> half * Ulp.of(exact));
  }

  static Limit absolute(double error, String text) {
    return new Limit(text, Unit.ABSOLUTE, (_, _, _) -> error);
  }

  static Limit of(String text, Unit unit, Allowed allowed) {
    return new Limit(text, unit, allowed);
  }

  /** Inherited from a formula of a scalar result, in ULP. */
  static Limit inherited(String formula, Function<Bounded[], Bounded> value) {
    return inherited(formula, Unit.ULP, x -> new Bounded[] {value.apply(x)});
  }

  /** Inherited from a formula. */
  static Limit inherited(String formula, Unit unit, Function<Bounded[], Bounded[]> value) {
    return new Limit(
        "inherited from " + formula,
        unit,
        (arguments, _, component) -> {
          Bounded[] bounded = new Bounded[arguments.length];
          for (int n = 0; n < bounded.length; n++) {
            bounded[n] = Bounded.of(arguments[n]);
          }
          double error = value.apply(bounded)[component].error();
          return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
        });
  }
}
