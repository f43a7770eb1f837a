package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Value;

/**
 * Derivatives within quads: of lanes 4n to 4n+3 the odd ones are to the right of the even ones, the
 * last two below the first two. Each row and column has its own derivative, in all forms of the
 * instructions. SPIR-V specification, Derivative Instructions.
 */
final class Derivatives {
  private final Ids ids;
  private final Builder b;
  private final SubgroupTranslator subgroup;

  Derivatives(Ids ids, Builder builder, SubgroupTranslator subgroup) {
    this.ids = ids;
    this.b = builder;
    this.subgroup = subgroup;
  }

  /** The scalars of an instruction's result, or null if it is not one of this kind. */
  Value[] translate(SpirvInstruction i) {
    return switch (i.op()) {
      case DPDX, DPDX_FINE, DPDX_COARSE -> x(ids.value(i.operand(0)));
      case DPDY, DPDY_FINE, DPDY_COARSE -> y(ids.value(i.operand(0)));
      case FWIDTH, FWIDTH_FINE, FWIDTH_COARSE -> {
        Value[] x = x(ids.value(i.operand(0)));
        Value[] y = y(ids.value(i.operand(0)));
        for (int n = 0; n < x.length; n++) {
          x[n] = b.op(F_ADD, b.op(F_ABS, x[n]), b.op(F_ABS, y[n]));
        }
        yield x;
      }
      default -> null;
    };
  }

  /** What the values grow by from a lane to its right neighbour. */
  Value[] x(Value[] values) {
    return between(values, 1);
  }

  /** What the values grow by from a lane to the one below. */
  Value[] y(Value[] values) {
    return between(values, 2);
  }

  private Value[] between(Value[] values, int distance) {
    Value far = b.op(NE, b.op(AND, subgroup.lane(), Constant.i32(distance)), Constant.i32(0));
    Value[] others = subgroup.exchange(SHUFFLE_XOR, values, Constant.i32(distance));
    Value[] made = new Value[values.length];
    for (int n = 0; n < values.length; n++) {
      Value forward = b.op(F_SUB, others[n], values[n]);
      Value back = b.op(F_SUB, values[n], others[n]);
      made[n] = b.op(SELECT, far, back, forward);
    }
    return made;
  }
}
