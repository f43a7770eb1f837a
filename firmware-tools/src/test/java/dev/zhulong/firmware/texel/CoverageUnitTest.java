package dev.zhulong.firmware.texel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The coverage instruction against its definition in wide integers. */
final class CoverageUnitTest {
  @Test
  void signsOfFourPlaces() {
    Random random = new Random(4);
    for (int n = 0; n < 200_000; n++) {
      int value = random.nextInt() >> random.nextInt(32);
      int step = random.nextInt() >> random.nextInt(32);
      int before = random.nextInt();
      int expected = before * 16;
      for (int k = 0; k < 4; k++) {
        long wrapped = Math.floorMod(value + (long) k * step, 1L << 32);
        expected += wrapped < 1L << 31 ? 1 << k : 0;
      }
      assertEquals(expected, CoverageUnit.row(value, step, before));
    }
  }
}
