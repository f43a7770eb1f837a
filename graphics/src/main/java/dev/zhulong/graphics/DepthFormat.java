package dev.zhulong.graphics;

import dev.zhulong.firmware.texel.TexelFormat;
import java.util.Locale;

/** Formats of depth and stencil attachments. */
public enum DepthFormat {
  /** 16 bits. */
  D16_UNORM("R16_UNORM", 16, false),
  /** 24 bits in the lower part of a word. */
  X8_D24_UNORM_PACK32("R32_UINT", 24, false),
  /** 24 bits of depth in the lower part of a word, 8 of stencil above. */
  D24_UNORM_S8_UINT("R32_UINT", 24, true),
  /** A float. */
  D32_SFLOAT("R32_SFLOAT", 32, false),
  /** A float, and a word of stencil behind it. */
  D32_SFLOAT_S8_UINT("R32G32_UINT", 32, true),
  /** Stencil alone. */
  S8_UINT("R8_UINT", 0, true);

  private final String storage;
  private final int depthBits;
  private final boolean stencil;

  DepthFormat(String storage, int depthBits, boolean stencil) {
    this.storage = storage;
    this.depthBits = depthBits;
    this.stencil = stencil;
  }

  /** The format of a name in Vulkan without {@code VK_FORMAT_}, or null. */
  public static DepthFormat named(String name) {
    for (DepthFormat format : values()) {
      if (format.name().equals(name.toUpperCase(Locale.ROOT))) {
        return format;
      }
    }
    return null;
  }

  /** The format of the texture that holds it. */
  public TexelFormat storage() {
    return TexelFormat.of(storage);
  }

  /** Bits of depth: 0, 16 or 24 of a normalised number, or 32 of a float. */
  int depthBits() {
    return depthBits;
  }

  /** Whether depth is a float. */
  public boolean isFloat() {
    return depthBits == 32;
  }

  /** Whether there is depth. */
  public boolean hasDepth() {
    return depthBits > 0;
  }

  /** Whether there is stencil. */
  public boolean hasStencil() {
    return stencil;
  }
}
