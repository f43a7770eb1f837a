package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.rtl.unit.Coverage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The coverage unit on random operands and such near zero and near overflow, an instruction a cycle
 * with gaps, against the definition in wide integers.
 */
class CoverageUnitTest {
  private static final int LANES = 4;
  private static final int ROWS = 60_000;

  private record Row(int[] results, long mask, long tag) {}

  private Random random;

  @BeforeEach
  void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("coverage unit");
  }

  private static int row(int value, int step, int before) {
    int made = before * 16;
    for (int k = 0; k < 4; k++) {
      long wrapped = Math.floorMod(value + (long) k * step, 1L << 32);
      made += wrapped < 1L << 31 ? 1 << k : 0;
    }
    return made;
  }

  private int value() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(33) - 16;
      case 1 -> Integer.MAX_VALUE - random.nextInt(3);
      case 2 -> (1 << 30) * (random.nextInt(3) - 1) + random.nextInt(65) - 32;
      default -> random.nextInt() >> random.nextInt(32);
    };
  }

  @Test
  void resultsAreThoseOfTheDefinition() {
    try (Coverage unit = new Coverage(Units.design("zl_coverage"))) {
      unit.reset(2);
      Deque<Row> waiting = new ArrayDeque<>();
      int sent = 0;
      while (sent < ROWS || !waiting.isEmpty()) {
        boolean valid = sent < ROWS && random.nextInt(4) != 0;
        unit.valid_i.set(valid);
        if (valid) {
          sent++;
          waiting.add(send(unit));
        }
        unit.step(1);
        if (unit.valid_o.isHigh()) {
          Row row = waiting.remove();
          assertEquals(row.tag, unit.tag_o.get());
          assertEquals(row.mask, unit.mask_o.get());
          for (int l = 0; l < LANES; l++) {
            assertEquals(
                Integer.toHexString(row.results[l]), Integer.toHexString(unit.result_o.word(l)));
          }
        }
      }
    }
  }

  private Row send(Coverage unit) {
    boolean any = random.nextInt(3) == 0;
    int mask = random.nextInt(1 << LANES);
    int[] results = new int[LANES];
    int together = 0;
    for (int l = 0; l < LANES; l++) {
      int dense = random.nextInt();
      int a = any ? dense & random.nextInt() : value();
      int b = value();
      int c = random.nextInt();
      unit.a_i.setWord(l, a);
      unit.b_i.setWord(l, b);
      unit.c_i.setWord(l, c);
      results[l] = row(a, b, c);
      together |= (mask >> l & 1) != 0 ? a : 0;
    }
    for (int l = 0; any && l < LANES; l++) {
      results[l] = together;
    }
    long tag = random.nextInt(1 << unit.tag_i.width());
    unit.op_i.set(any ? Coverage.CoverageOpT.COVERAGE_ANY : Coverage.CoverageOpT.COVERAGE_ROW);
    unit.mask_i.set(mask);
    unit.tag_i.set(tag);
    return new Row(results, mask, tag);
  }
}
