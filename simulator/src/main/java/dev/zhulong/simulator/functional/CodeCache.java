package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionDecoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Decoded instructions by page of code, each decoded at its first execution. */
final class CodeCache {
  static final int PAGE_SHIFT = 12;
  private static final int SLOTS = 1 << (PAGE_SHIFT - 2);

  /** One page: the fields of each word, immediate as the instruction's form has it. */
  static final class Page {
    final Instruction[] instruction = new Instruction[SLOTS];
    final int[] word = new int[SLOTS];
    final byte[] rd = new byte[SLOTS];
    final byte[] rs1 = new byte[SLOTS];
    final byte[] rs2 = new byte[SLOTS];
    final int[] immediate = new int[SLOTS];
  }

  private final AddressSpace memory;
  private final Set<Extension> extensions;
  private final Map<Integer, Page> pages = new HashMap<>();

  CodeCache(AddressSpace memory, Set<Extension> extensions) {
    this.memory = memory;
    this.extensions = extensions;
  }

  /** Forgets everything; code or protection may have changed. */
  void invalidate() {
    pages.values().forEach(page -> Arrays.fill(page.instruction, null));
  }

  Page page(int pc) {
    return pages.computeIfAbsent(pc >>> PAGE_SHIFT, number -> new Page());
  }

  /** Fetches and decodes the word at an address. */
  Instruction decode(Page page, int slot, int pc) {
    memory.check(pc, 4, AddressSpace.EXECUTE);
    int word = memory.word(pc);
    Instruction instruction = InstructionDecoder.decode(word);
    if (instruction == null || !extensions.contains(instruction.extension())) {
      throw new FaultSignal(FaultCause.ILLEGAL_INSTRUCTION);
    }
    page.word[slot] = word;
    page.rd[slot] = (byte) InstructionDecoder.rd(word);
    page.rs1[slot] = (byte) InstructionDecoder.rs1(word);
    page.rs2[slot] = (byte) InstructionDecoder.rs2(word);
    page.immediate[slot] = immediate(instruction, word);
    page.instruction[slot] = instruction;
    return instruction;
  }

  private static int immediate(Instruction instruction, int word) {
    String operands = instruction.operands();
    for (int i = 0; i < operands.length(); i++) {
      switch (operands.charAt(i)) {
        case 'j', 'o' -> {
          return InstructionDecoder.immediateI(word);
        }
        case 'q' -> {
          return InstructionDecoder.immediateS(word);
        }
        case 'p' -> {
          return InstructionDecoder.immediateB(word);
        }
        case 'a' -> {
          return InstructionDecoder.immediateJ(word);
        }
        case 'u' -> {
          return InstructionDecoder.immediateU(word);
        }
        case '>' -> {
          return InstructionDecoder.rs2(word);
        }
        case 'E' -> {
          return InstructionDecoder.csr(word);
        }
        case 'm' -> {
          return InstructionDecoder.rm(word);
        }
        default -> {
          // Registers are in fields of their own.
        }
      }
    }
    return 0;
  }
}
