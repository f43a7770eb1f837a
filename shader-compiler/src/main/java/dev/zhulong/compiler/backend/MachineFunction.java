package dev.zhulong.compiler.backend;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A kernel's machine code: blocks in layout order over virtual registers. */
final class MachineFunction {
  final List<MachineBlock> blocks = new ArrayList<>();
  final Frame frame = new Frame();
  private final BitSet floats = new BitSet();
  private int registers = Register.FIRST_VIRTUAL;

  MachineFunction() {
    floats.set(Register.FLOAT_BASE, Register.FIRST_VIRTUAL);
  }

  int newRegister(boolean isFloat) {
    floats.set(registers, isFloat);
    return registers++;
  }

  boolean isFloat(int register) {
    return floats.get(register);
  }

  /** One more than the highest register number. */
  int registerCount() {
    return registers;
  }

  /** Calls back for each block that control may go to from the given one. */
  void successors(MachineBlock block, java.util.function.Consumer<MachineBlock> action) {
    for (MachineInstruction i : block.instructions) {
      if (i.target != null) {
        action.accept(i.target);
      }
    }
    if (block.fallsThrough() && block.index + 1 < blocks.size()) {
      action.accept(blocks.get(block.index + 1));
    }
  }
}
