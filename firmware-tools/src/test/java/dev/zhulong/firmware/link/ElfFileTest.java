package dev.zhulong.firmware.link;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.asm.Assembler;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ElfFileTest {
  private static final String SOURCE =
      """
      .globl _start
      _start: la a0, value
        call outside
        ret
      .data
      value: .word value, 5
      .bss
      .zero 64
      """;

  private static List<byte[]> files() {
    return List.of(
        Assembler.assemble(SOURCE + ".text\noutside: ret\n", "a.s").toBytes(),
        Assembler.assembleObject(SOURCE, "b.s").toBytes());
  }

  @Test
  void everyTruncationIsAnElfException() {
    for (byte[] file : files()) {
      for (int length = 0; length < file.length; length++) {
        byte[] part = Arrays.copyOf(file, length);
        ElfException e = assertThrows(ElfException.class, () -> ElfFile.read(part, "part.elf"));
        assertTrue(e.getMessage().startsWith("part.elf: "), e.getMessage());
      }
    }
  }

  @Test
  void mutatedFilesGiveOnlyElfExceptions() {
    long seed = Long.getLong("zl.seed", System.nanoTime());
    System.out.println("ElfFileTest seed " + seed + " (-Dzl.seed=" + seed + ")");
    Random random = new Random(seed);
    int refused = 0;
    for (byte[] file : files()) {
      for (int i = 0; i < 40_000; i++) {
        byte[] mutant = file.clone();
        for (int k = random.nextInt(4); k >= 0; k--) {
          // Headers decide most: the first bytes and the section headers at the end.
          int at =
              switch (random.nextInt(3)) {
                case 0 -> random.nextInt(150);
                case 1 -> mutant.length - 1 - random.nextInt(400);
                default -> random.nextInt(mutant.length);
              };
          int[] values = {0, 1, 0x7f, 0x80, 0xff, random.nextInt(256)};
          mutant[at] = (byte) values[random.nextInt(values.length)];
        }
        try {
          ElfFile read = ElfFile.read(mutant, "mutant.elf");
          read.section(".debug_line").ifPresent(s -> LineTable.parse(s.bytes()));
        } catch (ElfException e) {
          refused++;
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ", mutant " + i, e);
        }
      }
    }
    assertTrue(refused > 1000, refused + " files refused");
  }
}
