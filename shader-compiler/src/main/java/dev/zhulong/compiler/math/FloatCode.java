package dev.zhulong.compiler.math;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;

/** Short names for the instructions that functions are made of. */
final class FloatCode {
  static final Constant ZERO = f(0);
  static final Constant ONE = f(1);
  static final Constant NAN = f(Float.NaN);
  static final Constant INFINITY = f(Float.POSITIVE_INFINITY);
  static final Constant MINUS_INFINITY = f(Float.NEGATIVE_INFINITY);

  private final Builder b;

  FloatCode(Builder builder) {
    b = builder;
  }

  Builder builder() {
    return b;
  }

  static Constant f(float value) {
    return Constant.f32(value);
  }

  static Constant i(int value) {
    return Constant.i32(value);
  }

  Value op(Opcode opcode, Value... operands) {
    return b.op(opcode, operands);
  }

  Value add(Value x, Value y) {
    return b.op(F_ADD, x, y);
  }

  Value sub(Value x, Value y) {
    return b.op(F_SUB, x, y);
  }

  Value mul(Value x, Value y) {
    return b.op(F_MUL, x, y);
  }

  Value div(Value x, Value y) {
    return b.op(F_DIV, x, y);
  }

  /** x·y + z, rounded once. */
  Value fma(Value x, Value y, Value z) {
    return b.op(F_MA, x, y, z);
  }

  Value neg(Value x) {
    return b.op(F_NEG, x);
  }

  Value abs(Value x) {
    return b.op(F_ABS, x);
  }

  Value min(Value x, float y) {
    return b.op(F_MIN, x, f(y));
  }

  Value max(Value x, float y) {
    return b.op(F_MAX, x, f(y));
  }

  Value less(Value x, Value y) {
    return b.op(F_LT, x, y);
  }

  Value equal(Value x, Value y) {
    return b.op(F_EQ, x, y);
  }

  Value both(Value x, Value y) {
    return b.op(B_AND, x, y);
  }

  Value either(Value x, Value y) {
    return b.op(B_OR, x, y);
  }

  Value not(Value x) {
    return b.op(B_NOT, x);
  }

  Value choose(Value test, Value then, Value otherwise) {
    return b.op(SELECT, test, then, otherwise);
  }

  Value isNumber(Value x) {
    return equal(x, x);
  }

  Value isFinite(Value x) {
    return less(abs(x), INFINITY);
  }

  Value isNegative(Value x) {
    return b.op(LT_S, bits(x), i(0));
  }

  Value isWhole(Value x) {
    return equal(b.op(F_TRUNC, x), x);
  }

  /** A result, but NaN where the argument is. */
  Value unlessNan(Value x, Value result) {
    return choose(isNumber(x), result, x);
  }

  Value withSign(Value magnitude, Value sign) {
    return b.op(F_COPYSIGN, magnitude, sign);
  }

  Value bits(Value x) {
    return b.op(F_TO_BITS, x);
  }

  Value number(Value bits) {
    return b.op(BITS_TO_F, bits);
  }

  /** 2^n for n of a normal number. */
  Value powerOfTwo(Value n) {
    return number(b.op(SHL, b.op(ADD, n, i(127)), i(23)));
  }

  /** x·2^n, rounded once if x is normal; n is at most 250 in magnitude. */
  Value scale(Value x, Value n) {
    Value half = b.op(SHR_S, n, i(1));
    return mul(mul(x, powerOfTwo(half)), powerOfTwo(b.op(SUB, n, half)));
  }

  Value polynomial(float[] coefficients, Value x) {
    Value sum = f(coefficients[coefficients.length - 1]);
    for (int n = coefficients.length - 2; n >= 0; n--) {
      sum = fma(sum, x, f(coefficients[n]));
    }
    return sum;
  }

  /** x·y, exactly. */
  Pair product(Value x, Value y) {
    Value high = mul(x, y);
    return new Pair(high, fma(x, y, neg(high)));
  }

  /** x + y, exactly; x is the larger, or zero. */
  Pair sum(Value x, Value y) {
    Value high = add(x, y);
    return new Pair(high, sub(y, sub(high, x)));
  }

  /** x + y, exactly. */
  Pair anySum(Value x, Value y) {
    Value high = add(x, y);
    Value part = sub(high, x);
    return new Pair(high, add(sub(x, sub(high, part)), sub(y, part)));
  }
}
