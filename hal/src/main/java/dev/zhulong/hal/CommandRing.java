package dev.zhulong.hal;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.QueueCommand;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The device's command queue as the driver uses it: a ring of commands in device memory and, for
 * each of its places, what a launch needs besides. A ticket is the number of commands done when a
 * command is.
 */
final class CommandRing {
  private static final int PLACES = 64;
  private static final int REGION_BYTES = HostRegister.REGIONS * HostRegister.REGION_STRIDE;
  private static final int ARGUMENT_BYTES = 1024;
  private static final int PLACE_BYTES = REGION_BYTES + QueueCommand.RECORD_BYTES + ARGUMENT_BYTES;

  /** Device memory that a ring takes. */
  static final int BYTES = PLACES * (QueueCommand.BYTES + PLACE_BYTES);

  /** Commands of a launch, its program's copy included. */
  private static final int MOST_COMMANDS = 2;

  private final Transport transport;
  private final long base;
  private boolean enabled;
  private int head;
  private int tail;

  CommandRing(Transport transport, long base) {
    this.transport = transport;
    this.base = base;
  }

  /** Whether a work can go through the ring at all. */
  static boolean takes(Work work) {
    return (work.mode() & HostRegister.MODE_GRID) != 0
        && work.prints() == null
        && work.argumentBlock().length * 4 <= ARGUMENT_BYTES;
  }

  /** Whether it has room for one more launch. */
  boolean room() {
    return PLACES - (tail - head) >= MOST_COMMANDS;
  }

  /** Whether every command is known to be done. */
  boolean empty() {
    return head == tail;
  }

  /** Has the device copy a program to where it runs. */
  void load(Image.Staged staged) {
    push(
        QueueCommand.copy(
            QueueCommand.WITHIN_DEVICE, staged.address(), staged.target(), staged.bytes()));
    ring();
  }

  /**
   * Has the device do a launch.
   *
   * @param available protection regions of the device
   * @return its ticket
   */
  int launch(Work unplaced, int available) {
    long place = place(tail) + REGION_BYTES + QueueCommand.RECORD_BYTES;
    Work work = unplaced.at(place);
    List<Regions.Region> regions = Regions.fit(work.regions(), available);
    int[] table = new int[REGION_BYTES / 4];
    for (int i = 0; i < regions.size(); i++) {
      table[4 * i] = (int) regions.get(i).base();
      table[4 * i + 1] = (int) regions.get(i).size();
      table[4 * i + 2] = regions.get(i).flags();
    }
    transport.copyIn(place(tail), MemorySegment.ofArray(table));
    if (work.argumentBlock().length > 0) {
      transport.copyIn(place, MemorySegment.ofArray(work.argumentBlock()));
    }
    int[] words = new int[QueueCommand.WORDS];
    words[0] =
        QueueCommand.LAUNCH
            | QueueCommand.RECORD
            | QueueCommand.INTERRUPT
            | regions.size() << QueueCommand.REGIONS_SHIFT;
    words[QueueCommand.BLOCK] = work.mode();
    words[QueueCommand.BLOCK + 1] = (int) work.image().entry();
    words[QueueCommand.BLOCK + 2] = (int) work.argument();
    System.arraycopy(work.shape(), 0, words, QueueCommand.BLOCK + 3, work.shape().length);
    words[QueueCommand.BLOCK + 9] = work.localBytes();
    words[QueueCommand.REGIONS] = (int) place(tail);
    words[QueueCommand.RECORD_ADDRESS] = (int) (place(tail) + REGION_BYTES);
    push(words);
    ring();
    return tail;
  }

  /**
   * Has the device do a copy.
   *
   * @return its ticket
   */
  int copy(int[] command) {
    command[0] |= QueueCommand.INTERRUPT;
    push(command);
    ring();
    return tail;
  }

  private long place(int command) {
    return base
        + PLACES * QueueCommand.BYTES
        + (long) Integer.remainderUnsigned(command, PLACES) * PLACE_BYTES;
  }

  private void push(int[] command) {
    if (!enabled) {
      write(HostRegister.QUEUE_BASE, (int) base);
      write(HostRegister.QUEUE_SIZE, PLACES);
      write(HostRegister.QUEUE_CONTROL, HostRegister.QUEUE_ENABLE);
      enabled = true;
      head = 0;
      tail = 0;
    }
    long at = base + (long) Integer.remainderUnsigned(tail, PLACES) * QueueCommand.BYTES;
    transport.copyIn(at, MemorySegment.ofArray(command));
    tail++;
  }

  private void ring() {
    write(HostRegister.QUEUE_TAIL, tail);
  }

  /** Whether the command of a ticket is done; asks the device where that is not known. */
  boolean reached(int ticket) {
    if (head - ticket < 0) {
      int now = transport.read32(HostRegister.QUEUE_HEAD.offset());
      // A device that is gone reads all-ones, which no ring's head does.
      if (now - head >= 0 && now - tail <= 0) {
        head = now;
      }
    }
    return head - ticket >= 0;
  }

  /** Why the queue has stopped, one of {@link QueueCommand}'s errors, or 0. */
  int error() {
    int status = transport.read32(HostRegister.QUEUE_STATUS.offset());
    return (status & HostRegister.QUEUE_STOPPED) == 0 || status == -1 ? 0 : status >> 4 & 15;
  }

  /** What a launch that is done has cost. */
  LaunchStatistics statistics(int ticket, long wallNanos) {
    int[] words = new int[QueueCommand.RECORD_COUNTERS + 2 * QueueCommand.COUNTERS];
    transport.copyOut(place(ticket - 1) + REGION_BYTES, MemorySegment.ofArray(words));
    Map<Csr, Long> counters = new EnumMap<>(Csr.class);
    for (Csr csr : Csr.values()) {
      int index = csr.address() - Csr.PERF_WARP_INSTRUCTIONS.address();
      if (index >= 0 && index < QueueCommand.COUNTERS) {
        counters.put(csr, pair(words, QueueCommand.RECORD_COUNTERS + 2 * index));
      }
    }
    return new LaunchStatistics(
        pair(words, QueueCommand.RECORD_CYCLES),
        counters.get(Csr.PERF_WARP_INSTRUCTIONS),
        pair(words, QueueCommand.RECORD_LANE_INSTRUCTIONS),
        wallNanos,
        counters);
  }

  private static long pair(int[] words, int at) {
    return (long) words[at + 1] << 32 | words[at] & 0xffff_ffffL;
  }

  /** Lets the device begin no further command; one that it has begun goes on. */
  void disable() {
    if (enabled) {
      write(HostRegister.QUEUE_CONTROL, 0);
      enabled = false;
    }
  }

  /** Whether commands are taken: not so after {@link #disable} or {@link #forget}. */
  boolean enabled() {
    return enabled;
  }

  /** The device has been reset, and knows of no command any more. */
  void forget() {
    enabled = false;
    head = tail;
  }

  private void write(HostRegister register, int value) {
    transport.write32(register.offset(), value);
  }
}
