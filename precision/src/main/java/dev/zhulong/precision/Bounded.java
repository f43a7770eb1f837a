package dev.zhulong.precision;

import java.util.function.DoubleUnaryOperator;

/**
 * A value with the largest error that it may have where every operation on the way to it errs as
 * much as Vulkan allows. It makes limits of what the specification says is "inherited from" a
 * formula. Vulkan, Precision and Operation of SPIR-V Instructions.
 *
 * @param value exact
 * @param error largest magnitude; infinite where there is no bound any more
 */
record Bounded(double value, double error) {
  private static final double LARGEST = Float.MAX_VALUE;

  static Bounded of(double value) {
    return new Bounded(value, 0);
  }

  /** What an operation of so many ULP makes of a value with a propagated error. */
  private static Bounded rounded(double value, double propagated, double ulps) {
    if (propagated == 0 && ulps <= 1 && (float) value == value) {
      return new Bounded(value, 0);
    }
    double magnitude = Math.abs(value) + propagated;
    if (!(magnitude <= LARGEST)) {
      return new Bounded(value, Double.POSITIVE_INFINITY);
    }
    double error = propagated + ulps * Ulp.of(magnitude);
    // Subnormal results may become zero.
    return new Bounded(
        value, Math.abs(value) - error < Float.MIN_NORMAL ? error + Float.MIN_NORMAL : error);
  }

  Bounded plus(Bounded other) {
    return rounded(value + other.value, error + other.error, 1);
  }

  Bounded minus(Bounded other) {
    return rounded(value - other.value, error + other.error, 1);
  }

  Bounded times(Bounded other) {
    double propagated =
        Math.abs(value) * other.error + Math.abs(other.value) * error + error * other.error;
    return rounded(value * other.value, propagated, 1);
  }

  Bounded dividedBy(Bounded other) {
    double least = Math.abs(other.value) - other.error;
    if (!(least >= 0x1p-126) || Math.abs(other.value) + other.error > 0x1p126) {
      return new Bounded(value / other.value, Double.POSITIVE_INFINITY);
    }
    double quotient = value / other.value;
    return rounded(quotient, (error + Math.abs(quotient) * other.error) / least, 2.5);
  }

  Bounded negated() {
    return new Bounded(-value, error);
  }

  /** A monotonous function that is correctly rounded. */
  Bounded map(DoubleUnaryOperator function) {
    return map(function, 0, 0);
  }

  private Bounded map(DoubleUnaryOperator function, double ulps, double absolute) {
    double exact = function.applyAsDouble(value);
    double propagated = 0;
    if (error > 0) {
      double above = Math.abs(function.applyAsDouble(value + error) - exact);
      double below = Math.abs(function.applyAsDouble(value - error) - exact);
      propagated = above <= below ? below : above;
      if (Double.isNaN(propagated) || Double.isNaN(above) || Double.isNaN(below)) {
        propagated = Double.POSITIVE_INFINITY;
      }
    }
    return rounded(exact, propagated + absolute, ulps);
  }

  Bounded inverseSquareRoot() {
    return map(x -> 1 / Math.sqrt(x), 2, 0);
  }

  Bounded squareRoot() {
    return value == 0 && error == 0 ? this : of(1).dividedBy(inverseSquareRoot());
  }

  Bounded exp() {
    return map(Math::exp, 3 + 2 * Math.abs(value), 0);
  }

  Bounded exp2() {
    return map(x -> Math.pow(2, x), 3 + 2 * Math.abs(value), 0);
  }

  Bounded log() {
    return logarithm(Math::log);
  }

  Bounded log2() {
    return logarithm(x -> Math.log(x) / Math.log(2));
  }

  private Bounded logarithm(DoubleUnaryOperator function) {
    boolean near = value >= 0.5 && value <= 2;
    return near ? map(function, 0, 0x1p-21) : map(function, 3, 0);
  }

  Bounded sine() {
    return new Bounded(Math.sin(value), error + 0x1p-11);
  }

  Bounded cosine() {
    return new Bounded(Math.cos(value), error + 0x1p-11);
  }

  /** The angle of a point whose ordinate this is. */
  Bounded arcTangent2(Bounded abscissa) {
    double angle = Math.atan2(value, abscissa.value);
    double propagated = 0;
    for (double dy : new double[] {-error, error}) {
      for (double dx : new double[] {-abscissa.error, abscissa.error}) {
        double moved = Math.atan2(value + dy, abscissa.value + dx);
        propagated = Math.max(propagated, Math.abs(moved - angle));
      }
    }
    return rounded(angle, propagated, 4096);
  }
}
