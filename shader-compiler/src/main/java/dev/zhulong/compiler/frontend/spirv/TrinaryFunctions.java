package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;

/** Translates the minimum, maximum and median of three: SPV_AMD_shader_trinary_minmax. */
final class TrinaryFunctions {
  /** The name of the extended instruction set. */
  static final String SET = "SPV_AMD_shader_trinary_minmax";

  private static final Opcode[] SMALLER = {F_MIN, MIN_U, MIN_S};
  private static final Opcode[] LARGER = {F_MAX, MAX_U, MAX_S};

  private final Ids ids;
  private final Builder b;
  private final ValueTranslator arithmetic;

  TrinaryFunctions(Ids ids, Builder builder, ValueTranslator arithmetic) {
    this.ids = ids;
    this.b = builder;
    this.arithmetic = arithmetic;
  }

  /** The words of the result. Functions 1 to 3 are minima, 4 to 6 maxima, 7 to 9 medians. */
  Value[] translate(SpirvInstruction i) {
    int number = i.operand(1);
    SpirvType.Scalar type = Ids.component(ids.type(i.type()));
    if (number < 1 || number > 9 || type == null) {
      throw SpirvErrors.at(i.location(), "function %d of %s does not exist", number, SET);
    }
    int kind = (number - 1) % 3;
    Value[][] operands = new Value[3][];
    for (int n = 0; n < 3; n++) {
      Value[] words = ids.value(i.operand(n + 2));
      operands[n] = kind == 0 ? words : arithmetic.extended(type, words, kind == 2);
    }
    Value[] x = operands[0];
    Value[] y = operands[1];
    Value[] z = operands[2];
    return switch ((number - 1) / 3) {
      case 0 -> each(SMALLER[kind], type, each(SMALLER[kind], type, x, y), z);
      case 1 -> each(LARGER[kind], type, each(LARGER[kind], type, x, y), z);
      default -> {
        Value[] larger = each(LARGER[kind], type, x, y);
        Value[] smaller = each(SMALLER[kind], type, x, y);
        yield each(LARGER[kind], type, smaller, each(SMALLER[kind], type, larger, z));
      }
    };
  }

  private Value[] each(Opcode opcode, SpirvType.Scalar type, Value[] x, Value[] y) {
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n += type.words()) {
      if (WideIntegers.isWide(type)) {
        Value[] left = {x[n], x[n + 1]};
        Value[] right = {y[n], y[n + 1]};
        System.arraycopy(new WideIntegers(ids, b).combine(opcode, left, right), 0, made, n, 2);
      } else {
        made[n] = b.op(opcode, x[n], y[n]);
      }
    }
    return made;
  }
}
