package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Value;

/** Conversions between floats and narrow formats. */
final class Packing {
  private final Builder b;

  Packing(Builder builder) {
    this.b = builder;
  }

  /**
   * The binary16 nearest to a float, ties to even, in the low half of a word.
   *
   * <p>Multiplying by 2^112 and then 2^−110 rounds nothing but saturates to infinity what is too
   * large; adding a power of two that is 2^13 times the result's unit rounds the significand in the
   * float adder.
   */
  Value floatToHalf(Value x) {
    Value bits = b.op(F_TO_BITS, x);
    Value magnitude = b.op(F_ABS, x);
    Value clamped = b.op(F_MUL, b.op(F_MUL, magnitude, f(0x1p112f)), f(0x1p-110f));
    Value doubled = b.op(SHL, bits, i(1));
    Value exponent = b.op(MAX_U, b.op(AND, doubled, i(0xff000000)), i(0x71000000));
    Value bias = b.op(BITS_TO_F, b.op(ADD, b.op(SHR_U, exponent, i(1)), i(0x07800000)));
    Value rounded = b.op(F_TO_BITS, b.op(F_ADD, bias, clamped));
    Value halfExponent = b.op(AND, b.op(SHR_U, rounded, i(13)), i(0x7c00));
    Value finite = b.op(ADD, halfExponent, b.op(AND, rounded, i(0xfff)));
    Value isNumber = b.op(F_EQ, x, x);
    Value half = b.op(SELECT, isNumber, finite, i(0x7e00));
    return b.op(OR, half, b.op(AND, b.op(SHR_U, bits, i(16)), i(0x8000)));
  }

  /** The float that the binary16 in the low half of a word stands for. */
  Value halfToFloat(Value half) {
    Value sign = b.op(SHL, b.op(AND, half, i(0x8000)), i(16));
    Value magnitude = b.op(SHL, b.op(AND, half, i(0x7fff)), i(13));
    Value scaled = b.op(F_MUL, b.op(BITS_TO_F, magnitude), f(0x1p112f));
    Value special = b.op(GE_U, magnitude, i(0x7c00 << 13));
    Value infinite = b.op(OR, b.op(F_TO_BITS, scaled), i(0x7f800000));
    Value number = b.op(SELECT, special, infinite, b.op(F_TO_BITS, scaled));
    return b.op(BITS_TO_F, b.op(OR, number, sign));
  }

  /**
   * The float of the nearest binary16, ties to even.
   *
   * <p>A power of two that is 2^13 times the float's own, but no less than a half, has the unit of
   * the result: adding and subtracting it rounds.
   */
  Value roundToHalf(Value x) {
    Value magnitude = b.op(F_MIN, b.op(F_ABS, x), f(0x1p17f));
    Value exponent = b.op(AND, b.op(F_TO_BITS, magnitude), i(0x7f800000));
    Value unit = b.op(MAX_U, b.op(ADD, exponent, i(13 << 23)), i(0x3f000000));
    Value rounder = b.op(BITS_TO_F, unit);
    Value rounded = b.op(F_SUB, b.op(F_ADD, magnitude, rounder), rounder);
    return special(x, rounded, f(Float.POSITIVE_INFINITY));
  }

  /** The float of the binary16 that is nearest in the direction of zero. */
  Value roundToHalfTowardZero(Value x) {
    Value magnitude = b.op(F_ABS, x);
    Value cut = b.op(BITS_TO_F, b.op(AND, b.op(F_TO_BITS, magnitude), i(0xffffe000)));
    Value count = b.op(F_TO_U, b.op(F_MUL, magnitude, f(0x1p24f)));
    Value small = b.op(F_MUL, b.op(U_TO_F, count), f(0x1p-24f));
    Value rounded = b.op(SELECT, b.op(F_LT, magnitude, f(0x1p-14f)), small, cut);
    Value infinite = b.op(F_EQ, magnitude, f(Float.POSITIVE_INFINITY));
    return special(x, rounded, b.op(SELECT, infinite, f(Float.POSITIVE_INFINITY), f(65504f)));
  }

  /** A rounded magnitude with what is too large replaced, the sign of a float, and its NaN. */
  private Value special(Value x, Value rounded, Value large) {
    Value limited = b.op(SELECT, b.op(F_LT, f(65504f), rounded), large, rounded);
    return b.op(SELECT, b.op(F_EQ, x, x), b.op(F_COPYSIGN, limited, x), x);
  }

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  private static Constant f(float value) {
    return Constant.f32(value);
  }
}
