package dev.zhulong.amber;

import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.hal.TextureShape;

/** A buffer of a script, which may be an image, too. Compared by identity. */
final class BufferSpec {
  private final String name;
  private final ElementLayout layout;
  private final String format;
  private int width;
  private TextureShape image;
  private byte[] contents;
  private int samples = 1;
  private int levels = 1;
  private boolean attached;

  /**
   * A buffer.
   *
   * @param name the script's name of it
   * @param layout how its numbers lie
   * @param width elements in a row, for pixels
   * @param format name of the format of its elements, or null
   * @param image its shape where it can be an image, or null
   * @param contents its bytes before the first command
   */
  BufferSpec(
      String name,
      ElementLayout layout,
      int width,
      String format,
      TextureShape image,
      byte[] contents) {
    this.name = name;
    this.layout = layout;
    this.width = width;
    this.format = format;
    this.image = image;
    this.contents = contents;
  }

  String name() {
    return name;
  }

  ElementLayout layout() {
    return layout;
  }

  int width() {
    return width;
  }

  int height() {
    return width == 0 ? 0 : contents.length / layout.stride() / width;
  }

  String format() {
    return format;
  }

  TextureShape image() {
    return image;
  }

  /** Samples of a pixel. */
  int samples() {
    return samples;
  }

  /** The same with several samples a pixel, which only an attachment has. */
  BufferSpec withSamples(int count) {
    samples = count;
    return this;
  }

  /** The same with so many mip levels once it has a size. */
  BufferSpec withLevels(int count) {
    levels = count;
    return this;
  }

  byte[] contents() {
    return contents;
  }

  /** Its format as a depth attachment, or null. */
  DepthFormat depthFormat() {
    return format == null ? null : TypeNames.depth(format);
  }

  /** Takes the size of another if it has none of its own yet. */
  void mirror(BufferSpec other) {
    if (contents.length == 0 && format != null && other.image != null) {
      levels = other.levels;
      attach(other.width, other.height());
    }
  }

  /** Skips the script if no image of a buffer's format can be made. */
  static void requireImage(BufferSpec buffer) {
    boolean none = buffer.format != null && TexelFormat.of(buffer.format) == null;
    if (none && TypeNames.format(buffer.format) != null) {
      throw new SkipException("graphics: images of format " + buffer.format);
    }
  }

  /** Whether it has the size of a framebuffer. */
  boolean attached() {
    return attached;
  }

  /** Its shape as shaders see it: samples lie in layers. */
  TextureShape shape() {
    return samples > 1 && image != null
        ? Attachment.shape(image.format(), image.width(0), image.height(0), samples)
        : image;
  }

  /** Makes it an attachment of a size; what has that many texels keeps them. */
  void attach(int columns, int rows) {
    attached = true;
    if (contents.length != columns * rows * layout.stride()) {
      contents = new byte[columns * rows * layout.stride()];
    }
    width = columns;
    TexelFormat texel = TexelFormat.of(format);
    image = texel == null ? null : new TextureShape(texel, columns, rows, 1, levels, false);
  }
}
