package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.asm.Disassembler;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.simulator.functional.FunctionalDevice;
import dev.zhulong.simulator.functional.RetireSink;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Executes on the functional simulator what the cycle model has retired, and compares. Records are
 * as {@code zl_model.h} lays them out.
 */
final class Follower implements RetireSink {
  private static final int CORE = 0;
  private static final int WARP = 1;
  private static final int PC = 2;
  private static final int INSTRUCTION = 3;
  private static final int LANES = 4;
  private static final int RD = 5;
  private static final int STORE_LANES = 6;
  private static final int SEQUENCE = 7;
  private static final int RESULTS = 8;
  private static final int NO_SEQUENCE = -1;

  private static final int PAGE_SHIFT = 12;
  private static final int HISTORY = 8;

  /** Instructions without records that may lie before a fault: what was in flight behind a load. */
  private static final int MOST_UNSEEN = 256;

  private final FunctionalDevice device;
  private final CoreShape shape;

  /** By core and warp: records that the simulator's warp cannot follow yet, because it waits. */
  private final Deque<int[]>[] waiting;

  private final Deque<String>[] history;
  private final Set<Integer> stored = new HashSet<>();
  private long compared;
  private boolean grid;

  /** The record that the step under way has to match; null where there is none. */
  private int[] expected;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Follower(FunctionalDevice device) {
    this.device = device;
    this.shape = device.shape();
    int warps = shape.cores() * shape.warps();
    waiting = new Deque[warps];
    history = new Deque[warps];
    for (int i = 0; i < warps; i++) {
      waiting[i] = new ArrayDeque<>();
      history[i] = new ArrayDeque<>();
    }
    device.trace(this);
  }

  long compared() {
    return compared;
  }

  /** A launch or a reset: what was waited for will not come. */
  void restart(boolean newGrid) {
    grid = newGrid;
    stored.clear();
    for (int i = 0; i < waiting.length; i++) {
      waiting[i].clear();
      history[i].clear();
    }
  }

  /** Takes the next record of the model. */
  void accept(int[] record) {
    Deque<int[]> own = waiting[record[CORE] * shape.warps() + record[WARP]];
    own.add(record.clone());
    if (own.size() == 1 && advance(own)) {
      // What this warp did may have let others go on.
      boolean progress = true;
      while (progress) {
        progress = false;
        for (Deque<int[]> other : waiting) {
          progress |= !other.isEmpty() && advance(other);
        }
      }
    }
  }

  /** Follows a warp's records as far as it can go now. */
  private boolean advance(Deque<int[]> records) {
    boolean progress = false;
    while (!records.isEmpty() && follow(records.peek())) {
      records.remove();
      progress = true;
    }
    return progress;
  }

  private boolean follow(int[] record) {
    if (record[SEQUENCE] == NO_SEQUENCE) {
      if (grid) {
        int[] group = {record[RESULTS], record[RESULTS + 1], record[RESULTS + 2]};
        device.place(
            record[CORE],
            record[WARP],
            group,
            record[RESULTS + 3],
            record[RESULTS + 4],
            record[RESULTS + 5]);
      }
      return true;
    }
    expected = record;
    boolean executed = device.step(record[CORE], record[WARP]);
    expected = null;
    if (!executed && faulted()) {
      throw difference(record, "retired it, the simulator faults there: " + fault());
    }
    return executed;
  }

  private boolean faulted() {
    return (device.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_FAULTED) != 0;
  }

  private String fault() {
    return String.format(
        "cause %d at pc 0x%08x, address 0x%08x",
        device.read32(HostRegister.FAULT_CAUSE.offset()),
        device.read32(HostRegister.FAULT_PC.offset()),
        device.read32(HostRegister.FAULT_ADDRESS.offset()));
  }

  @Override
  public void retired(
      int core,
      int warp,
      int pc,
      int instruction,
      int lanes,
      int rd,
      int[] registers,
      int[] storeAddresses,
      int[] storeData) {
    int[] record = expected;
    if (record == null) {
      return;
    }
    compared++;
    if (record[PC] != pc || record[INSTRUCTION] != instruction) {
      throw difference(
          record,
          String.format(
              "the simulator is at pc 0x%08x: %s", pc, Disassembler.describe(instruction, pc)));
    }
    if (record[LANES] != lanes) {
      throw difference(record, String.format("the simulator has lanes 0x%x", lanes));
    }
    if (record[RD] != rd) {
      throw difference(
          record, "it wrote register " + record[RD] + ", the simulator register " + rd);
    }
    int lanesOfWarp = shape.lanes();
    for (int lane = 0; lane < lanesOfWarp; lane++) {
      if ((lanes >>> lane & 1) == 0) {
        continue;
      }
      if (rd != NO_RESULT && record[RESULTS + lane] != registers[rd * lanesOfWarp + lane]) {
        throw difference(
            record,
            String.format(
                "lane %d has result 0x%08x, the simulator 0x%08x",
                lane, record[RESULTS + lane], registers[rd * lanesOfWarp + lane]));
      }
      if (storeAddresses != null) {
        compareStore(record, lane, storeAddresses[lane], storeData[lane]);
      }
    }
    if (storeAddresses == null && record[STORE_LANES] != 0) {
      throw difference(record, "it stored, the simulator did not");
    }
    remember(record);
  }

  private void compareStore(int[] record, int lane, int address, int value) {
    int lanesOfWarp = shape.lanes();
    int width = record[INSTRUCTION] >> 12 & 3;
    int mask = width == 0 ? 0xff : width == 1 ? 0xffff : -1;
    if ((record[STORE_LANES] >>> lane & 1) == 0
        || record[RESULTS + lanesOfWarp + lane] != address
        || record[RESULTS + 2 * lanesOfWarp + lane] != (value & mask)) {
      throw difference(
          record,
          String.format(
              "lane %d stores 0x%08x to 0x%08x (store lanes 0x%x), the simulator 0x%08x to 0x%08x",
              lane,
              record[RESULTS + 2 * lanesOfWarp + lane],
              record[RESULTS + lanesOfWarp + lane],
              record[STORE_LANES],
              value & mask,
              address));
    }
    stored.add(address >>> PAGE_SHIFT);
  }

  private void remember(int[] record) {
    Deque<String> own = history[record[CORE] * shape.warps() + record[WARP]];
    if (own.size() == HISTORY) {
      own.remove();
    }
    own.add(describe(record));
  }

  private static String describe(int[] record) {
    return String.format(
        "core %d warp %d pc 0x%08x lanes 0x%x: %s",
        record[CORE],
        record[WARP],
        record[PC],
        record[LANES],
        Disassembler.describe(record[INSTRUCTION], record[PC] & 0xffff_ffffL));
  }

  private LockStepException difference(int[] record, String what) {
    StringBuilder message = new StringBuilder("the machines differ after ");
    message.append(compared).append(" instructions at ").append(describe(record));
    message.append(": ").append(what).append("\nbefore it:");
    for (String line : history[record[CORE] * shape.warps() + record[WARP]]) {
      message.append("\n  ").append(line);
    }
    return new LockStepException(message.toString());
  }

  /** The model has ended: so must have every warp of the simulator. */
  void requireEnd() {
    for (Deque<int[]> records : waiting) {
      if (!records.isEmpty()) {
        throw difference(records.peek(), "the simulator's warp waits and cannot go on");
      }
    }
    if (!device.quiet()) {
      throw new LockStepException(
          "the model has ended, the simulator has warps that still run, after "
              + compared
              + " instructions");
    }
  }

  /** Goes on with the warp in which the model faulted until the simulator faults too. */
  void runToFault(int core, int warp) {
    for (int i = 0; i < MOST_UNSEEN && !faulted(); i++) {
      if (!device.step(core, warp) && !faulted()) {
        break;
      }
    }
    if (!faulted()) {
      throw new LockStepException(
          "the model faults in core " + core + " warp " + warp + ", the simulator does not");
    }
  }

  /** Compares the pages that were stored to. */
  void compareMemory(MemorySegment actual, MemorySegment wanted) {
    for (int page : stored) {
      long from = (page & 0xffff_ffffL) << PAGE_SHIFT;
      // Local memory is compared by the loads from it.
      if (from >= 0xffff_0000L) {
        continue;
      }
      long at = MemorySegment.mismatch(actual, from, from + 4096, wanted, from, from + 4096);
      if (at >= 0) {
        throw new LockStepException(
            String.format(
                "memory at 0x%08x holds 0x%02x, the simulator has 0x%02x",
                from + at,
                actual.get(java.lang.foreign.ValueLayout.JAVA_BYTE, from + at),
                wanted.get(java.lang.foreign.ValueLayout.JAVA_BYTE, from + at)));
      }
    }
  }
}
