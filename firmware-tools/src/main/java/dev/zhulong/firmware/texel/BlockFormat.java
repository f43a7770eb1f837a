package dev.zhulong.firmware.texel;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A format that holds four by four texels in a block of 8 or 16 bytes: BC1 to BC5, ETC2 and EAC.
 * The device samples plain texels, so blocks are unpacked on the way to it. Names are Vulkan's
 * without {@code VK_FORMAT_}. Khronos Data Format Specification, S3TC, RGTC and ETC2.
 *
 * @param name the format's name
 * @param bytes bytes of a block
 * @param texels format of the unpacked texels, which loses nothing that a block can say but the
 *     rounding of BC1 to BC3 to 8 bits and of the others' single components to 16
 * @param codec how a block is unpacked
 */
public record BlockFormat(String name, int bytes, TexelFormat texels, Codec codec) {
  /** Texels along an edge of a block. */
  public static final int EDGE = 4;

  private static final Pattern NAME =
      Pattern.compile(
          "(BC1_RGBA?|BC[2345]|ETC2_R8G8B8(?:A[18])?|EAC_R11(?:G11)?)_(UNORM|SNORM|SRGB)_BLOCK");

  /** How the bits of a block stand for colours. */
  public enum Codec {
    /** Two colours and a two-bit index; black where the third says so. */
    BC1_RGB,
    /** The same; the black is transparent. */
    BC1_RGBA,
    /** Alpha of four bits, then colours. */
    BC2,
    /** Alpha between two ends, then colours. */
    BC3,
    /** One component between two ends. */
    BC4,
    /** Two components. */
    BC5,
    /** A base colour a half with modifiers, or one of three further modes. */
    ETC2_R8G8B8,
    /** The same with transparent texels. */
    ETC2_R8G8B8A1,
    /** Alpha by a base with modifiers, then colours. */
    ETC2_R8G8B8A8,
    /** One component of 11 bits by a base with modifiers. */
    EAC_R11,
    /** Two of them. */
    EAC_R11G11;

    /** Components that are each a block of eight bytes; 0 for colours. */
    private int single() {
      return switch (this) {
        case BC4, EAC_R11 -> 1;
        case BC5, EAC_R11G11 -> 2;
        default -> 0;
      };
    }
  }

  /**
   * The format of a name.
   *
   * @return the format, or null if it is not one of blocks that can be unpacked
   */
  public static BlockFormat of(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    Matcher m = NAME.matcher(upper);
    if (!m.matches()) {
      return null;
    }
    Codec codec = Codec.valueOf(m.group(1));
    String kind = m.group(2);
    boolean colours = codec.single() == 0;
    if (kind.equals(colours ? "SNORM" : "SRGB")) {
      return null;
    }
    String texels = colours ? "R8G8B8A8_" : codec.single() == 1 ? "R16_" : "R16G16_";
    int bytes =
        switch (codec) {
          case BC1_RGB, BC1_RGBA, BC4, ETC2_R8G8B8, ETC2_R8G8B8A1, EAC_R11 -> 8;
          default -> 16;
        };
    return new BlockFormat(upper, bytes, TexelFormat.of(texels + kind), codec);
  }

  /** Bytes of an image's blocks; those on the right and lower edge may hang over. */
  public long bytes(int width, int height, int depth) {
    return (long) blocks(width) * blocks(height) * depth * bytes;
  }

  private static int blocks(int texelCount) {
    return (texelCount + EDGE - 1) / EDGE;
  }

  /**
   * Unpacks an image.
   *
   * @param blocks rows of blocks from the top, slice after slice
   * @param width texels in a row
   * @param height rows
   * @param depth slices or layers
   * @return texels of {@link #texels}, without gaps
   * @throws IllegalArgumentException if there are not as many bytes as the image has
   */
  public byte[] decode(byte[] blocks, int width, int height, int depth) {
    if (blocks.length != bytes(width, height, depth)) {
      throw new IllegalArgumentException(
          "%d bytes for %d x %d x %d texels in %s, which take %d"
              .formatted(blocks.length, width, height, depth, name, bytes(width, height, depth)));
    }
    byte[] image = new byte[Math.toIntExact((long) width * height * depth * texels.bytes())];
    int[] fields = new int[4 * EDGE * EDGE];
    int at = 0;
    for (int z = 0; z < depth; z++) {
      for (int y = 0; y < height; y += EDGE) {
        for (int x = 0; x < width; x += EDGE, at += bytes) {
          unpack(blocks, at, fields);
          for (int n = 0; n < EDGE * EDGE; n++) {
            int column = x + n % EDGE;
            int row = y + n / EDGE;
            if (column < width && row < height) {
              put(image, (z * height + row) * width + column, fields, 4 * n);
            }
          }
        }
      }
    }
    return image;
  }

  private void put(byte[] image, int texel, int[] fields, int first) {
    int size = texels.bits()[0] / 8;
    for (int n = 0; n < texels.bytes(); n++) {
      image[texel * texels.bytes() + n] = (byte) (fields[first + n / size] >> 8 * (n % size));
    }
  }

  /** Writes the bits of each texel's four components, row after row. */
  private void unpack(byte[] blocks, int at, int[] fields) {
    boolean signed = texels.kind() == TexelFormat.Kind.SNORM;
    switch (codec) {
      case BC1_RGB -> BcBlock.colours(blocks, at, fields, true, 255);
      case BC1_RGBA -> BcBlock.colours(blocks, at, fields, true, 0);
      case BC2 -> {
        BcBlock.colours(blocks, at + 8, fields, false, 255);
        BcBlock.explicitAlpha(blocks, at, fields);
      }
      case BC3 -> {
        BcBlock.colours(blocks, at + 8, fields, false, 255);
        BcBlock.component(blocks, at, fields, 3, false, 255);
      }
      case BC4, BC5 -> {
        for (int c = 0; c < codec.single(); c++) {
          BcBlock.component(blocks, at + 8 * c, fields, c, signed, signed ? 32767 : 65535);
        }
      }
      case ETC2_R8G8B8 -> Etc2Block.colours(blocks, at, fields, false);
      case ETC2_R8G8B8A1 -> Etc2Block.colours(blocks, at, fields, true);
      case ETC2_R8G8B8A8 -> {
        Etc2Block.colours(blocks, at + 8, fields, false);
        Etc2Block.alpha(blocks, at, fields);
      }
      case EAC_R11, EAC_R11G11 -> {
        for (int c = 0; c < codec.single(); c++) {
          Etc2Block.component(blocks, at + 8 * c, fields, c, signed);
        }
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
