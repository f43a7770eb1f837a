package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.simulator.functional.RetireSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Compares two streams of retire records warp by warp. The expected side is pulled: it is asked to
 * go on when a warp of the other side has a record that the expected side has not reached.
 */
public final class RetireComparator {
  /** Makes the expected side retire more instructions. */
  @FunctionalInterface
  public interface Advance {
    /** Returns false when the expected side has come to its end. */
    boolean more();
  }

  private static final int HISTORY = 12;

  private final int lanes;
  private final int warps;
  private final int[] scratch;
  private final Stream[] streams;
  private final Advance advance;
  private long compared;

  /**
   * A comparison that has seen nothing yet.
   *
   * @param advance lets the expected side, whose records arrive at {@link #expected()}, go on
   */
  public RetireComparator(CoreShape shape, Advance advance) {
    this.lanes = shape.lanes();
    this.warps = shape.warps();
    this.scratch = new int[RetireRecord.words(lanes)];
    this.streams = new Stream[shape.cores() * warps];
    Arrays.setAll(streams, i -> new Stream());
    this.advance = advance;
  }

  /** Takes the records of the expected side. */
  public RetireSink expected() {
    return (core, warp, pc, instruction, mask, rd, registers, addresses, data) -> {
      RetireRecord.fill(
          scratch, lanes, core, warp, pc, instruction, mask, rd, registers, addresses, data);
      streams[core * warps + warp].waiting.append(scratch);
    };
  }

  /** Records that were compared and agreed. */
  public long compared() {
    return compared;
  }

  /**
   * Compares the next record of the other side.
   *
   * @param record one record, laid out as in {@code zl_model.h}
   */
  public Optional<Difference> compare(int[] record) {
    int core = record[RetireRecord.CORE];
    int warp = record[RetireRecord.WARP];
    Stream stream = streams[core * warps + warp];
    while (stream.waiting.isEmpty()) {
      if (!advance.more() && stream.waiting.isEmpty()) {
        return Optional.of(
            stream.difference(record, "the instruction", "the end of the warp", "retired", null));
      }
    }
    stream.waiting.remove(scratch);
    for (int i = 0; i < scratch.length; i++) {
      if (i != RetireRecord.NUMBER && scratch[i] != record[i]) {
        return Optional.of(
            stream.difference(
                record,
                RetireRecord.name(i, lanes),
                "0x" + Integer.toHexString(scratch[i]),
                "0x" + Integer.toHexString(record[i]),
                scratch));
      }
    }
    stream.remember(record);
    compared++;
    return Optional.empty();
  }

  /** To be called when the other side has ended: what the expected side has beyond it. */
  public Optional<Difference> end() {
    while (advance.more()) {
      // The expected side runs to its end.
    }
    for (Stream stream : streams) {
      if (!stream.waiting.isEmpty()) {
        stream.waiting.remove(scratch);
        return Optional.of(
            stream.difference(scratch, "the instruction", "retired", "missing", scratch));
      }
    }
    return Optional.empty();
  }

  /** One warp's records: those that wait for the other side, and the last ones that agreed. */
  private final class Stream {
    final IntQueue waiting = new IntQueue();
    final Deque<int[]> last = new ArrayDeque<>();
    long retired;

    void remember(int[] record) {
      retired++;
      int[] copy = last.size() == HISTORY ? last.remove() : new int[record.length];
      System.arraycopy(record, 0, copy, 0, record.length);
      last.add(copy);
    }

    Difference difference(
        int[] record, String what, String expected, String actual, int[] expectedRecord) {
      List<String> history = new ArrayList<>();
      last.forEach(each -> history.add("agreed    " + RetireRecord.text(each, lanes)));
      if (expectedRecord != null) {
        history.add("expected  " + RetireRecord.text(expectedRecord, lanes));
      }
      if (record != expectedRecord) {
        history.add("actual    " + RetireRecord.text(record, lanes));
      }
      return new Difference(
          record[RetireRecord.CORE],
          record[RetireRecord.WARP],
          retired,
          record[RetireRecord.PC],
          what,
          expected,
          actual,
          history);
    }
  }
}
