package dev.zhulong.rtl;

/**
 * How the memory behind a cycle model answers.
 *
 * @param latency cycles from the acceptance of a request to its earliest response, 1 to 65535
 * @param cyclesPerLine least distance in cycles of two accepted 64-byte requests, 1 to 65535
 * @param jitter most cycles by which a latency is lengthened at random, 0 to 65535; above 0,
 *     responses overtake one another and the ports refuse at random
 * @param seed of the random numbers
 */
public record MemoryTiming(int latency, int cyclesPerLine, int jitter, long seed) {
  private static final int MOST = 65_535;

  /** 30 cycles of latency, a line a cycle, nothing random. */
  public static final MemoryTiming DEFAULT = new MemoryTiming(30, 1, 0, 0);

  /** Checks the limits. */
  public MemoryTiming {
    require("memory latency", latency, 1);
    require("memory cycles per line", cyclesPerLine, 1);
    require("memory jitter", jitter, 0);
  }

  private static void require(String name, int value, int least) {
    if (value < least || value > MOST) {
      throw new IllegalArgumentException(
          name + " is " + value + ", must be " + least + " to " + MOST);
    }
  }
}
