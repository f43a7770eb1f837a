package dev.zhulong.firmware.texel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The merge instructions against the host's IEEE 754 arithmetic. */
final class MergeUnitTest {
  private static final int[] WIDTHS = {2, 5, 6, 8, 10};

  private static int expected(int bits, int width) {
    float v = Float.intBitsToFloat(bits);
    float clamped = Float.isNaN(v) ? 0 : Math.min(Math.max(v, 0), 1);
    return (int) Math.fma(clamped, (1 << width) - 1, 0.5f);
  }

  private static void check(int bits, int width) {
    int field = MergeUnit.field(bits, width);
    if (expected(bits, width) != field) {
      assertEquals(expected(bits, width), field, Integer.toHexString(bits) + ", width " + width);
    }
  }

  @Test
  void fieldsOfFloatsOfAllExponents() {
    for (int width : WIDTHS) {
      for (int exponent = 0; exponent < 512; exponent++) {
        for (int fraction : new int[] {0, 1, 0x3fffff, 0x400000, 0x7fffff}) {
          check(exponent << 23 | fraction, width);
        }
      }
    }
  }

  /** All floats about each place where the field grows by one, and more between. */
  @Test
  void fieldsAboutTheirBorders() {
    Random random = new Random(3);
    for (int width : WIDTHS) {
      int most = (1 << width) - 1;
      for (int n = 0; n < most; n++) {
        int border = Float.floatToRawIntBits((n + 0.5f) / most);
        int w = width;
        IntStream.rangeClosed(border - 1000, border + 1000).forEach(bits -> check(bits, w));
      }
      for (int n = 0; n < 200_000; n++) {
        check(Float.floatToRawIntBits(random.nextFloat()), width);
        check(random.nextInt(), width);
      }
    }
  }

  @Test
  void everyFieldIsUnpacked() {
    for (int width : WIDTHS) {
      float share = (float) (1 / ((1 << width) - 1.0));
      for (int n = 0; n < 1 << width; n++) {
        for (int shift = 0; shift < 32; shift++) {
          int word = n << shift;
          float field = (n << shift >>> shift) * share;
          assertEquals(
              Float.floatToRawIntBits(field),
              MergeUnit.unpack(word | (1 << shift) - 1, shift, width));
        }
      }
    }
  }

  @Test
  void fieldsLieWhereTheFormatsHaveThem() {
    int one = Float.floatToRawIntBits(1);
    assertEquals(0x000000ff, MergeUnit.pack8Low(one, 0, 0));
    assertEquals(0x1000ff00, MergeUnit.pack8Low(0, one, 0x10000000));
    assertEquals(0x00ff0000, MergeUnit.pack8High(one, 0, 0));
    assertEquals(0xff000001, MergeUnit.pack8High(0, one, 1));
    assertEquals(0x000003ff, MergeUnit.pack10Low(one, 0, 0));
    assertEquals(0x000ffc00, MergeUnit.pack10Low(0, one, 0));
    assertEquals(0x3ff00000, MergeUnit.pack10High(one, 0, 0));
    assertEquals(0xc0000000, MergeUnit.pack10High(0, one, 0));
    assertEquals(0x0000001f, MergeUnit.pack565Low(one, 0, 0));
    assertEquals(0x000007e0, MergeUnit.pack565Low(0, one, 0));
    assertEquals(0x0000f800, MergeUnit.pack565High(one, 0));
  }
}
