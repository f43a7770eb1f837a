package dev.zhulong.fuzz.generator;

import java.util.Arrays;
import java.util.Random;

/**
 * The decisions that make a program. They are recorded, so that a program can be made again from
 * some of its decisions: where the record ends or is changed to 0 the simplest is chosen. That is
 * how programs are shrunk without knowing what they mean.
 */
public final class Choices {
  private final Random random;
  private final int[] script;
  private int[] made = new int[256];
  private int count;

  private Choices(Random random, int[] script) {
    this.random = random;
    this.script = script;
  }

  /** Random decisions. */
  public static Choices random(long seed) {
    return new Choices(new Random(seed * 0x9e3779b97f4a7c15L + 1), new int[0]);
  }

  /** Decisions made before. */
  public static Choices again(int[] script) {
    return new Choices(null, script);
  }

  /** A number below a limit; 0 is the simplest choice. */
  public int next(int limit) {
    int choice;
    if (random != null) {
      choice = random.nextInt(limit);
    } else {
      choice = count < script.length ? Math.floorMod(script[count], limit) : 0;
    }
    if (count == made.length) {
      made = Arrays.copyOf(made, count * 2);
    }
    made[count++] = choice;
    return choice;
  }

  /** True once in so many times. */
  public boolean once(int times) {
    return next(times) == times - 1;
  }

  int pick(int... from) {
    return from[next(from.length)];
  }

  /** What has been decided. */
  public int[] made() {
    return Arrays.copyOf(made, count);
  }
}
