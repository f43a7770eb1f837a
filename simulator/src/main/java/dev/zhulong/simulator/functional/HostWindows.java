package dev.zhulong.simulator.functional;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What the host lets a device see of its memory: parts that do not overlap, by address. */
public final class HostWindows {
  private static final int LINE = 64;

  private final NavigableMap<Long, MemorySegment> windows = new TreeMap<>();

  /** Nothing to be seen. */
  public HostWindows() {}

  /**
   * Lets the device see a part.
   *
   * @param address what the device calls it, a multiple of 64
   */
  public void map(long address, MemorySegment memory) {
    windows.put(address, memory);
  }

  /** Takes back the part that was mapped at an address. */
  public void unmap(long address) {
    windows.remove(address);
  }

  /** The 64 bytes at an address, or null where they do not lie in one part. */
  MemorySegment line(long address) {
    Map.Entry<Long, MemorySegment> window = windows.floorEntry(address);
    if (window == null) {
      return null;
    }
    long at = address - window.getKey();
    MemorySegment memory = window.getValue();
    return at <= memory.byteSize() - LINE ? memory.asSlice(at, LINE) : null;
  }
}
