package dev.zhulong.precision;

/** A function's exact value, to double precision: much finer than the floats that are measured. */
@FunctionalInterface
interface Exact {
  /**
   * Computes all components of the result.
   *
   * @param arguments components of the arguments, one after the other
   * @param results takes the results'; NaN where the function has none
   */
  void compute(double[] arguments, double[] results);
}
