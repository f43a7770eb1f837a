package dev.zhulong.firmware.texel;

/** What the merge instructions compute, bit for bit. Machine contract, merge unit. */
public final class MergeUnit {
  /** Fraction bits of a colour on its way to its field. */
  private static final int FRACTION = 34;

  private MergeUnit() {}

  /**
   * The field of a colour's component: {@code fma(clamp(v, 0, 1), 2^width - 1, 0.5)}, rounded to a
   * float and then toward zero; zero for a NaN.
   *
   * @param bits the component, a float's bits
   * @param width of the field, 2 to 10 bits
   */
  public static int field(int bits, int width) {
    int exponent = bits >> 23 & 255;
    // In units of 2^-34; what is below 2^-11 gives less than a half in every width.
    long v = 0;
    boolean nan = exponent == 255 && (bits & 0x7f_ffff) != 0;
    if (bits >= 0 && exponent >= 127 && !nan) {
      v = 1L << FRACTION;
    } else if (bits >= 0 && exponent >= 116 && !nan) {
      v = (long) (bits & 0x7f_ffff | 0x80_0000) << exponent - 116;
    }
    long sum = (v << width) - v + (1L << FRACTION - 1);
    // Rounding to a float comes to the next whole number from half a last place below it on.
    return (int) (sum + (Long.highestOneBit(sum) >> 24) >> FRACTION);
  }

  /**
   * Two fields in a word: {@code merge.pack…}.
   *
   * @param word what the fields are added to, by OR
   * @param first a float's bits
   * @param second a float's bits
   */
  public static int pack(
      int word, int first, int width, int shift, int second, int secondWidth, int secondShift) {
    return word | field(first, width) << shift | field(second, secondWidth) << secondShift;
  }

  /** {@code merge.pack8lo}. */
  public static int pack8Low(int first, int second, int word) {
    return pack(word, first, 8, 0, second, 8, 8);
  }

  /** {@code merge.pack8hi}. */
  public static int pack8High(int first, int second, int word) {
    return pack(word, first, 8, 16, second, 8, 24);
  }

  /** {@code merge.pack10lo}. */
  public static int pack10Low(int first, int second, int word) {
    return pack(word, first, 10, 0, second, 10, 10);
  }

  /** {@code merge.pack10hi}. */
  public static int pack10High(int first, int second, int word) {
    return pack(word, first, 10, 20, second, 2, 30);
  }

  /** {@code merge.pack565lo}. */
  public static int pack565Low(int first, int second, int word) {
    return pack(word, first, 5, 0, second, 6, 5);
  }

  /** {@code merge.pack565hi}, which ignores its second operand. */
  public static int pack565High(int first, int word) {
    return word | field(first, 5) << 11;
  }

  /**
   * The component that a field of a word stands for: {@code merge.unpack…}.
   *
   * @param shift lowest bit of the field; bits beyond the word are zero
   * @param width 2, 5, 6, 8 or 10 bits
   * @return bits of a float: the field times the float that is nearest to 1 / (2^width - 1)
   */
  public static int unpack(int word, int shift, int width) {
    int most = (1 << width) - 1;
    return Float.floatToRawIntBits((word >>> shift & most) * (float) (1.0 / most));
  }
}
