package dev.zhulong.rtl;

/**
 * Which cycles a waveform file holds. Cycle 0 is the one in which the model's first launch is
 * written, so that cycles are those of the launch where there is one.
 *
 * @param from first cycle, 0 or more
 * @param to cycle after the last one, above {@code from}
 */
public record WaveWindow(long from, long to) {
  /** From the first launch to the end. */
  public static final WaveWindow ALL = new WaveWindow(0, Long.MAX_VALUE);

  /** Checks the order. */
  public WaveWindow {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException(
          "a waveform from cycle " + from + " to cycle " + to + " is empty; to must be above from");
    }
  }
}
