package dev.zhulong.remote;

import dev.zhulong.firmware.isa.HostRegister;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes a launch's protection regions such that it can reach what its client may and nothing else.
 */
final class Confinement {
  private static final int ALL =
      HostRegister.ALLOW_READ | HostRegister.ALLOW_WRITE | HostRegister.ALLOW_EXECUTE;

  private Confinement() {}

  /**
   * Addresses and what is allowed there.
   *
   * @param part index of the client's part in which they lie
   * @param flags as in the region's flags register
   */
  record Region(int part, Range range, int flags) {}

  /**
   * Cuts the wanted regions to the client's parts. Where that makes too many, neighbours within a
   * part become one. No wanted region at all means, as on a device of one's own, everything.
   *
   * @param words the region registers as the client has written them, four a region
   * @param parts what the client may reach, fewer than the device has regions
   * @param available regions of the device
   * @return at least one region
   */
  static List<Region> confine(int[] words, List<Range> parts, int available) {
    List<Region> regions = new ArrayList<>();
    boolean any = false;
    for (int i = 0; i < words.length; i += 4) {
      if (words[i + 2] != 0) {
        any = true;
        long base = words[i] & 0xffff_ffffL;
        cut(new Range(base, base + (words[i + 1] & 0xffff_ffffL)), words[i + 2], parts, regions);
      }
    }
    if (!any) {
      cut(new Range(0, Long.MAX_VALUE), ALL, parts, regions);
    }
    if (regions.isEmpty()) {
      // With no region enabled a device allows everything: one that gives nothing away.
      Range part = parts.getFirst();
      regions.add(
          new Region(0, new Range(part.start(), part.start() + 1), HostRegister.ALLOW_READ));
    }
    regions.sort(
        Comparator.comparingInt(Region::part).thenComparingLong(region -> region.range().start()));
    while (regions.size() > available) {
      join(regions);
    }
    return regions;
  }

  private static void cut(Range wanted, int flags, List<Range> parts, List<Region> regions) {
    for (int i = 0; i < parts.size(); i++) {
      Range meeting = wanted.meet(parts.get(i));
      if (!meeting.isEmpty()) {
        regions.add(new Region(i, meeting, flags));
      }
    }
  }

  /** Makes one region of the two of a part that have the smallest gap between them. */
  private static void join(List<Region> regions) {
    int best = -1;
    long smallest = Long.MAX_VALUE;
    for (int i = 0; i + 1 < regions.size(); i++) {
      long gap = regions.get(i + 1).range().start() - regions.get(i).range().end();
      if (regions.get(i).part() == regions.get(i + 1).part() && gap < smallest) {
        best = i;
        smallest = gap;
      }
    }
    Region second = regions.remove(best + 1);
    Region first = regions.get(best);
    long end = Math.max(first.range().end(), second.range().end());
    regions.set(
        best,
        new Region(
            first.part(), new Range(first.range().start(), end), first.flags() | second.flags()));
  }
}
