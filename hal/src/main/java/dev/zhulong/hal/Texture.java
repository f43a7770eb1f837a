package dev.zhulong.hal;

import dev.zhulong.firmware.texel.BlockFormat;
import dev.zhulong.firmware.texel.DescriptorLayout;
import java.lang.foreign.MemorySegment;

/** An image in device memory. {@code gpu.texture(shape)} makes one; closing it frees its memory. */
public final class Texture implements AutoCloseable {
  private final Buffer memory;
  private final TextureShape shape;

  private Texture(Buffer memory, TextureShape shape) {
    this.memory = memory;
    this.shape = shape;
  }

  /**
   * A texture in a buffer's memory, from its first byte on. Closing either frees both.
   *
   * @throws IllegalArgumentException if the buffer is too small
   */
  public static Texture in(Buffer buffer, TextureShape shape) {
    if (buffer.size() < shape.bytes()) {
      throw new IllegalArgumentException(
          "a texture of " + shape.bytes() + " bytes in a buffer of " + buffer.size());
    }
    return new Texture(buffer, shape);
  }

  /** Its size and format. */
  public TextureShape shape() {
    return shape;
  }

  /** The buffer that holds it. */
  public Buffer memory() {
    return memory;
  }

  /**
   * Writes all texels of a level.
   *
   * @throws IllegalArgumentException if there are not as many bytes as the level has
   */
  public void write(int level, byte[] texels) {
    requireLevel(level);
    if (texels.length != shape.bytes(level)) {
      throw new IllegalArgumentException(
          texels.length
              + " bytes for level "
              + level
              + " of a texture, which has "
              + shape.bytes(level));
    }
    memory.write(shape.offset(level), MemorySegment.ofArray(texels));
  }

  /**
   * Unpacks the blocks of a level and writes its texels.
   *
   * @param blocks rows of blocks, slice after slice
   * @throws IllegalArgumentException if the texture has not the format that the blocks unpack to,
   *     or if there are not as many bytes as the level has
   */
  public void write(int level, BlockFormat format, byte[] blocks) {
    requireLevel(level);
    if (!format.texels().equals(shape.format())) {
      throw new IllegalArgumentException(
          "blocks of %s for a texture of %s; they unpack to %s"
              .formatted(format, shape.format(), format.texels()));
    }
    write(
        level, format.decode(blocks, shape.width(level), shape.height(level), shape.depth(level)));
  }

  /** The texels of a level. */
  public byte[] read(int level) {
    requireLevel(level);
    byte[] texels = new byte[Math.toIntExact(shape.bytes(level))];
    memory.read(shape.offset(level), MemorySegment.ofArray(texels));
    return texels;
  }

  private void requireLevel(int level) {
    if (level < 0 || level >= shape.levels()) {
      throw new IllegalArgumentException(
          "level " + level + " of a texture; it has " + shape.levels());
    }
  }

  /** The words of its descriptor, which shows the levels from one on. */
  int[] descriptor(int firstLevel) {
    requireLevel(firstLevel);
    int[] words = new int[DescriptorLayout.IMAGE_WORDS];
    long start = shape.offset(firstLevel);
    words[DescriptorLayout.ADDRESS] = (int) (memory.address() + start);
    words[DescriptorLayout.FORMAT] = shape.format().word();
    words[DescriptorLayout.WIDTH] = shape.width(firstLevel);
    words[DescriptorLayout.HEIGHT] = shape.height(firstLevel);
    words[DescriptorLayout.DEPTH] = shape.depth(firstLevel);
    words[DescriptorLayout.LEVELS] = shape.levels() - firstLevel;
    for (int c = 0; c < 4; c++) {
      words[DescriptorLayout.CHANNELS + c] = shape.format().channelWord(c);
    }
    for (int level = firstLevel; level < shape.levels(); level++) {
      words[DescriptorLayout.LEVEL_OFFSETS + level - firstLevel] =
          (int) (shape.offset(level) - start);
    }
    return words;
  }

  @Override
  public void close() {
    memory.close();
  }
}
