package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import java.util.Arrays;

/** Instruction words in the making; places are word numbers. */
final class CodeBuffer {
  private int[] words = new int[256];
  private int count;

  int place() {
    return count;
  }

  int[] words() {
    return Arrays.copyOf(words, count);
  }

  void word(int word) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    words[count++] = word;
  }

  void registers(Instruction instruction, int rd, int rs1, int rs2) {
    word(InstructionEncoder.encode(instruction, rd, rs1, rs2, 0, 0, 0));
  }

  void immediate(Instruction instruction, int rd, int rs1, int immediate) {
    word(InstructionEncoder.encode(instruction, rd, rs1, 0, 0, immediate, 0));
  }

  void store(Instruction instruction, int value, int base, int offset) {
    word(InstructionEncoder.encode(instruction, 0, base, value, 0, offset, 0));
  }

  void floating(Instruction instruction, int rd, int rs1, int rs2, int rs3, int rm) {
    word(InstructionEncoder.encode(instruction, rd, rs1, rs2, rs3, 0, rm));
  }

  /** A CSR instruction; the source is a register, or the value of the immediate forms. */
  void csr(Instruction instruction, int rd, Csr csr, int source) {
    word(InstructionEncoder.encode(instruction, rd, source, 0, 0, csr.address(), source));
  }

  void read(int rd, Csr csr) {
    csr(Instruction.CSRRS, rd, csr, 0);
  }

  void load(int rd, int value) {
    int low = value << 20 >> 20;
    immediate(Instruction.LUI, rd, 0, value - low >>> 12);
    immediate(Instruction.ADDI, rd, rd, low);
  }

  /** A branch or JAL to a place that is already known. */
  void jump(Instruction instruction, int rs1, int rs2, int target) {
    word(InstructionEncoder.encode(instruction, 0, rs1, rs2, 0, 4 * (target - count), 0));
  }

  /** A branch or JAL whose target {@link #bind} gives later; returns what bind needs. */
  int forward(Instruction instruction, int rs1, int rs2) {
    jump(instruction, rs1, rs2, count);
    return count - 1;
  }

  /** Lets a forward jump go to the present place. */
  void bind(int jump) {
    int word = words[jump];
    int offset = 4 * (count - jump);
    Instruction instruction =
        (word & 0x7f) == Instruction.JAL.match() ? Instruction.JAL : Instruction.BEQ;
    words[jump] =
        word | InstructionEncoder.encode(instruction, 0, 0, 0, 0, offset, 0) & ~instruction.mask();
  }
}
