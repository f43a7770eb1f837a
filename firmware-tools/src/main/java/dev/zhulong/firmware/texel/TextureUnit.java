package dev.zhulong.firmware.texel;

/** What the texture instructions compute, bit for bit. Machine contract, texture unit. */
public final class TextureUnit {
  /** Largest size of an axis. */
  public static final int MAXIMUM_SIZE = 4096;

  /** Lowest bit of the wrap mode in a coordinate's descriptor. */
  public static final int WRAP = 12;

  /** Wrap mode: the image repeats. */
  public static final int REPEAT = 0;

  /** Wrap mode: every second repetition is mirrored. */
  public static final int MIRRORED_REPEAT = 1;

  /** Wrap mode: the texel at the edge goes on. */
  public static final int CLAMP_TO_EDGE = 2;

  /** Bit of a coordinate's descriptor: the nearest texel only. */
  public static final int NEAREST = 1 << 14;

  /** Fraction bits of a coordinate: 1.0 is the width of the image. */
  private static final int FRACTION = 24;

  private TextureUnit() {}

  /**
   * Mixes two bytes of two words: {@code tex.mixlo} and, with the words shifted right by 16, {@code
   * tex.mixhi}.
   *
   * @param weight of the second, in its low byte: 256ths
   * @return 256 times the mixed bytes, in 16 bits each
   */
  public static int mix(int first, int second, int weight) {
    int w = weight & 255;
    // Two products at a time: a half has room for 255 * 256.
    int low = (first & 255 | (first & 0xff00) << 8) * (256 - w);
    return low + (second & 255 | (second & 0xff00) << 8) * w;
  }

  /**
   * Mixes the low halves of two words: {@code tex.colorlo} and, with the words shifted right by 16,
   * {@code tex.colorhi}.
   *
   * @param weight of the second, in its low byte: 256ths
   * @return bits of a float: the mixed numbers divided by 256
   */
  public static int color(int first, int second, int weight) {
    int w = weight & 255;
    int sum = (first & 0xffff) * (256 - w) + (second & 0xffff) * w;
    return Float.floatToRawIntBits(sum * 0x1p-16f);
  }

  /**
   * Where a coordinate falls along one axis: {@code tex.coord}.
   *
   * @param bits the coordinate, a float's bits
   * @param descriptor the size less one (bits 11 to 0), wrap mode (13 and 12), nearest (14)
   * @return first texel (bits 31 to 20), second one (19 to 8), weight of the second (7 to 0)
   */
  public static int coordinate(int bits, int descriptor) {
    int size = (descriptor & 4095) + 1;
    int wrap = descriptor >> 12 & 3;
    boolean clamps = wrap >= 2;
    long x = clamps ? saturated(bits) : wrapped(bits);
    if (wrap == 0) {
      x &= (1 << FRACTION) - 1;
    } else if (wrap == 1 && x >= 1 << FRACTION) {
      x = (2 << FRACTION) - 1 - x;
    }
    boolean nearest = (descriptor & NEAREST) != 0;
    // A weight is the nearest 256th; the nearest texel is the one that the place is in.
    long position = nearest ? x * size >> 16 : (x * size + 0x8000 >> 16) - 128;
    int i = (int) (position >> 8);
    int first = wrap == 0 ? i < 0 ? i + size : i : Math.clamp(i, 0, size - 1);
    int second = wrap == 0 ? i + 1 == size ? 0 : i + 1 : Math.clamp(i + 1, 0, size - 1);
    return first << 20 | second << 8 | (int) position & 255;
  }

  /** floor(u * 2^24) modulo 2^25; zero where u is not finite. */
  private static long wrapped(int bits) {
    int exponent = bits >> 23 & 255;
    return exponent == 255 ? 0 : floor(bits, exponent) & (2 << FRACTION) - 1;
  }

  /** floor(u * 2^24), from -2^24 to 2^25 - 1; zero for a NaN. */
  private static long saturated(int bits) {
    int exponent = bits >> 23 & 255;
    if (exponent == 255 && (bits & 0x7f_ffff) != 0) {
      return 0;
    }
    // From 2.0 on, the significand has come to 2^25.
    long x = exponent > 127 ? (bits < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : floor(bits, exponent);
    return Math.clamp(x, -1L << FRACTION, (2L << FRACTION) - 1);
  }

  /** floor(u * 2^24) of a finite float, as far as 64 bits hold it. */
  private static long floor(int bits, int exponent) {
    long significand = bits & 0x7f_ffff | (exponent == 0 ? 0 : 0x80_0000);
    long signed = bits < 0 ? -significand : significand;
    // The significand counts 2^-149 at exponents 0 and 1.
    int shift = Math.max(exponent, 1) - 150 + FRACTION;
    if (shift >= 0) {
      return shift < 40 ? signed << shift : 0;
    }
    return signed >> Math.min(-shift, 63);
  }
}
