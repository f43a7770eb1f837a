package dev.zhulong.rtl.bench.axi;

import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.bench.Agent;
import dev.zhulong.rtl.bench.ProtocolException;
import dev.zhulong.rtl.bench.axi.Channel.Beat;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The master of a design's AXI4 or AXI4-Lite slave interface. Transactions go out in the order of
 * the calls, as many at a time as the design accepts; addresses and data are independent of one
 * another. Answers must come in order for each id.
 */
public final class AxiMaster implements Agent {
  private final AxiPorts ports;
  private final List<Agent> channels;
  private final Deque<AxiTransfer> addressWrites = new ArrayDeque<>();
  private final Deque<AxiTransfer> dataWrites = new ArrayDeque<>();
  private final Deque<AxiTransfer> addressReads = new ArrayDeque<>();
  private final Map<Long, Deque<AxiTransfer>> writes = new HashMap<>();
  private final Map<Long, Deque<AxiTransfer>> reads = new HashMap<>();

  /** Writes whose last data have been offered. */
  private final Set<AxiTransfer> complete = new HashSet<>();

  private int open;

  /**
   * A master with nothing to do.
   *
   * @param prefix of the ports' names, as {@code s_axi_}; {@code _i} and {@code _o} behind them may
   *     be left away
   * @param random decides when it idles and stalls
   * @param idlePercent of the cycles in which a channel offers or takes nothing although it could
   */
  public AxiMaster(VerilatedModel model, String prefix, Random random, int idlePercent) {
    ports = new AxiPorts(model, prefix);
    channels =
        List.of(
            new Sender(ports.aw, this::nextWrite, beat -> {}, random, idlePercent),
            new Sender(ports.w, this::nextData, beat -> {}, random, idlePercent),
            new Sender(ports.ar, this::nextRead, beat -> {}, random, idlePercent),
            new Receiver(ports.b, () -> true, this::written, random, idlePercent),
            new Receiver(ports.r, () -> true, this::read, random, idlePercent));
  }

  /** Bytes of the data bus. */
  public int width() {
    return ports.width();
  }

  /** Queues a write of bytes in the order of their addresses. */
  public AxiTransfer write(AxiBurst burst, byte[] bytes) {
    byte[] all = new byte[bytes.length];
    Arrays.fill(all, (byte) 1);
    return write(burst, bytes, all);
  }

  /**
   * Queues a write of some of the bytes.
   *
   * @param mask not zero for a byte whose strobe is set
   */
  public AxiTransfer write(AxiBurst burst, byte[] bytes, byte[] mask) {
    check(burst);
    if (bytes.length != burst.bytes() || mask.length != bytes.length) {
      throw new IllegalArgumentException(
          burst + " has " + burst.bytes() + " bytes, not " + bytes.length + " and " + mask.length);
    }
    AxiTransfer transfer = new AxiTransfer(burst, true, bytes.clone(), mask.clone());
    addressWrites.add(transfer);
    dataWrites.add(transfer);
    open++;
    return transfer;
  }

  /** Queues a read. */
  public AxiTransfer read(AxiBurst burst) {
    check(burst);
    AxiTransfer transfer = new AxiTransfer(burst, false, new byte[burst.bytes()], new byte[0]);
    addressReads.add(transfer);
    open++;
    return transfer;
  }

  /** Queues a write of a word on a bus of 32 bits. */
  public AxiTransfer write32(long address, int value) {
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      bytes[i] = (byte) (value >>> 8 * i);
    }
    return write(AxiBurst.incrementing(0, address, 1, 4), bytes);
  }

  /** Queues a read of a word on a bus of 32 bits. */
  public AxiTransfer read32(long address) {
    return read(AxiBurst.incrementing(0, address, 1, 4));
  }

  private void check(AxiBurst burst) {
    boolean lite = !ports.aw.has(2);
    if (burst.size() > width() || lite && (burst.beats() != 1 || burst.size() != width())) {
      throw new IllegalArgumentException(
          burst
              + " does not fit the interface "
              + ports.aw.name
              + "… of "
              + width()
              + " bytes"
              + (lite ? ", which has no bursts" : ""));
    }
  }

  /** Whether every transaction has been answered. */
  public boolean isIdle() {
    return open == 0;
  }

  private Beat nextWrite() {
    AxiTransfer transfer = addressWrites.poll();
    return transfer == null ? null : started(transfer, writes);
  }

  private Beat nextRead() {
    AxiTransfer transfer = addressReads.poll();
    return transfer == null ? null : started(transfer, reads);
  }

  private static Beat started(AxiTransfer transfer, Map<Long, Deque<AxiTransfer>> waiting) {
    waiting.computeIfAbsent(transfer.burst().id(), id -> new ArrayDeque<>()).add(transfer);
    return Beat.of(transfer.burst().fields());
  }

  private Beat nextData() {
    AxiTransfer transfer = dataWrites.peek();
    if (transfer == null) {
      return null;
    }
    AxiBurst burst = transfer.burst();
    byte[] data = new byte[width()];
    byte[] strobe = new byte[(width() + 7) / 8];
    int lane = (int) (burst.address(transfer.beat) % width());
    for (int i = 0; i < burst.bytes(transfer.beat); i++, lane++) {
      data[lane] = transfer.data[transfer.at];
      if (transfer.mask[transfer.at++] != 0) {
        strobe[lane / 8] |= (byte) (1 << lane % 8);
      }
    }
    boolean last = ++transfer.beat == burst.beats();
    if (last) {
      dataWrites.remove();
      complete.add(transfer);
    }
    return new Beat(new long[] {last ? 1 : 0}, data, strobe);
  }

  private static AxiTransfer oldest(
      Map<Long, Deque<AxiTransfer>> waiting, long id, String channel) {
    Deque<AxiTransfer> queue = waiting.get(id);
    if (queue == null || queue.isEmpty()) {
      throw new ProtocolException(channel + ": an answer of id " + id + " to no transaction");
    }
    return queue.peek();
  }

  private void written(Beat beat) {
    long id = beat.fields()[1];
    AxiTransfer transfer = oldest(writes, id, ports.b.name);
    if (!complete.remove(transfer)) {
      throw new ProtocolException(ports.b.name + ": " + transfer + " is answered before its data");
    }
    writes.get(id).remove();
    end(transfer, AxiResponse.of(beat.fields()[0]));
  }

  private void read(Beat beat) {
    long id = beat.fields()[1];
    AxiTransfer transfer = oldest(reads, id, ports.r.name);
    AxiBurst burst = transfer.burst();
    int lane = (int) (burst.address(transfer.beat) % width());
    for (int i = 0; i < burst.bytes(transfer.beat); i++) {
      transfer.data[transfer.at++] = beat.data()[lane + i];
    }
    boolean last = ++transfer.beat == burst.beats();
    if (ports.r.has(2) && last != (beat.fields()[2] != 0)) {
      throw new ProtocolException(
          ports.r.name
              + "last is "
              + beat.fields()[2]
              + " at beat "
              + transfer.beat
              + " of "
              + transfer);
    }
    AxiResponse worst = transfer.worst(AxiResponse.of(beat.fields()[0]));
    if (last) {
      reads.get(id).remove();
      end(transfer, worst);
    }
  }

  private void end(AxiTransfer transfer, AxiResponse response) {
    transfer.end(response);
    open--;
  }

  /** Transactions that have been begun and not been answered, for messages. */
  public List<AxiTransfer> waiting() {
    return Stream.of(writes, reads)
        .flatMap(map -> map.values().stream())
        .flatMap(Deque::stream)
        .toList();
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
