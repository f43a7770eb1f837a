package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.Kernel;

/** The back end: a kernel in, machine code out. */
public final class CodeGenerator {
  private CodeGenerator() {}

  /**
   * Generates code for a kernel.
   *
   * @param kernel at {@link dev.zhulong.compiler.ir.Stage#LOWERED}; not changed
   * @throws CodeGenException if its private memory does not fit the stack
   */
  public static MachineProgram generate(Kernel kernel, CodeGenOptions options) {
    MachineFunction function = Selector.select(kernel);
    ConstantSharing.run(function);
    Liveness.removeDead(function);
    if (options.schedule()) {
      Scheduler.schedule(function, options);
    }
    RegisterAllocator.allocate(function, options);
    Spiller.insertPrologue(function);
    return Emitter.emit(function, kernel.name());
  }
}
