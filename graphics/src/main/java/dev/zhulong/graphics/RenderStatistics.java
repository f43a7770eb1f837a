package dev.zhulong.graphics;

import dev.zhulong.hal.LaunchStatistics;

/**
 * What a submission cost, by stages.
 *
 * @param clear device cycles of clears
 * @param vertex of vertex shading
 * @param setup of assembly, clipping, set-up and binning
 * @param fragment of tiles: coverage, fragment shading, tests and blending
 * @param resolve of making one sample of several
 * @param instructions warp-instructions of all of them
 */
public record RenderStatistics(
    long clear, long vertex, long setup, long fragment, long resolve, long instructions) {
  /** Nothing yet. */
  public static final RenderStatistics NONE = new RenderStatistics(0, 0, 0, 0, 0, 0);

  /** Stages by number. */
  static final int CLEAR = 0;

  static final int VERTEX = 1;
  static final int SETUP = 2;
  static final int FRAGMENT = 3;
  static final int RESOLVE = 4;

  /** Device cycles of all stages. */
  public long cycles() {
    return clear + vertex + setup + fragment + resolve;
  }

  /** Both together. */
  public RenderStatistics plus(RenderStatistics other) {
    return new RenderStatistics(
        clear + other.clear,
        vertex + other.vertex,
        setup + other.setup,
        fragment + other.fragment,
        resolve + other.resolve,
        instructions + other.instructions);
  }

  RenderStatistics plus(int stage, LaunchStatistics launch) {
    long c = launch.cycles();
    return new RenderStatistics(
        clear + (stage == CLEAR ? c : 0),
        vertex + (stage == VERTEX ? c : 0),
        setup + (stage == SETUP ? c : 0),
        fragment + (stage == FRAGMENT ? c : 0),
        resolve + (stage == RESOLVE ? c : 0),
        instructions + launch.instructions());
  }

  @Override
  public String toString() {
    return String.format(
        "%,d cycles: clear %,d, vertex %,d, set-up %,d, fragment %,d, resolve %,d; %,d instructions",
        cycles(), clear, vertex, setup, fragment, resolve, instructions);
  }
}
