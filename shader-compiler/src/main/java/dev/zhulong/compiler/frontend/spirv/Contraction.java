package dev.zhulong.compiler.frontend.spirv;

import java.util.HashSet;
import java.util.Set;

/**
 * Where the source lets a product be fused with the sum that it feeds. SPIR-V specification,
 * NoContraction, FP Fast Math Mode, FPFastMathDefault.
 */
final class Contraction {
  private static final int FP_FAST_MATH_DEFAULT = 6028;
  private static final int ALLOW_CONTRACT = 0x10000;

  private final SpirvModule module;
  private final Ids ids;
  private Set<SpirvType> forbidden;

  Contraction(SpirvModule module, Ids ids) {
    this.module = module;
    this.ids = ids;
  }

  /** Whether an instruction may be fused with others. */
  boolean allowed(SpirvInstruction i) {
    if (module.decoration(i.id(), Decoration.NO_CONTRACTION) != null) {
      return false;
    }
    SpirvModule.Decorated mode = module.decoration(i.id(), Decoration.FP_FAST_MATH_MODE);
    if (mode != null) {
      return (mode.literal() & ALLOW_CONTRACT) != 0;
    }
    return !forbidden().contains(Ids.component(ids.type(i.type())));
  }

  /** The scalar types whose default, by an execution mode, lacks the permission. */
  private Set<SpirvType> forbidden() {
    if (forbidden == null) {
      forbidden = new HashSet<>();
      for (SpirvInstruction mode : module.executionModes()) {
        if (mode.operand(1) == FP_FAST_MATH_DEFAULT
            && (ids.constantInt(mode.operand(3)) & ALLOW_CONTRACT) == 0) {
          forbidden.add(ids.type(mode.operand(2)));
        }
      }
    }
    return forbidden;
  }
}
