package dev.zhulong.firmware.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.zhulong.firmware.asm.Assembler;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ElfFileTest {
  private static byte[] sample() {
    return Assembler.assemble("_start: la a0, x\n ret\n .data\nx: .word 7\n", "s.s").toBytes();
  }

  private static void readOrRefuse(byte[] bytes, String what) {
    try {
      ElfFile.read(bytes, "damaged");
    } catch (ElfException expected) {
      // The one exception that a damaged file may give.
    } catch (RuntimeException e) {
      fail(what, e);
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    ElfFile file = ElfFile.read(sample(), "s.elf");
    assertEquals(0x8000_0000L, file.entry());
    assertEquals(2, file.segments().size());
    assertEquals(7, file.section(".data").orElseThrow().bytes()[0]);
  }

  @Test
  void truncatedFilesAreRefused() {
    byte[] whole = sample();
    for (int length = 0; length < whole.length; length++) {
      readOrRefuse(Arrays.copyOf(whole, length), "first " + length + " bytes");
    }
  }

  @Test
  void damagedFilesAreReadOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] whole = sample();
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = whole.clone();
      for (int i = 0; i <= round % 4; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      readOrRefuse(bytes, "seed " + seed + " round " + round);
    }
  }
}
