package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;

/**
 * Translates OpBitcast: the same bits as another type, the first component in the lowest bits. The
 * bits go through whole words.
 */
final class Bitcast {
  private final Ids ids;
  private final Builder b;

  Bitcast(Ids ids, Builder builder) {
    this.ids = ids;
    this.b = builder;
  }

  /** The scalars of the result. */
  Value[] translate(SpirvInstruction i) {
    SpirvType.Scalar from = component(ids.typeOf(i.operand(0)));
    SpirvType.Scalar to = component(ids.type(i.type()));
    if (from == null || to == null) {
      throw SpirvErrors.at(i.location(), "%s needs scalars or vectors", i.op());
    }
    Value[] words = pack(from, ids.value(i.operand(0)));
    Value[] made = new Value[(int) ids.type(i.type()).scalars()];
    int part = 32 / Math.min(32, to.bits());
    for (int n = 0; n < made.length; n++) {
      if (n / part >= words.length) {
        throw SpirvErrors.at(i.location(), "%s to a type with more bits", i.op());
      }
      made[n] = unpack(to, words[n / part], n % part);
    }
    return made;
  }

  /** A pointer is an address of as many bits as its words have. */
  private static SpirvType.Scalar component(SpirvType type) {
    return type instanceof SpirvType.Pointer pointer && pointer.scalars() > 0
        ? new SpirvType.Scalar(Type.I32, (int) (32 * pointer.scalars()), false)
        : Ids.component(type);
  }

  private Value[] pack(SpirvType.Scalar type, Value[] values) {
    int part = 32 / Math.min(32, type.bits());
    Value[] words = new Value[(values.length + part - 1) / part];
    for (int n = 0; n < values.length; n++) {
      Value bits = bits(type, values[n]);
      if (part > 1) {
        Value field = b.op(AND, bits, Constant.i32((1 << type.bits()) - 1));
        bits = b.op(SHL, field, Constant.i32(n % part * type.bits()));
      }
      words[n / part] = n % part == 0 ? bits : b.op(OR, words[n / part], bits);
    }
    return words;
  }

  private Value bits(SpirvType.Scalar type, Value value) {
    if (type.half()) {
      return new Packing(b).floatToHalf(value);
    }
    return type.type() == Type.F32 ? b.op(F_TO_BITS, value) : value;
  }

  private Value unpack(SpirvType.Scalar type, Value word, int index) {
    if (type.bits() >= 32) {
      return type.type() == Type.F32 ? b.op(BITS_TO_F, word) : word;
    }
    if (type.half()) {
      return new Packing(b).halfToFloat(b.op(SHR_U, word, Constant.i32(16 * index)));
    }
    Value top = b.op(SHL, word, Constant.i32(32 - type.bits() * (index + 1)));
    return b.op(type.signed() ? SHR_S : SHR_U, top, Constant.i32(32 - type.bits()));
  }
}
