package dev.zhulong.firmware.texel;

/**
 * The words of images' and samplers' descriptors in a kernel's argument block. Images are linear:
 * texels of a row side by side, rows of a slice, slices or layers of a level, one after the other
 * without gaps, each level where its word says.
 */
public final class DescriptorLayout {
  /** Device address of the image. */
  public static final int ADDRESS = 0;

  /** {@link TexelFormat#word}. */
  public static final int FORMAT = 1;

  /** Texels in a row; of a texel buffer, all. */
  public static final int WIDTH = 2;

  /** Rows; of a one-dimensional image 1. */
  public static final int HEIGHT = 3;

  /** Slices, layers, or faces of all cubes. */
  public static final int DEPTH = 4;

  /** Mip levels. */
  public static final int LEVELS = 5;

  /** {@link TexelFormat#channelWord} of red, green, blue, alpha. */
  public static final int CHANNELS = 6;

  /** Byte offset of each level from the address. */
  public static final int LEVEL_OFFSETS = 10;

  /** Most mip levels. */
  public static final int MAXIMUM_LEVELS = 14;

  /** Words of an image's descriptor. */
  public static final int IMAGE_WORDS = LEVEL_OFFSETS + MAXIMUM_LEVELS;

  /** Filters, address modes and comparison of a sampler; see the constants below. */
  public static final int SAMPLER_FLAGS = 0;

  /** Added to the level of detail, a float. */
  public static final int LOD_BIAS = 1;

  /** Least level of detail, a float. */
  public static final int MINIMUM_LOD = 2;

  /** Greatest level of detail, a float. */
  public static final int MAXIMUM_LOD = 3;

  /** Components of the border: floats or integers, as the image's are. */
  public static final int BORDER = 4;

  /** Words of a sampler's descriptor. */
  public static final int SAMPLER_WORDS = 8;

  /** Flag: linear magnification. */
  public static final int LINEAR_MAGNIFICATION = 1;

  /** Flag: linear minification. */
  public static final int LINEAR_MINIFICATION = 2;

  /** Flag: levels are blended. */
  public static final int LINEAR_LEVELS = 4;

  /** Flag: coordinates count texels. */
  public static final int UNNORMALIZED = 8;

  /** Lowest bit of the comparison: 0 never, then less, equal, less or equal, greater, … */
  public static final int COMPARISON = 5;

  /** Lowest bit of the three-bit address mode of the first coordinate; the others follow. */
  public static final int ADDRESS_MODES = 8;

  /** Lowest bit of the three-bit field of the greatest anisotropy; 0 and 1 are none. */
  public static final int ANISOTROPY = 17;

  private DescriptorLayout() {}
}
