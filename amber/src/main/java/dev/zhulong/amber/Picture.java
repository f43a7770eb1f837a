package dev.zhulong.amber;

import dev.zhulong.firmware.texel.TexelFormat;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** An image buffer as a picture. */
final class Picture {
  private Picture() {}

  /**
   * Writes texels as PNG: components of 0 to 1 as they are, integers modulo 256.
   *
   * @throws IllegalArgumentException if the buffer is no image, or the file cannot be written
   */
  static void write(BufferSpec spec, byte[] texels, Path file) {
    TexelFormat format = spec.image() == null ? null : spec.image().format();
    if (format == null) {
      throw new IllegalArgumentException("buffer " + spec.name() + " is no image");
    }
    int width = spec.width();
    BufferedImage image = new BufferedImage(width, spec.height(), BufferedImage.TYPE_INT_ARGB);
    for (int n = 0; n < width * spec.height(); n++) {
      double[] c = format.decode(texels, n * format.bytes());
      int argb = 0;
      for (int k = 0; k < 4; k++) {
        int value =
            format.kind().integer()
                ? (int) c[k] & 255
                : (int) Math.rint(Math.clamp(c[k], 0.0, 1.0) * 255);
        argb |= value << (k == 3 ? 24 : 16 - 8 * k);
      }
      image.setRGB(n % width, n / width, argb);
    }
    try {
      if (!ImageIO.write(image, "png", file.toFile())) {
        throw new IOException("there is no PNG writer");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "picture " + file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
