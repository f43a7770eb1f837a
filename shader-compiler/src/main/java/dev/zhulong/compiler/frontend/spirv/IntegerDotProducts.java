package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;

/**
 * Translates the dot products of integer vectors, and of words that are packed vectors of four
 * bytes, with or without a saturating addition. SPIR-V specification, OpSDot to OpSUDotAccSat.
 */
final class IntegerDotProducts {
  private static final Constant ZERO = Constant.i32(0);
  private static final Constant SIGN_SHIFT = Constant.i32(31);
  private static final int PACKED_COMPONENTS = 4;

  private final Ids ids;
  private final Builder b;
  private final ValueTranslator arithmetic;

  IntegerDotProducts(Ids ids, Builder builder, ValueTranslator arithmetic) {
    this.ids = ids;
    this.b = builder;
    this.arithmetic = arithmetic;
  }

  /**
   * The words of the result.
   *
   * @param left whether the first vector is taken as signed; the result is as the first vector
   * @param right whether the second vector is taken as signed
   * @param accumulates whether a third operand is added with saturation
   */
  Value[] translate(SpirvInstruction i, boolean left, boolean right, boolean accumulates) {
    SpirvType.Scalar type = Ids.component(ids.type(i.type()));
    if (type == null || type.type() != Type.I32) {
      throw SpirvErrors.at(i.location(), "%s makes an integer", i.op());
    }
    Value[][] x = components(i, 0, left, type);
    Value[][] y = components(i, 1, right, type);
    if (x.length != y.length) {
      throw SpirvErrors.at(
          i.location(), "%s with operands of %d and %d components", i.op(), x.length, y.length);
    }
    Value[] sum = combine(type, MUL, x[0], y[0]);
    for (int n = 1; n < x.length; n++) {
      sum = combine(type, ADD, sum, combine(type, MUL, x[n], y[n]));
    }
    return accumulates ? saturated(i, type, left, sum) : sum;
  }

  private Value[] combine(SpirvType.Scalar type, Opcode opcode, Value[] x, Value[] y) {
    return WideIntegers.isWide(type)
        ? new WideIntegers(ids, b).combine(opcode, x, y)
        : new Value[] {b.op(opcode, x[0], y[0])};
  }

  /** The components of a vector, each in as many words as the result has. */
  private Value[][] components(
      SpirvInstruction i, int operand, boolean signed, SpirvType.Scalar result) {
    int id = i.operand(operand);
    SpirvType.Scalar type = Ids.component(ids.typeOf(id));
    if (type == null || type.type() != Type.I32) {
      throw SpirvErrors.at(i.location(), "%s needs vectors of integers", i.op());
    }
    Value[] words = arithmetic.extended(type, ids.value(id), signed);
    if (ids.typeOf(id) instanceof SpirvType.Scalar) {
      words = unpacked(ids.scalar(id), signed);
      type = new SpirvType.Scalar(Type.I32, 8, signed);
    }
    Value[][] made = new Value[words.length / type.words()][];
    for (int n = 0; n < made.length; n++) {
      Value low = words[n * type.words()];
      if (!WideIntegers.isWide(result)) {
        made[n] = new Value[] {low};
      } else if (WideIntegers.isWide(type)) {
        made[n] = new Value[] {low, words[2 * n + 1]};
      } else {
        made[n] = new Value[] {low, signed ? b.op(SHR_S, low, SIGN_SHIFT) : ZERO};
      }
    }
    return made;
  }

  private Value[] unpacked(Value word, boolean signed) {
    Value[] made = new Value[PACKED_COMPONENTS];
    for (int n = 0; n < made.length; n++) {
      Value top = b.op(SHL, word, Constant.i32(24 - 8 * n));
      made[n] = b.op(signed ? SHR_S : SHR_U, top, Constant.i32(24));
    }
    return made;
  }

  /** The dot product and the accumulator, whose sum stops at the ends of the type's range. */
  private Value[] saturated(
      SpirvInstruction i, SpirvType.Scalar type, boolean signed, Value[] product) {
    int id = i.operand(2);
    Value[] other = arithmetic.extended(type, ids.value(id), signed);
    if (other.length != product.length) {
      throw SpirvErrors.at(i.location(), "%s with an accumulator of another type", i.op());
    }
    Value[] sum = combine(type, ADD, product, other);
    if (type.narrow()) {
      return new Value[] {limited(type.bits(), signed, sum[0])};
    }
    int top = sum.length - 1;
    Value overflows;
    Value[] limit = new Value[sum.length];
    if (signed) {
      Value changes = b.op(AND, b.op(XOR, product[top], sum[top]), b.op(XOR, other[top], sum[top]));
      overflows = b.op(LT_S, changes, ZERO);
      Value low = b.op(XOR, b.op(SHR_S, other[top], SIGN_SHIFT), Constant.i32(-1));
      java.util.Arrays.fill(limit, low);
      limit[top] = b.op(XOR, low, Constant.i32(0x80000000));
    } else {
      overflows = b.op(LT_U, sum[top], other[top]);
      if (top > 0) {
        Value lower = b.op(LT_U, sum[0], other[0]);
        overflows = b.op(SELECT, b.op(EQ, sum[top], other[top]), lower, overflows);
      }
      java.util.Arrays.fill(limit, Constant.i32(-1));
    }
    Value[] made = new Value[sum.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = b.op(SELECT, overflows, limit[n], sum[n]);
    }
    return made;
  }

  private Value limited(int bits, boolean signed, Value sum) {
    if (!signed) {
      return b.op(MIN_U, sum, Constant.i32((1 << bits) - 1));
    }
    int most = (1 << bits - 1) - 1;
    return b.op(MIN_S, b.op(MAX_S, sum, Constant.i32(-most - 1)), Constant.i32(most));
  }
}
