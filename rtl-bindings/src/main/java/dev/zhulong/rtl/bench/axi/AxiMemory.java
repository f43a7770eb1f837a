package dev.zhulong.rtl.bench.axi;

import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.bench.Agent;
import dev.zhulong.rtl.bench.ProtocolException;
import dev.zhulong.rtl.bench.axi.Channel.Beat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A memory behind a design's AXI4 or AXI4-Lite master interface. Bytes that nobody has written are
 * zero. Answers of different ids come in any order and, for reads, beat by beat interleaved; a
 * transaction takes effect at some time between its acceptance and its answer.
 *
 * <p>The design's side is checked: offers that change or are taken back, bursts across 4 KiB, kinds
 * and sizes that do not exist, data without end or with the last beat in the wrong place, strobes
 * outside of the lanes of a beat.
 */
public final class AxiMemory implements Agent {
  private static final int PAGE = 4096;
  private static final int MOST_OPEN = 32;

  private final AxiPorts ports;
  private final Random random;
  private final List<Agent> channels;
  private final Map<Long, byte[]> pages = new HashMap<>();

  private final Deque<AxiBurst> addresses = new ArrayDeque<>();
  private final Deque<Beat> data = new ArrayDeque<>();

  /** By id, oldest first: what is to be answered. */
  private final Map<Long, Deque<Answer>> writes = new LinkedHashMap<>();

  private final Map<Long, Deque<Answer>> reads = new LinkedHashMap<>();

  private int open;
  private long transactions;
  private long firstMissing = Long.MAX_VALUE;

  private static final class Answer {
    final AxiBurst burst;
    final List<Beat> data;
    int beat;

    Answer(AxiBurst burst, List<Beat> data) {
      this.burst = burst;
      this.data = data;
    }
  }

  /**
   * An empty memory.
   *
   * @param prefix of the ports' names, as {@code m_axi_}; {@code _i} and {@code _o} behind them may
   *     be left away
   * @param random decides when it stalls, and what it answers first
   * @param stallPercent of the cycles in which a channel takes or offers nothing although it could
   */
  public AxiMemory(VerilatedModel model, String prefix, Random random, int stallPercent) {
    this.ports = new AxiPorts(model, prefix);
    this.random = random;
    channels =
        List.of(
            new Receiver(ports.aw, this::room, this::address, random, stallPercent),
            new Receiver(ports.w, () -> data.size() < 256, this::data, random, stallPercent),
            new Receiver(ports.ar, this::room, this::reading, random, stallPercent),
            new Sender(ports.b, this::nextWrite, beat -> {}, random, stallPercent),
            new Sender(ports.r, this::nextRead, beat -> {}, random, stallPercent));
  }

  /** Answers accesses from an address on with DECERR. */
  public void endsAt(long address) {
    firstMissing = address;
  }

  /** Transactions that have been answered. */
  public long transactions() {
    return transactions;
  }

  /** Whether nothing is under way. */
  public boolean isIdle() {
    return open == 0 && data.isEmpty();
  }

  /** Sets bytes. */
  public void write(long address, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      set(address + i, bytes[i]);
    }
  }

  /** Bytes as they are now. */
  public byte[] read(long address, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = get(address + i);
    }
    return bytes;
  }

  private byte get(long address) {
    byte[] page = pages.get(address / PAGE);
    return page == null ? 0 : page[(int) (address % PAGE)];
  }

  private void set(long address, byte value) {
    pages.computeIfAbsent(address / PAGE, n -> new byte[PAGE])[(int) (address % PAGE)] = value;
  }

  private boolean room() {
    return open < MOST_OPEN;
  }

  private void address(Beat beat) {
    addresses.add(AxiBurst.of(ports.aw, beat, ports.width()));
    open++;
    join();
  }

  private void data(Beat beat) {
    data.add(beat);
    join();
  }

  /** Data come in the order of the addresses, before or behind them. */
  private void join() {
    while (!addresses.isEmpty()) {
      AxiBurst burst = addresses.peek();
      List<Beat> beats = new ArrayList<>();
      int number = 0;
      for (Beat beat : data) {
        if (number == burst.beats()) {
          break;
        }
        check(burst, number++, beat);
        beats.add(beat);
      }
      if (number < burst.beats()) {
        return;
      }
      addresses.remove();
      beats.forEach(beat -> data.remove());
      writes.computeIfAbsent(burst.id(), id -> new ArrayDeque<>()).add(new Answer(burst, beats));
    }
  }

  private void check(AxiBurst burst, int number, Beat beat) {
    boolean last = number == burst.beats() - 1;
    if (ports.w.has(0) && last != (beat.fields()[0] != 0)) {
      throw new ProtocolException(
          ports.w.name
              + "last is "
              + beat.fields()[0]
              + " at beat "
              + (number + 1)
              + " of "
              + burst);
    }
    int first = (int) (burst.address(number) % ports.width());
    int end = first + burst.bytes(number);
    for (int lane = 0; lane < ports.width(); lane++) {
      if (strobe(beat, lane) && (lane < first || lane >= end)) {
        throw new ProtocolException(
            ports.w.name
                + "strb has bit "
                + lane
                + " at beat "
                + (number + 1)
                + " of "
                + burst
                + ", whose lanes are "
                + first
                + " to "
                + (end - 1));
      }
    }
  }

  private static boolean strobe(Beat beat, int lane) {
    return (beat.strobe()[lane / 8] >> lane % 8 & 1) != 0;
  }

  private void reading(Beat beat) {
    AxiBurst burst = AxiBurst.of(ports.ar, beat, ports.width());
    reads.computeIfAbsent(burst.id(), id -> new ArrayDeque<>()).add(new Answer(burst, List.of()));
    open++;
  }

  /** The oldest transaction of some id. */
  private Answer any(Map<Long, Deque<Answer>> waiting) {
    List<Answer> heads =
        waiting.values().stream().filter(q -> !q.isEmpty()).map(Deque::peek).toList();
    return heads.isEmpty() ? null : heads.get(random.nextInt(heads.size()));
  }

  private boolean missing(AxiBurst burst, int beat) {
    return Long.compareUnsigned(burst.address(beat) + burst.bytes(beat), firstMissing) > 0;
  }

  private Beat nextWrite() {
    Answer answer = any(writes);
    if (answer == null) {
      return null;
    }
    AxiBurst burst = answer.burst;
    AxiResponse response = AxiResponse.OKAY;
    for (int number = 0; number < burst.beats(); number++) {
      if (missing(burst, number)) {
        response = AxiResponse.DECERR;
        continue;
      }
      long base = burst.address(number) / ports.width() * ports.width();
      Beat beat = answer.data.get(number);
      for (int lane = 0; lane < ports.width(); lane++) {
        if (strobe(beat, lane)) {
          set(base + lane, beat.data()[lane]);
        }
      }
    }
    done(writes, burst);
    return Beat.of(response.ordinal(), burst.id());
  }

  private Beat nextRead() {
    Answer answer = any(reads);
    if (answer == null) {
      return null;
    }
    AxiBurst burst = answer.burst;
    int number = answer.beat++;
    byte[] line = new byte[ports.width()];
    boolean missing = missing(burst, number);
    if (!missing) {
      long base = burst.address(number) / ports.width() * ports.width();
      for (int lane = 0; lane < line.length; lane++) {
        line[lane] = get(base + lane);
      }
    }
    boolean last = answer.beat == burst.beats();
    if (last) {
      done(reads, burst);
    }
    long response = (missing ? AxiResponse.DECERR : AxiResponse.OKAY).ordinal();
    return new Beat(new long[] {response, burst.id(), last ? 1 : 0}, line, null);
  }

  private void done(Map<Long, Deque<Answer>> waiting, AxiBurst burst) {
    waiting.get(burst.id()).remove();
    open--;
    transactions++;
  }

  @Override
  public void drive() {
    channels.forEach(Agent::drive);
  }

  @Override
  public void sample() {
    channels.forEach(Agent::sample);
  }
}
