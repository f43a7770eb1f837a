package dev.zhulong.graphics;

import dev.zhulong.firmware.texel.TexelFormat;

/**
 * A colour attachment as a pipeline sees it.
 *
 * @param format format of the texture
 * @param blend how colours are blended, or null for not at all
 * @param writeMask components that are written: bit 0 red, to bit 3 alpha
 */
public record ColorTarget(TexelFormat format, BlendState blend, int writeMask) {
  /** Written whole and without blending. */
  public static ColorTarget of(TexelFormat format) {
    return new ColorTarget(format, null, 15);
  }
}
