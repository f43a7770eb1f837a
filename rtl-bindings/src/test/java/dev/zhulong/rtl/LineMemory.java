package dev.zhulong.rtl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Memory behind a port of 64-byte lines: a request takes effect at a random time between its
 * acceptance and its response, and responses come in any order, as AXI allows for different ids.
 */
final class LineMemory {
  /** 32-bit words of a line. */
  static final int WORDS = 16;

  /**
   * How fast it is.
   *
   * @param latency least cycles to a response, from 1
   * @param jitter most cycles that come on top at random
   * @param stallPercent of the cycles, in which no request is accepted
   */
  record Timing(int latency, int jitter, int stallPercent) {}

  /** A request under way. */
  static final class Operation {
    final boolean write;
    final int line;
    final int tag;
    private final int[] data;
    private final long strobes;
    private final long applyAt;
    private final long respondAt;
    private boolean applied;

    private Operation(
        boolean write, int line, int tag, int[] data, long strobes, long applyAt, long respondAt) {
      this.write = write;
      this.line = line;
      this.tag = tag;
      this.data = data;
      this.strobes = strobes;
      this.applyAt = applyAt;
      this.respondAt = respondAt;
    }

    /** What was read. */
    int[] data() {
      return data;
    }
  }

  private final Map<Integer, int[]> lines = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final Random random;
  private Timing timing = new Timing(1, 0, 0);

  LineMemory(Random random) {
    this.random = random;
  }

  void setTiming(Timing timing) {
    this.timing = timing;
  }

  /** Whether a request may be accepted in this cycle. */
  boolean ready() {
    return random.nextInt(100) >= timing.stallPercent();
  }

  /** The words of a line; zero at first. */
  int[] line(int number) {
    return lines.computeIfAbsent(number, n -> new int[WORDS]);
  }

  void acceptRead(long cycle, int line, int tag) {
    accept(cycle, false, line, tag, new int[WORDS], 0);
  }

  void acceptWrite(long cycle, int line, int tag, WidePort data, long strobes) {
    int[] words = new int[WORDS];
    Arrays.setAll(words, data::word);
    accept(cycle, true, line, tag, words, strobes);
  }

  private void accept(long cycle, boolean write, int line, int tag, int[] data, long strobes) {
    int extra = timing.jitter() == 0 ? 0 : random.nextInt(timing.jitter() + 1);
    int wait = timing.latency() + extra;
    operations.add(
        new Operation(
            write, line, tag, data, strobes, cycle + 1 + random.nextInt(wait), cycle + wait));
  }

  /** Lets due requests take effect, and gives the one to answer in this cycle, or null. */
  Operation respond(long cycle) {
    Operation best = null;
    for (Operation operation : operations) {
      if (!operation.applied && operation.applyAt <= cycle) {
        apply(operation);
      }
      if (operation.applied
          && operation.respondAt <= cycle
          && (best == null || operation.respondAt < best.respondAt)) {
        best = operation;
      }
    }
    return best;
  }

  private void apply(Operation operation) {
    operation.applied = true;
    int[] line = line(operation.line);
    if (operation.write) {
      merge(line, operation.data, operation.strobes);
    } else {
      System.arraycopy(line, 0, operation.data, 0, WORDS);
    }
  }

  /** Writes the bytes of a line whose strobe is set. */
  static void merge(int[] line, int[] data, long strobes) {
    for (int w = 0; w < WORDS; w++) {
      int mask = 0;
      for (int b = 0; b < 4; b++) {
        if ((strobes >>> (4 * w + b) & 1) != 0) {
          mask |= 0xff << (8 * b);
        }
      }
      line[w] = line[w] & ~mask | data[w] & mask;
    }
  }

  /** Forgets a request whose response was taken. */
  void answered(Operation operation) {
    operations.remove(operation);
  }

  /** Forgets all requests, as a reset does. */
  void reset() {
    operations.clear();
  }

  static void drive(WidePort port, int[] words) {
    for (int w = 0; w < words.length; w++) {
      port.setWord(w, words[w]);
    }
  }
}
