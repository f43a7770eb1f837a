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

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  private static Constant f(float value) {
    return Constant.f32(value);
  }
}
