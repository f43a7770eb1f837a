package dev.zhulong.rtl.bench;

import java.util.Random;

/** Random numbers of tests: another seed every time, printed, and chosen by a system property. */
public final class Seeds {
  private static final String PROPERTY = "zl.seed";
  private static final int LIMIT = 1 << 24;

  private Seeds() {}

  /**
   * Numbers from a new seed, or from that of {@code -Dzl.seed=N}; the seed is printed.
   *
   * @param what the test, for the printed line
   */
  public static Random random(String what) {
    Long given = Long.getLong(PROPERTY);
    long seed = given == null ? (System.nanoTime() >>> 10) % LIMIT : given;
    System.out.println(what + ": seed " + seed + " (repeat with -D" + PROPERTY + "=" + seed + ")");
    return new Random(seed);
  }
}
