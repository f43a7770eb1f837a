package dev.zhulong.compiler.math;

import static dev.zhulong.compiler.ir.Opcode.*;
import static dev.zhulong.compiler.math.FloatCode.*;

import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;
import java.util.Arrays;

/** Exponentials, logarithms and powers. */
final class Exponentials {
  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LOG2_E_LOW = 0x1.4ae0cp-26f;
  private static final float LOG2_10 = 0x1.a934fp1f;
  private static final float LOG2_10_LOW = 0x1.2f346ep-24f;
  private static final float LOG10_E = 0x1.bcb7b2p-2f;
  private static final float LOG10_E_LOW = -0x1.5b235ep-27f;
  private static final float TWO_OVER_LN2 = 0x1.715476p1f;
  private static final float TWO_OVER_LN2_LOW = 0x1.4ae0cp-25f;
  private static final int SQRT_HALF = 0x3f3504f3;

  /** Beyond that powers of two are zero or infinity. */
  private static final float EXTREME = 200;

  /** 2^f = 1 + f·P(f), |f| ≤ 1/2. */
  private static final float[] EXP2 = {
    0x1.62e43p-1f, 0x1.ebfbep-3f, 0x1.c6af78p-5f, 0x1.3b2a26p-7f, 0x1.5f0ad6p-10f, 0x1.4449fap-13f
  };

  /** log2((1+s)/(1−s)) = 2/ln 2·s + s³·P(s²), |s| ≤ 0.172. */
  private static final float[] LOG2 = {
    0x1.ec709ep-1f, 0x1.2776e4p-1f, 0x1.a5cd1ap-2f, 0x1.58dc4cp-2f
  };

  private final FloatCode c;

  Exponentials(FloatCode code) {
    c = code;
  }

  /** A significand near 1 times 2^exponent. */
  record Scaled(Value significand, Value exponent) {}

  /** 2^z; the exponent is at most 200 in magnitude. NaN counts as a large number. */
  Scaled raise(Pair z) {
    Value limited = c.max(c.min(z.high(), EXTREME), -EXTREME);
    Value low = c.choose(c.equal(limited, z.high()), z.low(), ZERO);
    Value exponent = c.op(F_TO_S_NEAREST, limited);
    Value fraction = c.add(c.sub(limited, c.op(S_TO_F, exponent)), low);
    return new Scaled(c.fma(c.polynomial(EXP2, fraction), fraction, ONE), exponent);
  }

  /** 2^n·(1+q) − 1 as 2·(2^(n−1)·q + (2^(n−1) − ½)), so that only the result overflows. */
  Value expm1(Value x) {
    Pair z = times(c.max(c.min(x, 89), -40), LOG2_E, LOG2_E_LOW);
    Value exponent = c.op(F_TO_S_NEAREST, z.high());
    Pair fraction = c.sum(c.sub(z.high(), c.op(S_TO_F, exponent)), z.low());
    Value f = fraction.high();
    Value rest = c.mul(fraction.low(), f(EXP2[0]));
    float[] tail = Arrays.copyOfRange(EXP2, 1, EXP2.length);
    rest = c.fma(c.mul(f, f), c.polynomial(tail, f), rest);
    Value q = c.fma(f, f(EXP2[0]), rest);
    Value half = c.powerOfTwo(c.op(SUB, exponent, i(1)));
    Value made = c.fma(half, q, c.sub(half, f(0.5f)));
    Value plain = c.either(c.less(c.abs(x), f(0x1p-26f)), c.not(c.isNumber(x)));
    return c.choose(plain, x, c.add(made, made));
  }

  private Value power(Pair z) {
    Scaled scaled = raise(z);
    return c.scale(scaled.significand, scaled.exponent);
  }

  private Pair times(Value x, float high, float low) {
    Pair product = c.product(x, f(high));
    return new Pair(product.high(), c.fma(x, f(low), product.low()));
  }

  /** x·log2 e of a pair of floats. */
  Pair timesLog2E(Pair x) {
    Pair product = times(x.high(), LOG2_E, LOG2_E_LOW);
    return new Pair(product.high(), c.fma(x.low(), f(LOG2_E), product.low()));
  }

  Value exp(Value x) {
    Value limited = c.max(c.min(x, 110), -110);
    return c.unlessNan(x, power(times(limited, LOG2_E, LOG2_E_LOW)));
  }

  Value exp2(Value x) {
    return c.unlessNan(x, power(new Pair(x, ZERO)));
  }

  Value exp10(Value x) {
    Value limited = c.max(c.min(x, 50), -50);
    return c.unlessNan(x, power(times(limited, LOG2_10, LOG2_10_LOW)));
  }

  Value log(Value x) {
    return logarithm(x, F_LOG, 25 * (float) Math.log(2));
  }

  Value log2(Value x) {
    return logarithm(x, F_LOG2, 25);
  }

  /** Subnormals are scaled by 2^25, which is taken away again. */
  private Value logarithm(Value x, Opcode function, float scaled) {
    Value magnitude = c.abs(x);
    Value small = c.less(magnitude, f(Float.MIN_NORMAL));
    Value normal = c.choose(small, c.mul(magnitude, f(0x1p25f)), magnitude);
    Value made = c.sub(c.op(function, normal), c.choose(small, f(scaled), ZERO));
    return c.choose(c.less(x, ZERO), NAN, made);
  }

  Value log10(Value x) {
    Value natural = log(x);
    return c.fma(natural, f(LOG10_E), c.mul(unlessInfinite(natural), f(LOG10_E_LOW)));
  }

  private Value unlessInfinite(Value x) {
    return c.choose(c.isFinite(x), x, ZERO);
  }

  /** The logarithm of the rounded sum, and what rounding lost. */
  Value log1p(Value x) {
    Pair sum = c.anySum(x, ONE);
    Value correction = c.div(sum.low(), sum.high());
    Value made = log(sum.high());
    return c.add(made, c.choose(c.isFinite(made), correction, ZERO));
  }

  /** log2 of a positive number, to about 2^−30 of it; infinities for 0 and infinity. */
  Pair log2Pair(Value x) {
    Value small = c.less(x, f(Float.MIN_NORMAL));
    Value normal = c.choose(small, c.mul(x, f(0x1p24f)), x);
    Value shifted = c.op(SUB, c.bits(normal), i(SQRT_HALF));
    Value exponent = c.op(SUB, c.op(SHR_S, shifted, i(23)), c.choose(small, i(24), i(0)));
    Value field = c.op(ADD, c.op(AND, shifted, i(0x7fffff)), i(SQRT_HALF));
    Value fraction = c.sub(c.number(field), ONE);
    // s = fraction / (2 + fraction), and what the quotient lacks.
    Pair sum = c.sum(f(2), fraction);
    Value reciprocal = c.div(ONE, sum.high());
    Value s = c.mul(fraction, reciprocal);
    Value rest = c.fma(c.neg(s), sum.low(), c.fma(c.neg(s), sum.high(), fraction));
    Value lack = c.mul(rest, reciprocal);
    Value square = c.mul(s, s);
    Value cubic = c.mul(c.mul(s, square), c.polynomial(LOG2, square));
    Pair product = times(s, TWO_OVER_LN2, TWO_OVER_LN2_LOW);
    Value low = c.add(c.fma(lack, f(TWO_OVER_LN2), product.low()), cubic);
    Pair whole = c.sum(c.op(S_TO_F, exponent), product.high());
    Pair made = c.sum(whole.high(), c.add(whole.low(), low));
    Value high = c.choose(c.equal(x, ZERO), MINUS_INFINITY, made.high());
    return new Pair(c.choose(c.equal(x, INFINITY), INFINITY, high), made.low());
  }

  /** z = y·log2 |x|. */
  private Pair exponent(Value x, Pair y) {
    Pair logarithm = log2Pair(c.abs(x));
    Pair product = c.product(y.high(), logarithm.high());
    Value low = c.fma(y.high(), logarithm.low(), product.low());
    return new Pair(product.high(), c.fma(y.low(), logarithm.high(), low));
  }

  /** 2^z with the sign of x where the exponent is odd. */
  private Value signedPower(Value x, Pair z, Value odd) {
    Value made = power(z);
    return c.choose(c.both(c.isNegative(x), odd), c.neg(made), made);
  }

  Value pow(Value x, Value y) {
    Value whole = c.isWhole(y);
    Value odd = c.both(whole, c.not(c.isWhole(c.mul(y, f(0.5f)))));
    // The logarithm of one is zero, which times infinity is nothing.
    Value finite = c.choose(c.equal(c.abs(x), ONE), c.max(c.min(y, 2), -2), y);
    Value made = signedPower(x, exponent(x, new Pair(finite, ZERO)), odd);
    Value negative = c.both(c.less(x, ZERO), c.less(MINUS_INFINITY, x));
    Value numbers = c.both(c.isNumber(x), c.isNumber(y));
    Value undefined = c.either(c.not(numbers), c.both(negative, c.not(whole)));
    Value one = c.either(c.equal(y, ZERO), c.equal(x, ONE));
    return c.choose(one, ONE, c.choose(undefined, NAN, made));
  }

  Value powr(Value x, Value y) {
    Pair z = exponent(x, new Pair(y, ZERO));
    Value defined = c.both(c.isNumber(z.high()), c.op(F_LE, ZERO, x));
    return c.choose(defined, power(z), NAN);
  }

  /** An integer as two floats. */
  private Pair whole(Value n) {
    Value high = c.op(S_TO_F, n);
    return new Pair(high, c.op(S_TO_F, c.op(SUB, n, c.op(F_TO_S, high))));
  }

  private Value isOdd(Value n) {
    return c.op(NE, c.op(AND, n, i(1)), i(0));
  }

  Value pown(Value x, Value n) {
    Value made = signedPower(x, exponent(x, whole(n)), isOdd(n));
    return c.choose(c.op(EQ, n, i(0)), ONE, c.unlessNan(x, made));
  }

  Value rootn(Value x, Value n) {
    Pair degree = whole(n);
    Value inverse = c.div(ONE, degree.high());
    Value rest = c.fma(c.neg(inverse), degree.high(), ONE);
    rest = c.fma(c.neg(inverse), degree.low(), rest);
    Pair y = new Pair(inverse, c.mul(rest, inverse));
    Value odd = isOdd(n);
    Value made = signedPower(x, exponent(x, y), odd);
    Value even = c.both(c.less(x, ZERO), c.not(odd));
    Value undefined = c.either(even, c.op(EQ, n, i(0)));
    return c.choose(undefined, NAN, c.unlessNan(x, made));
  }

  /** A first guess from the bits, a step of Halley's method, and one of Newton's on a pair. */
  Value cbrt(Value x) {
    Value magnitude = c.abs(x);
    Value small = c.less(magnitude, f(0x1p-100f));
    // Large ones are divided by 8, so that a cube of the first guess is finite.
    Value normal = c.mul(magnitude, c.choose(small, f(0x1p93f), f(0x1p-3f)));
    Value third = c.op(MULH_U, c.bits(normal), i(0x55555556));
    Value t = c.number(c.op(ADD, third, i(0x2a512ce3)));
    Value cube = c.mul(c.mul(t, t), t);
    Value ratio = c.div(c.fma(normal, f(2), cube), c.fma(cube, f(2), normal));
    t = c.mul(t, ratio);
    Pair square = c.product(t, t);
    Value error = c.fma(square.low(), t, c.fma(square.high(), t, c.neg(normal)));
    t = c.sub(t, c.div(error, c.mul(square.high(), f(3))));
    Value made = c.mul(t, c.choose(small, f(0x1p-31f), f(2)));
    Value plain = c.either(c.equal(x, ZERO), c.not(c.isFinite(x)));
    return c.choose(plain, x, c.withSign(made, x));
  }
}
