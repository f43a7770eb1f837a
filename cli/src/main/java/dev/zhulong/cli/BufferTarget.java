package dev.zhulong.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Writes a buffer's last contents to a file, in the format of its extension. */
final class BufferTarget {
  static final String FORMS = "FILE.npy, FILE.bin, FILE.png:WxH";

  private static final Pattern PICTURE = Pattern.compile("(.*\\.png):(\\d{1,5})x(\\d{1,5})");

  private BufferTarget() {}

  /**
   * Checks that a target is one of the forms, before any work is done for it.
   *
   * @throws IllegalArgumentException if it is not, or a picture's size does not fit the buffer
   */
  static void check(String target, long bytes) {
    if (target.endsWith(".npy") || target.endsWith(".bin")) {
      return;
    }
    Matcher picture = PICTURE.matcher(target);
    if (!picture.matches()) {
      throw new IllegalArgumentException("dump \"" + target + "\" is none of " + FORMS);
    }
    long pixels = Long.parseLong(picture.group(2)) * Long.parseLong(picture.group(3));
    if (pixels == 0 || (bytes != pixels * 4 && bytes != pixels * 16)) {
      throw new IllegalArgumentException(
          "dump \""
              + target
              + "\": the buffer has "
              + bytes
              + " bytes, a picture of this size has "
              + pixels * 4
              + " (rgba8) or "
              + pixels * 16
              + " (f32x4)");
    }
  }

  static void write(String target, ElementType type, byte[] data) throws IOException {
    Matcher picture = PICTURE.matcher(target);
    if (picture.matches()) {
      int width = Integer.parseInt(picture.group(2));
      int height = Integer.parseInt(picture.group(3));
      Files.write(Path.of(picture.group(1)), png(width, height, data));
    } else if (target.endsWith(".npy")) {
      Files.write(Path.of(target), Npy.bytes(type, data));
    } else {
      Files.write(Path.of(target), data);
    }
  }

  private static byte[] png(int width, int height, byte[] data) throws IOException {
    ByteBuffer words = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    boolean floats = data.length == width * height * 16;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < width * height; i++) {
      int red = floats ? unorm(words.getFloat(16 * i)) : data[4 * i] & 0xff;
      int green = floats ? unorm(words.getFloat(16 * i + 4)) : data[4 * i + 1] & 0xff;
      int blue = floats ? unorm(words.getFloat(16 * i + 8)) : data[4 * i + 2] & 0xff;
      int alpha = floats ? unorm(words.getFloat(16 * i + 12)) : data[4 * i + 3] & 0xff;
      image.setRGB(i % width, i / width, alpha << 24 | red << 16 | green << 8 | blue);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.setUseCache(false);
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  private static int unorm(float value) {
    return Math.round(Math.clamp(value, 0f, 1f) * 255);
  }
}
