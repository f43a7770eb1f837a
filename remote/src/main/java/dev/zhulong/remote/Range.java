package dev.zhulong.remote;

/**
 * Device addresses.
 *
 * @param start first one
 * @param end the one behind the last; not below the first
 */
record Range(long start, long end) {
  /** What both have; empty where they do not meet. */
  Range meet(Range other) {
    long from = Math.max(start, other.start);
    return new Range(from, Math.max(from, Math.min(end, other.end)));
  }

  boolean isEmpty() {
    return end == start;
  }

  /** Whether all of a copy lies in it. */
  boolean holds(long address, long bytes) {
    return address >= start && address <= end && bytes <= end - address;
  }
}
