package dev.zhulong.rtl;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Extension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which core a model is of, and how it is built.
 *
 * @param shape cores, warps and lanes
 * @param instructionCacheKib KiB of L1 instruction cache a core, a power of two from 1 to 64
 * @param dataCacheKib KiB of L1 data cache a core, a power of two from 1 to 64
 * @param localMemoryKib KiB of local memory a core, a power of two from 1 to 64
 * @param l2Kib KiB of L2 that the cores share, a power of two from 16 to 4096, or 0 for none
 * @param units those of {@link Extension#UNITS} that the cores have
 * @param checked whether the assertions of the RTL are on and the retire trace is there; slower
 */
public record ModelConfiguration(
    CoreShape shape,
    int instructionCacheKib,
    int dataCacheKib,
    int localMemoryKib,
    int l2Kib,
    Set<Extension> units,
    boolean checked) {

  /** Checks the limits and copies the set. */
  public ModelConfiguration {
    units = Set.copyOf(units);
    if (!Extension.UNITS.containsAll(units)) {
      throw new IllegalArgumentException("units are " + units + ", must be of " + Extension.UNITS);
    }
    requireSize("instruction cache", instructionCacheKib);
    requireSize("data cache", dataCacheKib);
    requireSize("local memory", localMemoryKib);
    if (l2Kib != 0 && (l2Kib < 16 || l2Kib > 4096 || Integer.bitCount(l2Kib) != 1)) {
      throw new IllegalArgumentException(
          "L2 is " + l2Kib + " KiB, must be a power of two from 16 to 4096, or 0 for none");
    }
  }

  private static void requireSize(String name, int kib) {
    if (kib < 1 || kib > 64 || Integer.bitCount(kib) != 1) {
      throw new IllegalArgumentException(
          name + " is " + kib + " KiB, must be a power of two from 1 to 64");
    }
  }

  /** The fast model of cores with 16 KiB of each memory, and of the L2 that is usual for them. */
  public static ModelConfiguration fast(CoreShape shape) {
    return new ModelConfiguration(shape, 16, 16, 16, shape.standardL2Kib(), Extension.UNITS, false);
  }

  /** The same cores with another size of L2, in KiB; 0 for none. */
  public ModelConfiguration withL2(int kib) {
    return new ModelConfiguration(
        shape, instructionCacheKib, dataCacheKib, localMemoryKib, kib, units, checked);
  }

  /** The same core with assertions and retire trace, for test benches. */
  public ModelConfiguration withChecks() {
    return new ModelConfiguration(
        shape, instructionCacheKib, dataCacheKib, localMemoryKib, l2Kib, units, true);
  }

  /** The same cores with these units only; the instructions of others are illegal then. */
  public ModelConfiguration withUnits(Set<Extension> some) {
    return new ModelConfiguration(
        shape, instructionCacheKib, dataCacheKib, localMemoryKib, l2Kib, some, checked);
  }

  /** The top module's parameters, as options of Verilator. */
  List<String> parameters() {
    List<String> all = new ArrayList<>();
    Collections.addAll(
        all,
        "-GCORES=" + shape.cores(),
        "-GWARPS=" + shape.warps(),
        "-GLANES=" + shape.lanes(),
        "-GICACHE_KB=" + instructionCacheKib,
        "-GDCACHE_KB=" + dataCacheKib,
        "-GLOCAL_KB=" + localMemoryKib,
        "-GL2_KB=" + l2Kib);
    for (Extension unit : Extension.UNITS) {
      all.add("-G" + unit + "=" + (units.contains(unit) ? "1'b1" : "1'b0"));
    }
    return all;
  }

  /** The configuration in one line, as {@code c1w4t4, caches 16+16 KiB, local memory 16 KiB}. */
  @Override
  public String toString() {
    return shape
        + ", caches "
        + instructionCacheKib
        + "+"
        + dataCacheKib
        + " KiB, local memory "
        + localMemoryKib
        + " KiB"
        + (l2Kib == 0 ? "" : ", L2 " + l2Kib + " KiB")
        + missing()
        + (checked ? ", checked" : "");
  }

  private String missing() {
    StringBuilder text = new StringBuilder();
    for (Extension unit : Extension.UNITS) {
      if (!units.contains(unit)) {
        text.append(", no ").append(unit.name().toLowerCase(Locale.ROOT)).append(" unit");
      }
    }
    return text.toString();
  }
}
