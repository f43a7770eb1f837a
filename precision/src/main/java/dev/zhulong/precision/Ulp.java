package dev.zhulong.precision;

/** Units in the last place of binary32, as the OpenCL specification has them. */
final class Ulp {
  private static final int FRACTION_BITS = 23;

  private Ulp() {}

  /** The distance of the two floats nearest to a number. */
  static double of(double x) {
    double magnitude = Math.abs(x);
    if (magnitude < Float.MIN_NORMAL) {
      return Float.MIN_VALUE;
    }
    int exponent = Math.min(Math.getExponent(magnitude), Float.MAX_EXPONENT);
    // The float below a power of two is nearer than the one above.
    boolean power = magnitude == Math.scalb(1.0, exponent) && exponent > Float.MIN_EXPONENT;
    return Math.scalb(1.0, (power ? exponent - 1 : exponent) - FRACTION_BITS);
  }
}
