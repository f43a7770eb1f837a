package dev.zhulong.firmware.texel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The texture instructions against the machine contract's words, in big numbers. */
final class TextureUnitTest {
  private static final BigInteger ONE = BigInteger.ONE.shiftLeft(24);
  private static final BigInteger TWO = BigInteger.ONE.shiftLeft(25);
  private static final float[] EDGES = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    0x1p-24f,
    -0x1p-24f,
    0x1p-25f,
    -0x1p-25f,
    0.5f,
    -0.5f,
    0x1.fffffep-1f,
    -0x1.fffffep-1f,
    1f,
    -1f,
    0x1.000002p0f,
    -0x1.000002p0f,
    1.5f,
    -1.5f,
    0x1.fffffep0f,
    -0x1.fffffep0f,
    2f,
    -2f,
    3f,
    -3f,
    0x1p22f,
    0x1.000002p22f,
    -0x1.000002p22f,
    0x1.fffffep22f,
    0x1p23f,
    0x1.000002p23f,
    -0x1.000002p23f,
    0x1.000002p24f,
    0x1p24f,
    -0x1p24f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };
  private static final int[] SIZES = {1, 2, 3, 7, 64, 255, 256, 1000, 4095, 4096};

  @Test
  void coordinatesOfEdgesAndRandomFloats() {
    Random random = new Random(1);
    for (int size : SIZES) {
      for (int mode = 0; mode < 8; mode++) {
        for (float u : EDGES) {
          check(Float.floatToRawIntBits(u), size, mode);
        }
        for (int i = 0; i < 2000; i++) {
          check(random.nextInt(), size, mode);
          check(Float.floatToRawIntBits(6 * random.nextFloat() - 3), size, mode);
          // Around the borders of texels, where the floor decides.
          float border = (random.nextInt(2 * size + 1) - size / 2f) / (2f * size);
          check(Float.floatToRawIntBits(border) + random.nextInt(5) - 2, size, mode);
        }
      }
    }
  }

  private static void check(int bits, int size, int mode) {
    int descriptor = size - 1 | mode << 12 | 0xabcd_8000;
    assertEquals(
        Integer.toHexString(expected(bits, size, mode & 3, mode >= 4)),
        Integer.toHexString(TextureUnit.coordinate(bits, descriptor)),
        () -> Float.intBitsToFloat(bits) + ", size " + size + ", mode " + mode);
  }

  private static int expected(int bits, int size, int wrap, boolean nearest) {
    float u = Float.intBitsToFloat(bits);
    BigInteger x;
    if (Float.isNaN(u) || Float.isInfinite(u) && wrap < 2) {
      x = BigInteger.ZERO;
    } else if (Float.isInfinite(u)) {
      x = u < 0 ? ONE.negate() : TWO.subtract(BigInteger.ONE);
    } else {
      x =
          new BigDecimal(u)
              .multiply(new BigDecimal(ONE))
              .setScale(0, RoundingMode.FLOOR)
              .toBigInteger();
    }
    x =
        switch (wrap) {
          case 0 -> x.mod(ONE);
          case 1 -> {
            BigInteger folded = x.mod(TWO);
            yield folded.compareTo(ONE) < 0
                ? folded
                : TWO.subtract(BigInteger.ONE).subtract(folded);
          }
          default -> x.max(ONE.negate()).min(TWO.subtract(BigInteger.ONE));
        };
    // BigInteger's shift rounds down, as the contract's arithmetic one.
    BigInteger scaled = x.multiply(BigInteger.valueOf(size));
    BigInteger half = BigInteger.valueOf(nearest ? 0 : 1 << 15);
    int p = scaled.add(half).shiftRight(16).intValueExact() - (nearest ? 0 : 128);
    int texel = Math.floorDiv(p, 256);
    int first;
    int second;
    if (wrap == 0) {
      first = Math.floorMod(texel, size);
      second = Math.floorMod(texel + 1, size);
    } else {
      first = Math.min(Math.max(texel, 0), size - 1);
      second = Math.min(Math.max(texel + 1, 0), size - 1);
    }
    return first << 20 | second << 8 | Math.floorMod(p, 256);
  }

  @Test
  void mixesAndColorsOfRandomOperands() {
    Random random = new Random(2);
    int[] weights = {0, 1, 127, 128, 254, 255};
    for (int i = 0; i < 100_000; i++) {
      int a = i % 7 == 0 ? -1 : random.nextInt();
      int b = i % 11 == 0 ? -1 : random.nextInt();
      int w = i % 3 == 0 ? random.nextInt() : weights[i % 6] | random.nextInt() << 8;
      int weight = w & 255;
      for (int high = 0; high < 2; high++) {
        int mixed = TextureUnit.mix(a >>> 16 * high, b >>> 16 * high, w);
        for (int half = 0; half < 2; half++) {
          int shift = 8 * (2 * high + half);
          assertEquals(
              (a >>> shift & 255) * (256 - weight) + (b >>> shift & 255) * weight,
              mixed >>> 16 * half & 0xffff);
        }
        long sum =
            (a >>> 16 * high & 0xffffL) * (256 - weight) + (b >>> 16 * high & 0xffffL) * weight;
        float expected = new BigDecimal(sum).divide(new BigDecimal(65536)).floatValue();
        assertEquals(
            Float.floatToRawIntBits(expected),
            TextureUnit.color(a >>> 16 * high, b >>> 16 * high, w));
      }
    }
  }
}
