package dev.zhulong.scene;

import dev.zhulong.graphics.RenderStatistics;
import java.awt.image.BufferedImage;

/**
 * A finished picture.
 *
 * @param width pixels of a row
 * @param height rows
 * @param pixels red, green, blue, alpha, a byte each; the top row first
 * @param shadow what the shadow map cost
 * @param scene what the scene cost
 * @param resolve what making colours of it cost
 */
public record Frame(
    int width,
    int height,
    byte[] pixels,
    RenderStatistics shadow,
    RenderStatistics scene,
    RenderStatistics resolve) {
  /** Device cycles of all of it. */
  public long cycles() {
    return total().cycles();
  }

  /** What all of it cost. */
  public RenderStatistics total() {
    return shadow.plus(scene).plus(resolve);
  }

  /** The same without alpha. */
  public BufferedImage image() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int n = 0; n < width * height; n++) {
      int rgb =
          (pixels[4 * n] & 0xff) << 16
              | (pixels[4 * n + 1] & 0xff) << 8
              | (pixels[4 * n + 2] & 0xff);
      image.setRGB(n % width, n / width, rgb);
    }
    return image;
  }
}
