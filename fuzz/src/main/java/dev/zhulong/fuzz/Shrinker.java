package dev.zhulong.fuzz;

import java.util.Arrays;
import java.util.function.Predicate;

/** Makes a list of decisions smaller as long as it shows the same. */
final class Shrinker {
  private static final int MOST_TRIES = 1500;

  private final Predicate<int[]> shows;
  private int[] best;
  private int tries;

  private Shrinker(int[] first, Predicate<int[]> shows) {
    best = first;
    this.shows = shows;
  }

  static int[] shrink(int[] first, Predicate<int[]> shows) {
    Shrinker shrinker = new Shrinker(first, shows);
    int length;
    do {
      length = shrinker.best.length;
      shrinker.delete();
      shrinker.zero();
    } while (shrinker.best.length < length && shrinker.tries < MOST_TRIES);
    return shrinker.best;
  }

  private boolean better(int[] candidate) {
    if (tries >= MOST_TRIES) {
      return false;
    }
    tries++;
    if (!shows.test(candidate)) {
      return false;
    }
    best = candidate;
    return true;
  }

  /** Takes runs of decisions away, long ones first. */
  private void delete() {
    for (int length = Math.max(1, best.length / 2); length > 0; length /= 2) {
      for (int at = best.length - length; at >= 0; at -= length) {
        if (at + length <= best.length) {
          int[] shorter = new int[best.length - length];
          System.arraycopy(best, 0, shorter, 0, at);
          System.arraycopy(best, at + length, shorter, at, shorter.length - at);
          better(shorter);
        }
      }
    }
  }

  /** Makes runs of decisions the simplest ones. */
  private void zero() {
    for (int length = 8; length > 0; length /= 2) {
      for (int at = 0; at + length <= best.length; at += length) {
        int[] simpler = best.clone();
        Arrays.fill(simpler, at, at + length, 0);
        if (!Arrays.equals(simpler, best)) {
          better(simpler);
        }
      }
    }
  }
}
