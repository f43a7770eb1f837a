package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Stage;
import java.util.function.BiConsumer;

/** The order of the passes between front end and back end. */
public final class Pipeline {
  private Pipeline() {}

  /**
   * Brings a kernel from {@link Stage#BUILT} to {@link Stage#LOWERED}.
   *
   * @param level 0 (only what is needed) to 2 (all passes)
   * @param afterPass told each pass's name and the stage that the kernel is at after it
   */
  public static void run(Kernel kernel, int level, BiConsumer<String, Stage> afterPass) {
    simplify(kernel, level, afterPass);
    Region body = kernel.body();
    LowerMath.run(body);
    afterPass.accept("lower-math", Stage.LOWERED);
    if (level > 0) {
      Simplify.run(body);
      afterPass.accept("simplify", Stage.LOWERED);
      prepare(kernel, level, afterPass);
    }
  }

  /**
   * The passes that know nothing of the machine.
   *
   * @param kernel at {@link Stage#BUILT}, and becomes {@link Stage#SSA}
   * @param level 0 (only what is needed) to 2 (all passes)
   */
  public static void simplify(Kernel kernel, int level, BiConsumer<String, Stage> afterPass) {
    Region body = kernel.body();
    Ssa.run(body);
    afterPass.accept("ssa", Stage.SSA);
    DeadCode.run(body);
    afterPass.accept("dead-code", Stage.SSA);
    if (level > 0) {
      ConstantPropagation.run(body);
      afterPass.accept("constants", Stage.SSA);
      JumpThreading.run(body);
      afterPass.accept("jump-threading", Stage.SSA);
      Simplify.run(body);
      afterPass.accept("simplify", Stage.SSA);
      IfConvert.run(kernel);
      afterPass.accept("if-convert", Stage.SSA);
      Simplify.run(body);
      Rotate.run(body);
      afterPass.accept("rotate", Stage.SSA);
      Simplify.run(body);
      afterPass.accept("simplify", Stage.SSA);
    }
  }

  /**
   * The passes that know the machine: what a branch, a loop and an address cost there.
   *
   * @param kernel at {@link Stage#LOWERED}, and stays there
   * @param level 1 or 2; loops are unrolled at 2
   */
  public static void prepare(Kernel kernel, int level, BiConsumer<String, Stage> afterPass) {
    Region body = kernel.body();
    IfConvert.run(kernel);
    afterPass.accept("if-convert", Stage.LOWERED);
    Simplify.run(body);
    Licm.run(body);
    afterPass.accept("licm", Stage.LOWERED);
    if (level > 1) {
      Unroll.run(kernel);
      afterPass.accept("unroll", Stage.LOWERED);
      Simplify.run(body);
      afterPass.accept("simplify", Stage.LOWERED);
      ScalarReplacement.run(body);
      afterPass.accept("scalar-replacement", Stage.LOWERED);
      Simplify.run(body);
      Licm.run(body);
    }
    ConstantTables.run(body);
    afterPass.accept("constant-tables", Stage.LOWERED);
    Strength.run(body);
    afterPass.accept("strength", Stage.LOWERED);
    Simplify.run(body);
    Licm.run(body);
    afterPass.accept("licm", Stage.LOWERED);
    InvariantAddresses.run(body);
    NeighbourAddresses.run(body);
    afterPass.accept("addresses", Stage.LOWERED);
    Simplify.run(body);
  }
}
