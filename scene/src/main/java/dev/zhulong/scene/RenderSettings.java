package dev.zhulong.scene;

/**
 * How scenes are drawn.
 *
 * @param width pixels of a row
 * @param height rows
 * @param samples how many times as large it is drawn and averaged, each way
 * @param shadow texels of the shadow map each way, or 0 for no shadows
 * @param exposure what light is multiplied with before it becomes a colour
 * @param sky what the sky's light is multiplied with
 */
public record RenderSettings(
    int width, int height, int samples, int shadow, float exposure, float sky) {
  /** A shadow map of 512 texels each way, and the rest as it is. */
  public static RenderSettings of(int width, int height) {
    return new RenderSettings(width, height, 1, 512, 1, 1);
  }

  /** Checks the sizes. */
  public RenderSettings {
    if (samples < 1 || samples > 4) {
      throw new IllegalArgumentException(samples + " samples each way; 1 to 4 are possible");
    }
    if (width < 1 || height < 1 || Math.max(width, height) > 4096 / samples) {
      throw new IllegalArgumentException(
          "a picture of "
              + width
              + "x"
              + height
              + " pixels; 1 to "
              + 4096 / samples
              + " each way are possible");
    }
    if (shadow != 0 && (shadow < 16 || shadow > 4096)) {
      throw new IllegalArgumentException(
          "a shadow map of " + shadow + " texels; 0, or 16 to 4096, are possible");
    }
    if (!(exposure > 0 && exposure < 1e6f) || !(sky >= 0 && sky < 1e6f)) {
      throw new IllegalArgumentException(
          "exposure " + exposure + " must be above 0, the sky's light " + sky + " not below");
    }
  }
}
