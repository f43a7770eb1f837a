package dev.zhulong.remote;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A client's device: registers as it sees them, its part of memory, and how far its launch is. Only
 * the device's thread touches it.
 */
final class VirtualDevice {
  /** Where a launch is. */
  enum State {
    /** There is none. */
    IDLE,
    /** It waits for the device. */
    WAITING,
    /** The device works at it. */
    RUNNING
  }

  /** Unread console bytes for which a client's work is still given time. */
  static final int MOST_CONSOLE = 1 << 16;

  /** Unit in which written memory is noted. */
  static final int BLOCK_BYTES = 1 << 16;

  /** The version of the host interface that has no debug block. */
  private static final int VERSION = HostRegister.VERSION_VALUE & 0xffff_0000;

  private static final int[] FAULT_REGISTERS = {
    HostRegister.FAULT_CAUSE.offset(),
    HostRegister.FAULT_PC.offset(),
    HostRegister.FAULT_CORE.offset(),
    HostRegister.FAULT_WARP.offset(),
    HostRegister.FAULT_LANES.offset(),
    HostRegister.FAULT_ADDRESS.offset(),
    HostRegister.FAULT_ACCESS.offset()
  };

  private static final int[] COUNTER_REGISTERS = counters();

  private final Map<Integer, Integer> identity;
  private final Range memory;
  private final PrivatePages pages;
  private final BitSet written = new BitSet();
  private final int[] launch =
      new int
          [(HostRegister.LAUNCH_LOCAL_BYTES.offset() - HostRegister.LAUNCH_MODE.offset()) / 4 + 1];
  private final int[] regions = new int[HostRegister.REGIONS * 4];

  /** Fault record and counters by offset. */
  private final Map<Integer, Integer> record = new HashMap<>();

  private final ArrayDeque<Integer> console = new ArrayDeque<>();
  private int enabled;
  private int status;
  private int interrupts;
  private long cycles;
  private State state = State.IDLE;

  /**
   * A device in its reset state.
   *
   * @param identity the real one's identity registers
   * @param memory the client's buffers
   */
  VirtualDevice(Map<Integer, Integer> identity, Range memory, PrivatePages pages) {
    this.identity = new HashMap<>(identity);
    this.identity.put(HostRegister.VERSION.offset(), VERSION);
    this.identity.put(HostRegister.MEMORY_SIZE.offset(), (int) (memory.end() >> 20));
    this.identity.put(HostRegister.CAPS_QUEUE.offset(), 0);
    this.memory = memory;
    this.pages = pages;
  }

  private static int[] counters() {
    int first = HostRegister.PERF.offset();
    int count = 0;
    for (Csr csr : Csr.values()) {
      if (csr.name().startsWith("PERF_")) {
        count = Math.max(count, csr.address() - Csr.PERF_WARP_INSTRUCTIONS.address() + 1);
      }
    }
    int[] offsets = new int[2 + 2 * count];
    offsets[0] = HostRegister.LANE_INSTRUCTIONS.offset();
    offsets[1] = HostRegister.LANE_INSTRUCTIONS.offset() + 4;
    for (int i = 0; i < 2 * count; i++) {
      offsets[2 + i] = first + 4 * i;
    }
    return offsets;
  }

  /** Registers that tell of a fault. */
  static int[] faultRegisters() {
    return FAULT_REGISTERS.clone();
  }

  /** Registers that count, but for the cycles. */
  static int[] counterRegisters() {
    return COUNTER_REGISTERS.clone();
  }

  Map<Integer, Integer> identity() {
    return identity;
  }

  Range memory() {
    return memory;
  }

  PrivatePages pages() {
    return pages;
  }

  State state() {
    return state;
  }

  long cycles() {
    return cycles;
  }

  void cycles(long count) {
    cycles = count;
  }

  /** A register of the launch block. */
  int launch(HostRegister register) {
    return launch[(register.offset() - HostRegister.LAUNCH_MODE.offset()) / 4];
  }

  /** The launch block, in the order of its registers. */
  int[] launch() {
    return launch.clone();
  }

  /** The protection regions as written, four words each. */
  int[] regions() {
    return regions.clone();
  }

  /** Notes that addresses have been, or may be, written. */
  void touch(Range range) {
    Range mine = range.meet(memory);
    if (!mine.isEmpty()) {
      written.set(
          (int) ((mine.start() - memory.start()) / BLOCK_BYTES),
          (int) ((mine.end() - 1 - memory.start()) / BLOCK_BYTES) + 1);
    }
  }

  /** Takes the address of a block that may have been written, or -1 when there is none any more. */
  long takeTouched() {
    int block = written.nextSetBit(0);
    if (block < 0) {
      return -1;
    }
    written.clear(block);
    return memory.start() + (long) block * BLOCK_BYTES;
  }

  // ----------------------------------------------------------------- registers

  int read32(int offset) {
    Integer fixed = identity.get(offset);
    if (fixed != null) {
      return fixed;
    }
    int region = offset - HostRegister.REGION_BASE.offset();
    if (region >= 0 && region < regions.length * 4) {
      return regions[region / 4];
    }
    int block = offset - HostRegister.LAUNCH_MODE.offset();
    if (block >= 0 && block < launch.length * 4) {
      return launch[block / 4];
    }
    if (offset == HostRegister.STATUS.offset()) {
      return status;
    }
    if (offset == HostRegister.IRQ_STATUS.offset()) {
      return interrupts();
    }
    if (offset == HostRegister.IRQ_ENABLE.offset()) {
      return enabled;
    }
    if (offset == HostRegister.CONSOLE.offset()) {
      return console.isEmpty() ? 0 : HostRegister.CONSOLE_VALID | console.remove();
    }
    if (offset == HostRegister.CYCLES.offset()) {
      return (int) cycles;
    }
    if (offset == HostRegister.CYCLES.offset() + 4) {
      return (int) (cycles >>> 32);
    }
    return record.getOrDefault(offset, 0);
  }

  /** Writes a register other than {@code CONTROL}; what cannot be written ignores it. */
  void write32(int offset, int value) {
    int region = offset - HostRegister.REGION_BASE.offset();
    int block = offset - HostRegister.LAUNCH_MODE.offset();
    if (region >= 0 && region < regions.length * 4) {
      int word = region / 4;
      regions[word] = word % 4 == 3 ? 0 : word % 4 == 2 ? value & 7 : value;
    } else if (block >= 0 && block < launch.length * 4) {
      launch[block / 4] = block == 0 ? value & 3 : value;
    } else if (offset == HostRegister.IRQ_STATUS.offset()) {
      interrupts &= ~value;
    } else if (offset == HostRegister.IRQ_ENABLE.offset()) {
      enabled = value;
    }
  }

  private int interrupts() {
    return interrupts | (console.isEmpty() ? 0 : HostRegister.IRQ_CONSOLE);
  }

  boolean interrupt() {
    return (interrupts() & enabled) != 0;
  }

  /** What a wait's answer tells; takes the console bytes out. */
  Snapshot snapshot() {
    boolean interrupt = interrupt();
    Map<Integer, Integer> values = new HashMap<>();
    int[] bytes = console.stream().mapToInt(Integer::intValue).toArray();
    console.clear();
    for (HostRegister register : List.of(HostRegister.STATUS, HostRegister.IRQ_STATUS)) {
      values.put(register.offset(), read32(register.offset()));
    }
    values.put(HostRegister.CYCLES.offset(), (int) cycles);
    values.put(HostRegister.CYCLES.offset() + 4, (int) (cycles >>> 32));
    if (state == State.IDLE) {
      for (int offset : COUNTER_REGISTERS) {
        values.put(offset, read32(offset));
      }
      for (int offset : FAULT_REGISTERS) {
        values.put(offset, read32(offset));
      }
    }
    return new Snapshot(interrupt, values, bytes);
  }

  // ------------------------------------------------------------------- launches

  /** The launch block's work is wanted; refused while there is work or a fault. */
  void request() {
    if (state != State.IDLE || (status & HostRegister.STATUS_FAULTED) != 0) {
      refuse();
      return;
    }
    status = HostRegister.STATUS_BUSY;
    cycles = 0;
    record.clear();
    state = State.WAITING;
  }

  private void refuse() {
    status |= HostRegister.STATUS_REFUSED;
    interrupts |= HostRegister.IRQ_REFUSED;
  }

  void started() {
    state = State.RUNNING;
  }

  /** The device has refused the work. */
  void refused() {
    state = State.IDLE;
    status = 0;
    refuse();
  }

  /**
   * The work has ended.
   *
   * @param counts counters by offset
   */
  void done(Map<Integer, Integer> counts) {
    state = State.IDLE;
    record.putAll(counts);
    status = HostRegister.STATUS_DONE;
    interrupts |= HostRegister.IRQ_DONE;
  }

  /**
   * The work has ended in a fault.
   *
   * @param faultAndCounts fault record and counters by offset
   */
  void faulted(Map<Integer, Integer> faultAndCounts) {
    state = State.IDLE;
    record.putAll(faultAndCounts);
    status = HostRegister.STATUS_FAULTED;
    interrupts |= HostRegister.IRQ_FAULT;
  }

  /** The work has been stopped before the device could say where it was. */
  void timedOut() {
    faulted(
        Map.of(
            HostRegister.FAULT_CAUSE.offset(),
            FaultCause.TIMEOUT.code(),
            HostRegister.FAULT_PC.offset(),
            launch(HostRegister.LAUNCH_ENTRY)));
  }

  /** The client's soft reset; the device does not work for it any more. */
  void reset() {
    state = State.IDLE;
    status = 0;
    interrupts = 0;
    cycles = 0;
    record.clear();
    console.clear();
  }

  void print(int channelAndByte) {
    console.add(channelAndByte);
  }

  boolean consoleFull() {
    return console.size() >= MOST_CONSOLE;
  }
}
