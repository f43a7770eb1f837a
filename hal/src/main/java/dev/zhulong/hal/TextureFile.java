package dev.zhulong.hal;

import dev.zhulong.firmware.texel.BlockFormat;
import dev.zhulong.firmware.texel.TexelFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/**
 * A texture from a KTX 2.0 file with all mip levels, layers and faces; blocks are unpacked.
 * Supercompressed files are refused. KTX File Format Specification, version 2.0.
 *
 * @param shape size and format
 * @param texels texels of all levels, each at the {@link TextureShape#offset offset} of its level
 */
public record TextureFile(TextureShape shape, byte[] texels) {
  private static final byte[] IDENTIFIER = {
    (byte) 0xab, 'K', 'T', 'X', ' ', '2', '0', (byte) 0xbb, '\r', '\n', 0x1a, '\n'
  };
  private static final int LEVEL_INDEX = 80;
  private static final int LEVEL_ENTRY = 24;

  /** Names of formats by their numbers. Vulkan specification, VkFormat. */
  private static final Map<Integer, String> FORMATS =
      Map.ofEntries(
          Map.entry(4, "R5G6B5_UNORM_PACK16"),
          Map.entry(9, "R8_UNORM"),
          Map.entry(16, "R8G8_UNORM"),
          Map.entry(37, "R8G8B8A8_UNORM"),
          Map.entry(43, "R8G8B8A8_SRGB"),
          Map.entry(44, "B8G8R8A8_UNORM"),
          Map.entry(50, "B8G8R8A8_SRGB"),
          Map.entry(70, "R16_UNORM"),
          Map.entry(76, "R16_SFLOAT"),
          Map.entry(83, "R16G16_SFLOAT"),
          Map.entry(97, "R16G16B16A16_SFLOAT"),
          Map.entry(100, "R32_SFLOAT"),
          Map.entry(103, "R32G32_SFLOAT"),
          Map.entry(109, "R32G32B32A32_SFLOAT"),
          Map.entry(122, "B10G11R11_UFLOAT_PACK32"),
          Map.entry(123, "E5B9G9R9_UFLOAT_PACK32"),
          Map.entry(131, "BC1_RGB_UNORM_BLOCK"),
          Map.entry(132, "BC1_RGB_SRGB_BLOCK"),
          Map.entry(133, "BC1_RGBA_UNORM_BLOCK"),
          Map.entry(134, "BC1_RGBA_SRGB_BLOCK"),
          Map.entry(135, "BC2_UNORM_BLOCK"),
          Map.entry(136, "BC2_SRGB_BLOCK"),
          Map.entry(137, "BC3_UNORM_BLOCK"),
          Map.entry(138, "BC3_SRGB_BLOCK"),
          Map.entry(139, "BC4_UNORM_BLOCK"),
          Map.entry(140, "BC4_SNORM_BLOCK"),
          Map.entry(141, "BC5_UNORM_BLOCK"),
          Map.entry(142, "BC5_SNORM_BLOCK"),
          Map.entry(147, "ETC2_R8G8B8_UNORM_BLOCK"),
          Map.entry(148, "ETC2_R8G8B8_SRGB_BLOCK"),
          Map.entry(149, "ETC2_R8G8B8A1_UNORM_BLOCK"),
          Map.entry(150, "ETC2_R8G8B8A1_SRGB_BLOCK"),
          Map.entry(151, "ETC2_R8G8B8A8_UNORM_BLOCK"),
          Map.entry(152, "ETC2_R8G8B8A8_SRGB_BLOCK"),
          Map.entry(153, "EAC_R11_UNORM_BLOCK"),
          Map.entry(154, "EAC_R11_SNORM_BLOCK"),
          Map.entry(155, "EAC_R11G11_UNORM_BLOCK"),
          Map.entry(156, "EAC_R11G11_SNORM_BLOCK"));

  /**
   * Reads a file's bytes.
   *
   * @param name the file's name for messages
   * @throws IllegalArgumentException if it is not a whole file of this kind, or has a format that
   *     is not unpacked
   */
  public static TextureFile of(byte[] file, String name) {
    if (file.length < LEVEL_INDEX || !Arrays.equals(file, 0, 12, IDENTIFIER, 0, 12)) {
      throw new IllegalArgumentException(name + " is not a KTX 2.0 file");
    }
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int scheme = in.getInt(44);
    if (scheme != 0) {
      throw new IllegalArgumentException(
          name + " has supercompression " + scheme + "; write it without one");
    }
    int number = in.getInt(12);
    String format = FORMATS.get(number);
    if (format == null) {
      throw new IllegalArgumentException(
          name + " has format " + number + ", of which there is no decoder");
    }
    BlockFormat blocks = BlockFormat.of(format);
    long layers = Math.max(1, Integer.toUnsignedLong(in.getInt(32)));
    long slices = layers * Integer.toUnsignedLong(in.getInt(36));
    boolean volume = in.getInt(28) != 0;
    if (volume && slices != 1) {
      throw new IllegalArgumentException(name + " is an array of volumes; a texture cannot be");
    }
    TextureShape shape =
        new TextureShape(
            blocks == null ? TexelFormat.of(format) : blocks.texels(),
            in.getInt(20),
            Math.max(1, in.getInt(24)),
            volume ? in.getInt(28) : (int) Math.min(slices, Integer.MAX_VALUE),
            Math.max(1, in.getInt(40)),
            volume);
    byte[][] levels = new byte[shape.levels()][];
    for (int n = 0; n < levels.length; n++) {
      byte[] data = level(in, name, n, bytes(shape, blocks, n));
      levels[n] =
          blocks == null
              ? data
              : blocks.decode(data, shape.width(n), shape.height(n), shape.depth(n));
    }
    byte[] texels = new byte[Math.toIntExact(shape.bytes())];
    for (int n = 0; n < levels.length; n++) {
      System.arraycopy(levels[n], 0, texels, (int) shape.offset(n), levels[n].length);
    }
    return new TextureFile(shape, texels);
  }

  private static long bytes(TextureShape shape, BlockFormat blocks, int level) {
    if (shape.bytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a texture of " + shape.bytes() + " bytes; at most " + Integer.MAX_VALUE);
    }
    return blocks == null
        ? shape.bytes(level)
        : blocks.bytes(shape.width(level), shape.height(level), shape.depth(level));
  }

  private static byte[] level(ByteBuffer in, String name, int level, long bytes) {
    int entry = LEVEL_INDEX + LEVEL_ENTRY * level;
    boolean listed = entry + LEVEL_ENTRY <= in.capacity();
    long at = listed ? in.getLong(entry) : -1;
    long length = listed ? in.getLong(entry + 8) : -1;
    if (at < 0 || length != bytes || at > in.capacity() - length) {
      throw new IllegalArgumentException(
          "%s: level %d lies at byte %d with %d bytes of a file of %d; it must have %d"
              .formatted(name, level, at, length, in.capacity(), bytes));
    }
    byte[] data = new byte[(int) bytes];
    in.get((int) at, data);
    return data;
  }
}
