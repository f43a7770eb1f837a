package dev.zhulong.graphics;

/**
 * How many samples a pixel has and what becomes of them. With 4 samples they lie at Vulkan's
 * standard places.
 *
 * @param samples 1 or 4
 * @param sampleShading whether the fragment shader runs for each sample instead of each pixel
 * @param alphaToCoverage whether the alpha of output 0 takes samples away
 * @param alphaToOne whether alpha is then 1
 * @param mask samples that may be drawn, one bit each
 */
public record Multisampling(
    int samples, boolean sampleShading, boolean alphaToCoverage, boolean alphaToOne, int mask) {
  /** One sample, the pixel's centre. */
  public static final Multisampling SINGLE = of(1);

  /** Where sample n lies from the centre, in 1/256 pixel. */
  private static final int[][] PLACES = {{-32, -96}, {96, -32}, {-96, 32}, {32, 96}};

  /** Checks the number. */
  public Multisampling {
    requireCount(samples);
  }

  /** All samples drawn, one fragment a pixel. */
  public static Multisampling of(int samples) {
    return new Multisampling(samples, false, false, false, -1);
  }

  static void requireCount(int samples) {
    if (samples != 1 && samples != 4) {
      throw new IllegalArgumentException(samples + " samples a pixel; 1 or 4 are possible");
    }
  }

  boolean many() {
    return samples > 1;
  }

  /** Bits of the samples that may be drawn. */
  int allowed() {
    return mask & (1 << samples) - 1;
  }

  static int placeX(int sample) {
    return PLACES[sample][0];
  }

  static int placeY(int sample) {
    return PLACES[sample][1];
  }
}
