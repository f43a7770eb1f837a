package dev.zhulong.scene.load;

import dev.zhulong.scene.model.Picture;
import dev.zhulong.scene.model.SceneException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Pictures in PNG, JPEG, GIF and BMP. */
final class Pictures {
  private static final int LARGEST_EDGE = 8192;

  private Pictures() {}

  /**
   * Decodes a picture.
   *
   * @throws SceneException if it is none
   */
  static Picture decode(String name, byte[] file) {
    try (ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new SceneException(name + " is no picture in PNG, JPEG, GIF or BMP");
      }
      ImageReader reader = readers.next();
      reader.setInput(stream);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width > LARGEST_EDGE || height > LARGEST_EDGE) {
        throw new SceneException(
            name
                + " has "
                + width
                + " by "
                + height
                + " pixels; up to "
                + LARGEST_EDGE
                + " are read");
      }
      BufferedImage image = reader.read(0);
      byte[] texels = new byte[4 * width * height];
      for (int n = 0; n < width * height; n++) {
        int argb = image.getRGB(n % width, n / width);
        texels[4 * n] = (byte) (argb >> 16);
        texels[4 * n + 1] = (byte) (argb >> 8);
        texels[4 * n + 2] = (byte) argb;
        texels[4 * n + 3] = (byte) (argb >> 24);
      }
      return new Picture(name, width, height, texels);
    } catch (SceneException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The decoders of the platform answer broken files with exceptions of many kinds.
      throw new SceneException(name + " cannot be decoded: " + e.getMessage(), e);
    }
  }
}
