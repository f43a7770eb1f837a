package dev.zhulong.hal.bringup;

import java.util.ArrayList;
import java.util.List;

/**
 * March C− over a range of device memory, and a walk over its address lines. Words are compared
 * after each pass; blocks go up and down as the algorithm says.
 */
final class MemoryMarch {
  private static final int BLOCK_WORDS = 4096;
  private static final int ZEROS = 0;
  private static final int ONES = -1;

  private final Probe probe;

  MemoryMarch(Probe probe) {
    this.probe = probe;
  }

  /** Writes a word of its own behind every address line, and reads all of them afterwards. */
  void addressLines(long first, long end) {
    List<Long> places = new ArrayList<>(List.of(first));
    for (long line = 4; first + line < end; line <<= 1) {
      places.add(first + line);
    }
    for (long place : places) {
      probe.poke(place, pattern(place));
    }
    for (long place : places) {
      int word = probe.peek(place, 1)[0];
      if (word != pattern(place)) {
        throw new StageFailure(
            "address lines: 0x%08x holds 0x%08x, must be 0x%08x"
                .formatted(place, word, pattern(place)));
      }
    }
  }

  private static int pattern(long address) {
    return (int) (address * 0x9E3779B1L ^ address >>> 7);
  }

  /** March C−: up w0; up r0 w1; up r1 w0; down r0 w1; down r1 w0; r0. */
  void march(long first, int words) {
    pass(first, words, true, null, ZEROS);
    pass(first, words, true, ZEROS, ONES);
    pass(first, words, true, ONES, ZEROS);
    pass(first, words, false, ZEROS, ONES);
    pass(first, words, false, ONES, ZEROS);
    pass(first, words, true, ZEROS, null);
  }

  private void pass(long first, int words, boolean up, Integer expected, Integer next) {
    int blocks = (words + BLOCK_WORDS - 1) / BLOCK_WORDS;
    for (int i = 0; i < blocks; i++) {
      int block = up ? i : blocks - 1 - i;
      long address = first + 4L * block * BLOCK_WORDS;
      int count = Math.min(BLOCK_WORDS, words - block * BLOCK_WORDS);
      if (expected != null) {
        compare(address, probe.peek(address, count), expected);
      }
      if (next != null) {
        int[] fill = new int[count];
        java.util.Arrays.fill(fill, next);
        probe.poke(address, fill);
      }
    }
  }

  private static void compare(long address, int[] found, int expected) {
    for (int i = 0; i < found.length; i++) {
      int wrong = found[i] ^ expected;
      if (wrong != 0) {
        throw new StageFailure(
            "memory at 0x%08x: bit %d is %d, must be %d (0x%08x)"
                .formatted(
                    address + 4L * i,
                    Integer.numberOfTrailingZeros(wrong),
                    found[i] >>> Integer.numberOfTrailingZeros(wrong) & 1,
                    expected & 1,
                    found[i]));
      }
    }
  }
}
