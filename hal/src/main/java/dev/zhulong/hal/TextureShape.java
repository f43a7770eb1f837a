package dev.zhulong.hal;

import dev.zhulong.firmware.texel.DescriptorLayout;
import dev.zhulong.firmware.texel.TexelFormat;

/**
 * The size and format of a texture. Texels lie in rows, rows in slices, slices in levels, without
 * gaps and with the first mip level first.
 *
 * @param format format of the texels
 * @param width texels in a row
 * @param height rows; 1 for one dimension
 * @param depth slices of a volume, layers of an array, or six faces a cube
 * @param levels mip levels, each half the size of the one before
 * @param volume whether mip levels halve the depth too
 */
public record TextureShape(
    TexelFormat format, int width, int height, int depth, int levels, boolean volume) {
  private static final int MAXIMUM_SIZE = 1 << 14;

  /** Checks the sizes. */
  public TextureShape {
    require("width", width, MAXIMUM_SIZE);
    require("height", height, MAXIMUM_SIZE);
    require("depth", depth, MAXIMUM_SIZE);
    int largest = Math.max(width, Math.max(height, volume ? depth : 1));
    int most =
        Math.min(DescriptorLayout.MAXIMUM_LEVELS, 32 - Integer.numberOfLeadingZeros(largest));
    require("levels", levels, most);
  }

  private static void require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "a texture's " + name + " is " + value + ", must be 1 to " + most);
    }
  }

  /** A two-dimensional texture of one level. */
  public static TextureShape of(TexelFormat format, int width, int height) {
    return new TextureShape(format, width, height, 1, 1, false);
  }

  /** Texels of a level in one direction. */
  private static int smaller(int size, int level) {
    return Math.max(1, size >> level);
  }

  /** Texels in a row of a level. */
  public int width(int level) {
    return smaller(width, level);
  }

  /** Rows of a level. */
  public int height(int level) {
    return smaller(height, level);
  }

  /** Slices or layers of a level. */
  public int depth(int level) {
    return volume ? smaller(depth, level) : depth;
  }

  /** Bytes of a level. */
  public long bytes(int level) {
    return (long) width(level) * height(level) * depth(level) * format.bytes();
  }

  /** First byte of a level; that after the last one is the size of all. */
  public long offset(int level) {
    long offset = 0;
    for (int n = 0; n < level; n++) {
      offset += bytes(n) + 3 & ~3L;
    }
    return offset;
  }

  /** Bytes of all levels. */
  public long bytes() {
    return offset(levels);
  }
}
