package dev.zhulong.firmware.texel;

/** What the coverage instructions compute, bit for bit. Machine contract, coverage unit. */
public final class CoverageUnit {
  /** Places that an instruction looks at. */
  public static final int PLACES = 4;

  private CoverageUnit() {}

  /**
   * Where an edge function is not negative along a row: {@code cover.row}. Sums wrap.
   *
   * @param value at the first place
   * @param step to the next one
   * @param before the rows below
   * @return {@code before} shifted by four bits; bit k says that value + k * step is not negative
   */
  public static int row(int value, int step, int before) {
    int bits = 0;
    for (int k = 0; k < PLACES; k++) {
      bits |= ~(value + k * step) >>> 31 << k;
    }
    return before << PLACES | bits;
  }
}
