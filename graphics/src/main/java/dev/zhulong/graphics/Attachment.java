package dev.zhulong.graphics;

import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;

/**
 * A part of a texture that is drawn to.
 *
 * @param texture the texture
 * @param level its mip level
 * @param layer slice or layer, of several samples the first one's
 * @param samples samples of a pixel, 1 or 4: so many layers, one behind the other
 */
public record Attachment(Texture texture, int level, int layer, int samples) {
  /** Checks that there are so many layers. */
  public Attachment {
    Multisampling.requireCount(samples);
    if (samples > 1 && (texture.shape().volume() || layer + samples > texture.shape().depth())) {
      throw new IllegalArgumentException(
          samples
              + " samples from layer "
              + layer
              + " on, of a texture of "
              + texture.shape().depth()
              + " layers; make it with Attachment.shape()");
    }
  }

  /** Pixels of one sample. */
  public Attachment(Texture texture, int level, int layer) {
    this(texture, level, layer, 1);
  }

  /** The shape of a texture that holds pixels of several samples: a layer each. */
  public static TextureShape shape(TexelFormat format, int width, int height, int samples) {
    return new TextureShape(format, width, height, samples, 1, false);
  }

  /** A texture of the {@linkplain #shape shape} for 4 samples. */
  public static Attachment multisampled(Texture texture) {
    return new Attachment(texture, 0, 0, 4);
  }

  /** A two-dimensional texture's first level. */
  public static Attachment of(Texture texture) {
    return new Attachment(texture, 0, 0);
  }

  /** Whether two are the same part of memory. */
  boolean isSame(Attachment other) {
    return texture.memory() == other.texture.memory()
        && texture.shape().equals(other.texture.shape())
        && level == other.level
        && layer == other.layer
        && samples == other.samples;
  }

  /** Layers or slices from this one on, each with all of its samples. */
  int layers() {
    return (texture.shape().depth(level) - layer) / samples;
  }

  /** The attachment so many layers on. */
  Attachment next(int layers) {
    return new Attachment(texture, level, layer + layers * samples, samples);
  }

  int width() {
    return texture.shape().width(level);
  }

  int height() {
    return texture.shape().height(level);
  }

  /** Texels of the buffer before the first one. */
  int firstTexel() {
    int bytes = texture.shape().format().bytes();
    long start = texture.shape().offset(level);
    if (start % bytes != 0) {
      throw new IllegalArgumentException(
          "level "
              + level
              + " of a texture of "
              + texture.shape().format()
              + " does not begin at a whole texel; draw to another level");
    }
    return Math.toIntExact(start / bytes) + layer * width() * height();
  }
}
