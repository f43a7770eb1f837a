package dev.zhulong.hal;

import dev.zhulong.firmware.texel.DescriptorLayout;

/**
 * How a texture is read at coordinates between texels and beyond its edges. The methods {@code
 * with…} give a sampler that differs in one thing from {@link #NEAREST}, {@link #LINEAR} or
 * another.
 *
 * @param magnification filter where a texel covers more than a pixel
 * @param minification filter where it covers less
 * @param levels filter between mip levels
 * @param u address mode of the first coordinate
 * @param v address mode of the second coordinate
 * @param w address mode of the third coordinate
 * @param compare comparison of a reference with texels; {@link Compare#NEVER} without one
 * @param lodBias added to the level of detail
 * @param minimumLod least level of detail
 * @param maximumLod greatest level of detail
 * @param border bits of the border's components
 * @param normalized whether coordinates go from 0 to 1; else they count texels
 * @param anisotropy most places along the longer side of a pixel that a sample is the mean of, 1 to
 *     {@value #MAXIMUM_ANISOTROPY}; 1 for a square footprint
 */
public record Sampler(
    Filter magnification,
    Filter minification,
    Filter levels,
    Address u,
    Address v,
    Address w,
    Compare compare,
    float lodBias,
    float minimumLod,
    float maximumLod,
    int[] border,
    boolean normalized,
    int anisotropy) {
  /** Greatest anisotropy. */
  public static final int MAXIMUM_ANISOTROPY = 4;

  /** How texels are combined. */
  public enum Filter {
    /** The nearest one. */
    NEAREST,
    /** All around, by their distance. */
    LINEAR
  }

  /** What is beyond the edges; in the order of a descriptor's field. */
  public enum Address {
    /** The image again. */
    REPEAT,
    /** The image again, every other one mirrored. */
    MIRRORED_REPEAT,
    /** The texels of the edge. */
    CLAMP_TO_EDGE,
    /** The border. */
    CLAMP_TO_BORDER,
    /** The image mirrored once, then the edge. */
    MIRROR_CLAMP_TO_EDGE
  }

  /** When a comparison holds; in the order of a descriptor's field. */
  public enum Compare {
    /** Never. */
    NEVER,
    /** Where the reference is less. */
    LESS,
    /** Where it is equal. */
    EQUAL,
    /** Where it is not greater. */
    LESS_OR_EQUAL,
    /** Where it is greater. */
    GREATER,
    /** Where it is not equal. */
    NOT_EQUAL,
    /** Where it is not less. */
    GREATER_OR_EQUAL,
    /** Always. */
    ALWAYS
  }

  /** Nearest texels, repeated. */
  public static final Sampler NEAREST = of(Filter.NEAREST);

  /** Linear filters, repeated. */
  public static final Sampler LINEAR = of(Filter.LINEAR);

  private static Sampler of(Filter filter) {
    Address repeat = Address.REPEAT;
    return new Sampler(
        filter,
        filter,
        filter,
        repeat,
        repeat,
        repeat,
        Compare.NEVER,
        0,
        0,
        1000,
        new int[4],
        true,
        1);
  }

  /** Copies the border. */
  public Sampler {
    border = border.clone();
    if (border.length != 4) {
      throw new IllegalArgumentException("a border of " + border.length + " components; 4 it has");
    }
    if (anisotropy < 1 || anisotropy > MAXIMUM_ANISOTROPY) {
      throw new IllegalArgumentException(
          "an anisotropy of " + anisotropy + ", must be 1 to " + MAXIMUM_ANISOTROPY);
    }
  }

  /** With one address mode for all coordinates. */
  public Sampler with(Address address) {
    return with(address, address, address);
  }

  /** With address modes. */
  public Sampler with(Address newU, Address newV, Address newW) {
    return new Sampler(
        magnification,
        minification,
        levels,
        newU,
        newV,
        newW,
        compare,
        lodBias,
        minimumLod,
        maximumLod,
        border,
        normalized,
        anisotropy);
  }

  /** With filters. */
  public Sampler with(Filter newMagnification, Filter newMinification, Filter newLevels) {
    return new Sampler(
        newMagnification,
        newMinification,
        newLevels,
        u,
        v,
        w,
        compare,
        lodBias,
        minimumLod,
        maximumLod,
        border,
        normalized,
        anisotropy);
  }

  /** With a comparison. */
  public Sampler with(Compare newCompare) {
    return new Sampler(
        magnification,
        minification,
        levels,
        u,
        v,
        w,
        newCompare,
        lodBias,
        minimumLod,
        maximumLod,
        border,
        normalized,
        anisotropy);
  }

  /** With limits of the level of detail. */
  public Sampler withLod(float bias, float minimum, float maximum) {
    return new Sampler(
        magnification,
        minification,
        levels,
        u,
        v,
        w,
        compare,
        bias,
        minimum,
        maximum,
        border,
        normalized,
        anisotropy);
  }

  /** With a border of floats. */
  public Sampler withBorder(float red, float green, float blue, float alpha) {
    return withBorderBits(
        Float.floatToRawIntBits(red),
        Float.floatToRawIntBits(green),
        Float.floatToRawIntBits(blue),
        Float.floatToRawIntBits(alpha));
  }

  /** With a border of integers. */
  public Sampler withBorderBits(int red, int green, int blue, int alpha) {
    return new Sampler(
        magnification,
        minification,
        levels,
        u,
        v,
        w,
        compare,
        lodBias,
        minimumLod,
        maximumLod,
        new int[] {red, green, blue, alpha},
        normalized,
        anisotropy);
  }

  /** With coordinates that count texels. */
  public Sampler unnormalized() {
    return new Sampler(
        magnification,
        minification,
        levels,
        u,
        v,
        w,
        compare,
        lodBias,
        minimumLod,
        maximumLod,
        border,
        false,
        anisotropy);
  }

  /**
   * With the mean of several places where a pixel covers an oblong of a two-dimensional image.
   *
   * @param newAnisotropy most places, 1 to {@value #MAXIMUM_ANISOTROPY}
   */
  public Sampler withAnisotropy(int newAnisotropy) {
    return new Sampler(
        magnification,
        minification,
        levels,
        u,
        v,
        w,
        compare,
        lodBias,
        minimumLod,
        maximumLod,
        border,
        normalized,
        newAnisotropy);
  }

  /** The words of its descriptor. */
  int[] descriptor() {
    int[] words = new int[DescriptorLayout.SAMPLER_WORDS];
    int modes = u.ordinal() | v.ordinal() << 3 | w.ordinal() << 6;
    words[DescriptorLayout.SAMPLER_FLAGS] =
        (magnification == Filter.LINEAR ? DescriptorLayout.LINEAR_MAGNIFICATION : 0)
            | (minification == Filter.LINEAR ? DescriptorLayout.LINEAR_MINIFICATION : 0)
            | (levels == Filter.LINEAR ? DescriptorLayout.LINEAR_LEVELS : 0)
            | (normalized ? 0 : DescriptorLayout.UNNORMALIZED)
            | compare.ordinal() << DescriptorLayout.COMPARISON
            | anisotropy << DescriptorLayout.ANISOTROPY
            | modes << DescriptorLayout.ADDRESS_MODES;
    words[DescriptorLayout.LOD_BIAS] = Float.floatToRawIntBits(lodBias);
    words[DescriptorLayout.MINIMUM_LOD] = Float.floatToRawIntBits(minimumLod);
    words[DescriptorLayout.MAXIMUM_LOD] = Float.floatToRawIntBits(maximumLod);
    System.arraycopy(border, 0, words, DescriptorLayout.BORDER, 4);
    return words;
  }
}
