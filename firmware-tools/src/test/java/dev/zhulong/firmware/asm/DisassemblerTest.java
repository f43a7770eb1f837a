package dev.zhulong.firmware.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionDecoder;
import dev.zhulong.firmware.link.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisassemblerTest {
  @TempDir private Path folder;

  /** Whether binutils 2.40 knows the word; it came before Zicond and knows nothing of warps. */
  private static boolean knownToGnu(Instruction instruction, int word) {
    if (instruction.extension() == Extension.ZICOND
        || instruction.extension() == Extension.WARP
        || Extension.UNITS.contains(instruction.extension())) {
      return false;
    }
    boolean badRounding =
        instruction.has('m')
            && (InstructionDecoder.rm(word) == 5 || InstructionDecoder.rm(word) == 6);
    // It names CSRs that the core lacks, and hints that the core ignores.
    boolean foreignCsr =
        instruction.has('E') && Names.csr(InstructionDecoder.csr(word)).startsWith("0x");
    boolean coreCsr =
        instruction.has('E')
            && !List.of(1, 2, 3, 0x340, 0xB00, 0xB02, 0xB80, 0xB82, 0xF14)
                .contains(InstructionDecoder.csr(word));
    boolean fence = instruction == Instruction.FENCE || instruction == Instruction.FENCE_I;
    boolean hint = fence || instruction == Instruction.ORI && InstructionDecoder.rd(word) == 0;
    return !badRounding && !foreignCsr && !coreCsr && !hint;
  }

  @Test
  void randomWordsReadAsGnuReadsThem() throws IOException, InterruptedException {
    Gnu.assumeInstalled();
    long seed = Long.getLong("zl.seed", System.nanoTime());
    System.out.println("DisassemblerTest seed " + seed + " (-Dzl.seed=" + seed + ")");
    Random random = new Random(seed);
    StringBuilder assembly = new StringBuilder();
    int count = 0;
    for (Instruction instruction : Instruction.values()) {
      for (int i = 0; i < 60; i++) {
        int word = instruction.match() | random.nextInt() & ~instruction.mask();
        if (i < 6) {
          // The corners where aliases live: the same register, zero, and small immediates.
          word =
              instruction.match()
                  | (random.nextInt(2) << 7 | random.nextInt(2) << 15) & ~instruction.mask();
          word |= (random.nextInt(3) - 1) << 20 & ~instruction.mask();
        }
        if (InstructionDecoder.decode(word) == instruction && knownToGnu(instruction, word)) {
          assembly.append(String.format(".insn 0x%08x%n", word));
          count++;
        }
      }
    }
    Path elf = Gnu.link(folder, ".globl _start\n_start:\n" + assembly);
    List<String> expected = lines(Gnu.run(folder, "objdump", "-d", "gnu.elf"));
    List<String> actual =
        lines(Disassembler.listing(ElfFile.read(Files.readAllBytes(elf), "gnu.elf")));
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      assertEquals(expected.get(i), actual.get(i));
    }
    assertEquals(expected.size(), actual.size());
    System.out.println("DisassemblerTest compared " + count + " words with objdump");
  }

  private static List<String> lines(String text) {
    return new ArrayList<>(text.lines().toList());
  }
}
