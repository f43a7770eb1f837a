package dev.zhulong.rtl;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import java.util.ArrayList;
import java.util.List;

/** Words of a test program, one method an instruction form. */
final class Program {
  private final List<Integer> words = new ArrayList<>();

  Program immediate(Instruction instruction, int rd, int rs1, int value) {
    return add(InstructionEncoder.encode(instruction, rd, rs1, 0, 0, value, 0));
  }

  Program registers(Instruction instruction, int rd, int rs1, int rs2) {
    return add(InstructionEncoder.encode(instruction, rd, rs1, rs2, 0, 0, 0));
  }

  Program store(Instruction instruction, int rs2, int offset, int rs1) {
    return add(InstructionEncoder.encode(instruction, 0, rs1, rs2, 0, offset, 0));
  }

  Program load(Instruction instruction, int rd, int offset, int rs1) {
    return immediate(instruction, rd, rs1, offset);
  }

  Program csr(int rd, Csr csr) {
    return add(InstructionEncoder.encode(Instruction.CSRRS, rd, 0, 0, 0, csr.address(), 0));
  }

  Program jump(int offset) {
    return add(InstructionEncoder.encode(Instruction.JAL, 0, 0, 0, 0, offset, 0));
  }

  Program branch(Instruction instruction, int rs1, int rs2, int offset) {
    return add(InstructionEncoder.encode(instruction, 0, rs1, rs2, 0, offset, 0));
  }

  /** Ends the warp. */
  Program end() {
    return add(InstructionEncoder.encode(Instruction.TMC, 0, 0, 0, 0, 0, 0));
  }

  Program add(int word) {
    words.add(word);
    return this;
  }

  int[] words() {
    return words.stream().mapToInt(Integer::intValue).toArray();
  }
}
