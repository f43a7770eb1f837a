package dev.zhulong.fuzz.drawing;

import dev.zhulong.hal.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Many random draws, one after the other. */
public final class DrawingRuns {
  /** A run with so many mistakes has said enough. */
  private static final int MOST_MISTAKES = 10;

  private DrawingRuns() {}

  /**
   * What a run found.
   *
   * @param draws draws done
   * @param mistakes what is wrong, with its seed
   */
  public record Summary(long draws, List<String> mistakes) {}

  /**
   * Runs draws. After a mistake the device is opened anew.
   *
   * @param device opens a device
   * @param seed of the first; each further one has the next
   * @param draws how many
   * @param nanoseconds after which no further one is begun
   * @param progress told the number of draws after each
   */
  public static Summary run(
      Supplier<Gpu> device, long seed, long draws, long nanoseconds, LongConsumer progress) {
    List<String> mistakes = new ArrayList<>();
    long start = System.nanoTime();
    long done = 0;
    while (more(start, nanoseconds, done, draws, mistakes)) {
      try (RandomDrawing drawing = new RandomDrawing(device.get())) {
        String mistake = null;
        while (mistake == null && more(start, nanoseconds, done, draws, mistakes)) {
          mistake = drawing.check(seed + done);
          if (mistake != null) {
            mistakes.add("seed " + (seed + done) + ": " + mistake);
          }
          progress.accept(++done);
        }
      }
    }
    return new Summary(done, List.copyOf(mistakes));
  }

  private static boolean more(
      long start, long nanoseconds, long done, long draws, List<String> mistakes) {
    return done < draws
        && mistakes.size() < MOST_MISTAKES
        && System.nanoTime() - start < nanoseconds;
  }
}
