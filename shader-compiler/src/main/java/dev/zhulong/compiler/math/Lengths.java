package dev.zhulong.compiler.math;

import static dev.zhulong.compiler.ir.Opcode.*;
import static dev.zhulong.compiler.math.FloatCode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Value;

/** Lengths of vectors whose squares may be too large or too small for a float. */
public final class Lengths {
  private static final float LARGE = 0x1p60f;
  private static final float SMALL = 0x1p-60f;

  private final FloatCode c;

  /** Functions whose instructions go to a builder. */
  public Lengths(Builder builder) {
    c = new FloatCode(builder);
  }

  /** A vector by a power of two that makes its squares moderate, and the inverse of that. */
  private record Moderate(
      Value largest, Value large, Value factor, Value inverse, Value[] vector) {}

  private Moderate moderate(Value[] x) {
    Value largest = c.abs(x[0]);
    for (int n = 1; n < x.length; n++) {
      largest = c.op(F_MAX, largest, c.abs(x[n]));
    }
    Value large = c.less(f(LARGE), largest);
    Value small = c.less(largest, f(SMALL));
    Value factor = c.choose(large, f(0x1p-70f), c.choose(small, f(0x1p100f), ONE));
    Value inverse = c.choose(large, f(0x1p70f), c.choose(small, f(0x1p-100f), ONE));
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = c.mul(x[n], factor);
    }
    return new Moderate(largest, large, factor, inverse, made);
  }

  private Value squares(Value[] x) {
    Value sum = c.mul(x[0], x[0]);
    for (int n = 1; n < x.length; n++) {
      sum = c.fma(x[n], x[n], sum);
    }
    return sum;
  }

  /** The length of a vector. */
  public Value length(Value[] x) {
    if (x.length == 1) {
      return c.abs(x[0]);
    }
    Moderate moderate = moderate(x);
    return c.mul(c.op(F_SQRT, squares(moderate.vector)), moderate.inverse);
  }

  /** The distance of two points. */
  public Value distance(Value[] x, Value[] y) {
    Value[] difference = new Value[x.length];
    for (int n = 0; n < difference.length; n++) {
      difference[n] = c.sub(x[n], y[n]);
    }
    return length(difference);
  }

  /** A vector of the same direction and length 1; zero stays. */
  public Value[] normalize(Value[] x) {
    Moderate moderate = moderate(x);
    Value reciprocal = c.op(F_INVERSE_SQRT, squares(moderate.vector));
    Value zero = c.equal(moderate.largest, ZERO);
    // Large vectors are made smaller last, lest their small components lose digits.
    Value first = c.choose(moderate.large, ONE, moderate.factor);
    Value last = c.choose(moderate.large, moderate.factor, ONE);
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = c.choose(zero, x[n], c.mul(c.mul(c.mul(x[n], first), reciprocal), last));
    }
    return made;
  }
}
