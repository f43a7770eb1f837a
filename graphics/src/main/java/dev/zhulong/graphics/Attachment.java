package dev.zhulong.graphics;

import dev.zhulong.hal.Texture;

/**
 * A part of a texture that is drawn to.
 *
 * @param texture the texture
 * @param level its mip level
 * @param layer slice or layer
 */
public record Attachment(Texture texture, int level, int layer) {
  /** A two-dimensional texture's first level. */
  public static Attachment of(Texture texture) {
    return new Attachment(texture, 0, 0);
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
