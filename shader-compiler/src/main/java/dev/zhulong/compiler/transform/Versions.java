package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.link.KernelInfo;
import java.util.List;

/**
 * Makes one kernel of two: one without the bounds checks that hold if some conditions on the launch
 * do, and one with them. The driver answers for the conditions in a word of the argument block, so
 * that all invocations go the same way.
 */
public final class Versions {
  private Versions() {}

  /**
   * Joins two kernels that do the same.
   *
   * @param unchecked the one to run if the limits hold
   * @param checked the other
   * @param limits the conditions
   */
  public static Kernel join(Kernel unchecked, Kernel checked, List<KernelInfo.Limit> limits) {
    int flagOffset = unchecked.argumentBytes();
    Region body = new Region();
    Builder b = new Builder(body);
    Value arguments = b.make(Opcode.READ_CSR, Type.I32, Csr.MSCRATCH);
    Access access = new Access(Space.ARGUMENTS, 4, false, flagOffset, 0, true);
    Value flag = b.make(Opcode.LOAD, Type.I32, access, arguments);
    Value holds = b.op(Opcode.NE, flag, Constant.i32(0));
    Instruction choice = b.append(Opcode.IF, List.of(holds), List.of(), null);
    choice.regions().add(arm(unchecked.body()));
    choice.regions().add(arm(checked.body()));
    b.effect(Opcode.END, null);
    // What both arms begin with, as reading the argument block's address, stands before them now.
    Simplify.run(body);
    return new Kernel(
        unchecked.name(),
        unchecked.group(),
        unchecked.localBytes(),
        flagOffset + 4,
        unchecked.bindings(),
        unchecked.pushConstants(),
        body,
        new KernelInfo.Proof(flagOffset, limits));
  }

  private static Region arm(Region body) {
    Instruction end = body.instructions().removeLast();
    body.instructions()
        .add(new Instruction(Opcode.YIELD, List.of(), List.of(), null, end.location()));
    return body;
  }
}
