package dev.zhulong.compiler.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a register, or several that were coalesced, is live: segments of positions.
 *
 * <p>Instruction {@code n} of the layout reads at position {@code 2n} and writes at {@code 2n+1}; a
 * segment is half-open. So a result may take the register of an operand that dies there.
 */
final class LiveInterval {
  final List<Integer> members = new ArrayList<>();
  final boolean isFloat;

  /** Begin and end of each segment in turn, ascending. */
  private int[] segments = new int[4];

  private int length;

  /** Reads and writes, each counted by the loops around it. */
  double weight;

  /** Made by the spiller to live for one instruction; must get a register. */
  boolean temporary;

  /** The instruction to run again in place of a reload, or null. */
  MachineInstruction source;

  int assigned = Register.NONE;

  LiveInterval(int register, boolean isFloat) {
    members.add(register);
    this.isFloat = isFloat;
  }

  /** Adds a segment that begins before all others, as a walk from the end finds them. */
  void prepend(int begin, int end) {
    if (length > 0 && segments[length - 1] <= end && segments[length - 2] >= begin) {
      // The order in the array is descending until seal().
      segments[length - 1] = begin;
      segments[length - 2] = Math.max(segments[length - 2], end);
      return;
    }
    if (length == segments.length) {
      segments = Arrays.copyOf(segments, 2 * length);
    }
    segments[length++] = end;
    segments[length++] = begin;
  }

  /** Turns the array round, after the last segment has been added. */
  void seal() {
    for (int low = 0, high = length - 1; low < high; low++, high--) {
      int swap = segments[low];
      segments[low] = segments[high];
      segments[high] = swap;
    }
  }

  boolean empty() {
    return length == 0;
  }

  int begin() {
    return segments[0];
  }

  int end() {
    return segments[length - 1];
  }

  int segmentCount() {
    return length / 2;
  }

  int segmentBegin(int n) {
    return segments[2 * n];
  }

  int segmentEnd(int n) {
    return segments[2 * n + 1];
  }

  /** Positions covered. */
  int size() {
    int size = 0;
    for (int n = 0; n < length; n += 2) {
      size += segments[n + 1] - segments[n];
    }
    return size;
  }

  boolean overlaps(LiveInterval other) {
    int a = 0;
    int b = 0;
    while (a < length && b < other.length) {
      if (segments[a + 1] <= other.segments[b]) {
        a += 2;
      } else if (other.segments[b + 1] <= segments[a]) {
        b += 2;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Takes over the other's members and segments; they must not overlap. */
  void merge(LiveInterval other) {
    members.addAll(other.members);
    weight += other.weight;
    temporary = false;
    source = null;
    int[] merged = new int[length + other.length];
    int out = 0;
    int a = 0;
    int b = 0;
    while (a < length || b < other.length) {
      boolean mine = b >= other.length || a < length && segments[a] < other.segments[b];
      int begin = mine ? segments[a] : other.segments[b];
      int end = mine ? segments[a + 1] : other.segments[b + 1];
      if (mine) {
        a += 2;
      } else {
        b += 2;
      }
      if (out > 0 && merged[out - 1] == begin) {
        merged[out - 1] = end;
      } else {
        merged[out++] = begin;
        merged[out++] = end;
      }
    }
    segments = merged;
    length = out;
  }
}
