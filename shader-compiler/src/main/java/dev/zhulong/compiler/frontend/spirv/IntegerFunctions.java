package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;

/**
 * Translates the integer functions that shaders share with OpenCL: counts of zeros, differences,
 * sums that saturate, averages. SPV_INTEL_shader_integer_functions2.
 */
final class IntegerFunctions {
  private final Ids ids;
  private final Builder b;
  private final OpenClFunctions alike;

  IntegerFunctions(Ids ids, Builder builder, ValueTranslator values, MemoryTranslator memory) {
    this.ids = ids;
    this.b = builder;
    this.alike = new OpenClFunctions(ids, builder, values, memory);
  }

  /** The scalars of an instruction's result, or null if it is none of these. */
  Value[] translate(SpirvInstruction i) {
    return switch (i.op()) {
      case U_COUNT_LEADING_ZEROS -> of(i, 151);
      case U_COUNT_TRAILING_ZEROS -> of(i, 152);
      case ABS_I_SUB -> of(i, 142);
      case ABS_U_SUB -> of(i, 202);
      case I_ADD_SAT -> of(i, 143);
      case U_ADD_SAT -> of(i, 144);
      case I_AVERAGE -> of(i, 145);
      case U_AVERAGE -> of(i, 146);
      case I_AVERAGE_ROUNDED -> of(i, 147);
      case U_AVERAGE_ROUNDED -> of(i, 148);
      case I_SUB_SAT -> of(i, 162);
      case U_SUB_SAT -> of(i, 163);
      case I_MUL_32X16 -> product(i, EXTEND_S16);
      case U_MUL_32X16 -> product(i, EXTEND_U16);
      default -> null;
    };
  }

  /** The function with a number in OpenCL.std. */
  private Value[] of(SpirvInstruction i, int number) {
    int[] operands = new int[i.operands().length + 2];
    operands[1] = number;
    System.arraycopy(i.operands(), 0, operands, 2, i.operands().length);
    return alike.translate(
        new SpirvInstruction(SpirvOp.EXT_INST, i.type(), i.id(), operands, i.location()));
  }

  private Value[] product(SpirvInstruction i, Opcode extension) {
    SpirvType.Scalar type = Ids.component(ids.type(i.type()));
    if (type == null || type.bits() != 32) {
      throw SpirvErrors.at(i.location(), "%s makes integers of 32 bits", i.op());
    }
    Value[] x = ids.value(i.operand(0));
    Value[] y = ids.value(i.operand(1));
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = b.op(MUL, x[n], b.op(extension, y[n]));
    }
    return made;
  }
}
