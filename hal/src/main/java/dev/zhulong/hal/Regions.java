package dev.zhulong.hal;

import dev.zhulong.firmware.isa.HostRegister;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Works out the protection regions of a launch. */
final class Regions {
  private Regions() {}

  /**
   * Addresses and what is allowed there.
   *
   * @param flags as in the region's flags register
   */
  record Region(long base, long size, int flags) {
    long end() {
      return base + size;
    }
  }

  static Region data(long base, long size, boolean read, boolean write) {
    return new Region(
        base, size, (read ? HostRegister.ALLOW_READ : 0) | (write ? HostRegister.ALLOW_WRITE : 0));
  }

  /**
   * Fits the wanted regions into those that the device has. Empty ones and those that allow nothing
   * fall away; while there are too many, the two with the smallest gap between them become one, so
   * that protection is lost where it matters least and nothing allowed is ever refused.
   */
  static List<Region> fit(List<Region> wanted, int available) {
    List<Region> regions = new ArrayList<>(wanted);
    regions.removeIf(r -> r.size == 0 || r.flags == 0);
    regions.sort(Comparator.comparingLong(Region::base));
    while (regions.size() > available) {
      int best = 0;
      for (int i = 1; i + 1 < regions.size(); i++) {
        if (gap(regions, i) < gap(regions, best)) {
          best = i;
        }
      }
      Region second = regions.remove(best + 1);
      Region first = regions.get(best);
      long end = Math.max(first.end(), second.end());
      regions.set(best, new Region(first.base, end - first.base, first.flags | second.flags));
    }
    return regions;
  }

  private static long gap(List<Region> regions, int index) {
    return regions.get(index + 1).base - regions.get(index).end();
  }
}
