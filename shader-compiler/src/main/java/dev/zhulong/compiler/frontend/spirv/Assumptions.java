package dev.zhulong.compiler.frontend.spirv;

import java.util.Map;

/**
 * What a driver knows of the launches that a kernel is for.
 *
 * @param trustedSet descriptor set whose buffers are accessed within bounds, or −1; helper
 *     invocations of a fragment shader may write to them, too
 * @param descriptors words of the descriptors of images and samplers, by {@link #key}; null for
 *     words that are not known
 * @param textureUnit whether the device has the texture instructions
 */
public record Assumptions(int trustedSet, Map<Long, Integer[]> descriptors, boolean textureUnit) {
  /** Nothing. */
  public static final Assumptions NONE = new Assumptions(-1, Map.of(), false);

  /** Copies the map. */
  public Assumptions {
    descriptors = Map.copyOf(descriptors);
  }

  /** The key of a binding. */
  public static long key(int set, int binding) {
    return (long) set << 32 | binding;
  }
}
