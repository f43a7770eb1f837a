package dev.zhulong.compiler.math;

import static dev.zhulong.compiler.ir.Opcode.*;
import static dev.zhulong.compiler.math.FloatCode.*;

import dev.zhulong.compiler.ir.Value;
import dev.zhulong.compiler.math.Exponentials.Scaled;

/** The gamma function and the error function. */
final class Gamma {
  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LN_PI = 1.1447299f;

  /** ½·ln 2π − ½. */
  private static final float STIRLING_CONSTANT = 0.41893853f;

  /** Where asymptotic series take over. */
  private static final float LARGE = 2.5f;

  /** Up to here Γ(x) is 1/x. */
  private static final float TINY = 0x1p-28f;

  /** erf x = x + x·P(x²), |x| ≤ 1. */
  private static final float[] ERF = {
    0x1.06eba8p-3f,
    -0x1.81274p-2f,
    0x1.ce2d5p-4f,
    -0x1.b7fe9p-6f,
    0x1.542e1p-8f,
    -0x1.a50b0ep-11f,
    0x1.4c344ep-14f
  };

  /** (1 + 2x)·e^(x²)·erfc x = P((x−2)/(x+2)), 0 ≤ x ≤ 11. */
  private static final float[] ERFC = {
    0x1.46e80ep0f,
    -0x1.7bf60cp-4f,
    -0x1.540828p-3f,
    0x1.4ffc2ep-3f,
    -0x1.bc0ab2p-5f,
    -0x1.081c7ap-7f,
    0x1.1ab3a4p-7f,
    0x1.57e9b8p-10f,
    -0x1.40583cp-10f,
    -0x1.9e172p-12f
  };

  /** Γ(1+a) = (a+2)^(a+½)·e^−(a+2)·P(1/(a+1)), 0 ≤ a ≤ 44, after C. Lanczos. */
  private static final float[] LANCZOS = {
    0x1.40d92ep1f,
    0x1.5b96cep1f,
    0x1.105492p-7f,
    -0x1.a49aeap-7f,
    0x1.9de6f4p-7f,
    -0x1.d71a4ep-8f,
    0x1.cf168p-10f
  };

  /** ln Γ(1+v) = v·(v−1)·P(v−½), 0 ≤ v ≤ 1½. */
  private static final float[] LOG_GAMMA = {
    0x1.eeb95ap-2f,
    -0x1.2aed06p-3f,
    0x1.01b204p-4f,
    -0x1.007e3ap-5f,
    0x1.12823ap-6f,
    -0x1.33161ep-7f,
    0x1.7207b8p-8f,
    -0x1.d901fep-9f,
    0x1.e10a34p-10f,
    -0x1.d9285ap-12f
  };

  /** What Stirling's formula for ln Γ(a) lacks is P(1/a²)/a, a ≥ 2½. */
  private static final float[] STIRLING = {
    0x1.55554cp-4f, -0x1.6bdd14p-9f, 0x1.90a32ap-11f, -0x1.8204d4p-12f
  };

  private final FloatCode c;
  private final Exponentials exponentials;
  private final Circular circular;

  Gamma(FloatCode code) {
    c = code;
    exponentials = new Exponentials(code);
    circular = new Circular(code);
  }

  // The error function.

  /** erfc of a number that is not negative, by e^(−x²) with the square as a pair. */
  private Value complement(Value magnitude) {
    Value x = c.min(magnitude, 11);
    Pair square = c.product(x, x);
    Pair minus = new Pair(c.neg(square.high()), c.neg(square.low()));
    Scaled power = exponentials.raise(exponentials.timesLog2E(minus));
    Value t = c.div(c.sub(x, f(2)), c.add(x, f(2)));
    Value factor = c.div(c.polynomial(ERFC, t), c.fma(x, f(2), ONE));
    return c.scale(c.mul(power.significand(), factor), power.exponent());
  }

  Value erfc(Value x) {
    Value made = complement(c.abs(x));
    return c.unlessNan(x, c.choose(c.isNegative(x), c.sub(f(2), made), made));
  }

  Value erf(Value x) {
    Value magnitude = c.abs(x);
    Value near = c.fma(x, c.polynomial(ERF, c.mul(x, x)), x);
    Value far = c.withSign(c.sub(ONE, complement(magnitude)), x);
    return c.unlessNan(x, c.choose(c.less(magnitude, ONE), near, far));
  }

  // The gamma function.

  /** Γ(1+a) for a of 0 to 60. */
  private Scaled factorial(Value a) {
    Value larger = c.max(a, 2);
    Value smaller = c.min(a, 2);
    Pair t = c.sum(larger, smaller);
    Pair half = c.sum(c.max(a, 0.5f), c.min(a, 0.5f));
    Pair logarithm = exponentials.log2Pair(t.high());
    Value shift = c.mul(c.div(t.low(), t.high()), f(LOG2_E));
    Value logarithmLow = c.add(logarithm.low(), shift);
    Pair product = c.product(half.high(), logarithm.high());
    Value low = c.fma(half.high(), logarithmLow, product.low());
    low = c.fma(half.low(), logarithm.high(), low);
    Pair minus = exponentials.timesLog2E(new Pair(c.neg(t.high()), c.neg(t.low())));
    Pair sum = c.anySum(product.high(), minus.high());
    Pair z = new Pair(sum.high(), c.add(sum.low(), c.add(low, minus.low())));
    Scaled power = exponentials.raise(z);
    Value series = c.polynomial(LANCZOS, c.div(ONE, c.add(a, ONE)));
    return new Scaled(c.mul(power.significand(), series), power.exponent());
  }

  /** Γ(x) = Γ(1+x)/x, or π/(sin πx·Γ(1−x)) for negative x: both by Γ(1+|x|). */
  Value tgamma(Value x) {
    Scaled factorial = factorial(c.min(c.abs(x), 60));
    Value negative = c.isNegative(x);
    Value sine = circular.sinpi(x);
    // The quotient is made smaller, so that only the result overflows.
    Value right = c.div(c.mul(factorial.significand(), f(0.0625f)), x);
    Value left = c.div(f((float) Math.PI), c.mul(sine, factorial.significand()));
    Value exponent = c.op(ADD, factorial.exponent(), i(4));
    Value minus = c.op(SUB, i(0), factorial.exponent());
    Value zero = c.equal(x, ZERO);
    Value reflected = c.both(negative, c.not(zero));
    Value made = c.scale(c.choose(reflected, left, right), c.choose(reflected, minus, exponent));
    Value pole = c.both(reflected, c.isWhole(x));
    Value undefined = c.either(pole, c.not(c.isNumber(x)));
    return c.choose(undefined, NAN, c.choose(c.less(f(60), x), INFINITY, made));
  }

  /** The logarithm of the gamma function's magnitude, and its sign. */
  Value[] lgamma(Value x) {
    Value a = c.abs(x);
    Value logarithm = exponentials.log(a);
    Value below = c.less(a, ONE);
    Value v = c.choose(below, a, c.sub(a, ONE));
    Value polynomial = c.polynomial(LOG_GAMMA, c.sub(v, f(0.5f)));
    Value near = c.mul(c.mul(v, c.sub(v, ONE)), polynomial);
    Value inverse = c.div(ONE, a);
    Value far = c.fma(c.sub(a, f(0.5f)), c.sub(logarithm, ONE), f(STIRLING_CONSTANT));
    far = c.fma(c.polynomial(STIRLING, c.mul(inverse, inverse)), inverse, far);
    Value small = c.less(a, f(LARGE));
    // ln Γ(a), and ln Γ(1+a).
    Value plain = c.choose(small, c.sub(near, c.choose(below, logarithm, ZERO)), far);
    Value next = c.choose(below, near, c.add(plain, logarithm));
    Value sine = circular.sinpi(x);
    Value reflected = c.sub(c.sub(f(LN_PI), exponentials.log(c.abs(sine))), next);
    Value made = c.choose(c.isNegative(x), reflected, plain);
    made = c.choose(c.less(a, f(TINY)), c.neg(logarithm), made);
    Value pole = c.both(c.equal(sine, ZERO), c.isNegative(x));
    made = c.choose(c.either(pole, c.not(c.isFinite(x))), INFINITY, made);
    Value sign = c.choose(c.less(sine, ZERO), i(-1), i(1));
    Value positive = c.choose(c.isNegative(x), sign, i(1));
    return new Value[] {c.unlessNan(x, made), positive};
  }
}
