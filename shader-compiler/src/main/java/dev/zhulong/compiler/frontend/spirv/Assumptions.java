package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.firmware.isa.Extension;
import java.util.Map;
import java.util.Set;

/**
 * What a driver knows of the launches that a kernel is for.
 *
 * @param trustedSet descriptor set whose buffers are accessed within bounds, or −1; helper
 *     invocations of a fragment shader may write to them, too
 * @param descriptors words of the descriptors of images and samplers, by {@link #key}; null for
 *     words that are not known
 * @param units of the device
 */
public record Assumptions(int trustedSet, Map<Long, Integer[]> descriptors, Set<Extension> units) {
  /** Nothing. */
  public static final Assumptions NONE = new Assumptions(-1, Map.of(), Set.of());

  /** Copies the map and the set. */
  public Assumptions {
    descriptors = Map.copyOf(descriptors);
    units = Set.copyOf(units);
  }

  /** The key of a binding. */
  public static long key(int set, int binding) {
    return (long) set << 32 | binding;
  }
}
