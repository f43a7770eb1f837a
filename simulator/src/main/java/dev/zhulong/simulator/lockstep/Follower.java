package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.asm.Disassembler;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.simulator.functional.FunctionalDevice;
import dev.zhulong.simulator.functional.RetireSink;
import java.lang.foreign.MemorySegment;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionDecoder;
import dev.zhulong.firmware.isa.MemoryMap;
import java.util.ArrayDeque;
import java.util.Arrays;
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
  private final Set<String> placed = new HashSet<>();
  private Coverage coverage;
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

  /** Lets a collector take note of what is compared from now on; null for none. */
  void collect(Coverage collector) {
    coverage = collector;
  }

  /** Takes note of a fault that both machines have. */
  void trapped(int cause, int access) {
    if (coverage != null) {
      coverage.trapped(cause, access);
    }
  }

  long compared() {
    return compared;
  }

  /** A launch or a reset: what was waited for will not come. */
  void restart(boolean newGrid) {
    grid = newGrid;
    placed.clear();
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
        checkPlace(record, group);
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
    Coverage.Event event = coverage == null ? null : before(record);
    boolean executed = device.step(record[CORE], record[WARP]);
    expected = null;
    if (executed && event != null) {
      coverage.executed(
          event,
          shape.lanes(),
          shape.warps(),
          device.pc(record[CORE], record[WARP]),
          device.isProtected());
    }
    if (!executed && faulted()) {
      throw difference(record, "retired it, the simulator faults there: " + fault());
    }
    return executed;
  }

  private Coverage.Event before(int[] record) {
    int core = record[CORE];
    int warp = record[WARP];
    int word = record[INSTRUCTION];
    Instruction instruction = InstructionDecoder.decode(word);
    int[] registers = device.registers(core, warp);
    int[][] rows = new int[3][];
    if (instruction.has('s') || instruction.has('S')) {
      rows[0] = row(registers, InstructionDecoder.rs1(word) + (instruction.has('S') ? 32 : 0));
    }
    if (instruction.has('t') || instruction.has('T')) {
      rows[1] = row(registers, InstructionDecoder.rs2(word) + (instruction.has('T') ? 32 : 0));
    }
    if (instruction.has('r') || instruction.has('R')) {
      rows[2] = row(registers, (word >>> 27) + (instruction.has('R') ? 32 : 0));
    }
    return new Coverage.Event(
        instruction,
        word,
        record[PC],
        record[LANES],
        device.divergence(core, warp),
        device.rounding(core, warp),
        rows);
  }

  private int[] row(int[] registers, int register) {
    return Arrays.copyOfRange(registers, register * shape.lanes(), (register + 1) * shape.lanes());
  }

  /** The simulator believes the dispatcher where a warp is placed, but not everything. */
  private void checkPlace(int[] record, int[] group) {
    int rank = record[RESULTS + 3];
    int slot = record[RESULTS + 4];
    if (!placed.add(Arrays.toString(group) + rank)) {
      throw place(record, group, "for the second time");
    }
    for (int axis = 0; axis < 3; axis++) {
      if (Integer.compareUnsigned(group[axis], launch(HostRegister.LAUNCH_GRID_X, axis)) >= 0) {
        throw place(record, group, "outside of the grid");
      }
    }
    int slice = launch(HostRegister.LAUNCH_LOCAL_BYTES, 0) + MemoryMap.LINE_BYTES - 1;
    int local = (int) MemoryMap.LOCAL + slot * (slice & -MemoryMap.LINE_BYTES);
    if (record[RESULTS + 5] != local) {
      throw place(
          record,
          group,
          "with local memory at 0x%08x, must be 0x%08x".formatted(record[RESULTS + 5], local));
    }
  }

  private LockStepException place(int[] record, int[] group, String how) {
    return new LockStepException(
        "warp %d of workgroup %s is started in core %d warp %d %s"
            .formatted(
                record[RESULTS + 3], Arrays.toString(group), record[CORE], record[WARP], how));
  }

  private int launch(HostRegister first, int axis) {
    return device.read32(HostRegister.values()[first.ordinal() + axis].offset());
  }

  /** The warps that a grid consists of. */
  private long gridWarps() {
    long groups = 1;
    long invocations = 1;
    for (int axis = 0; axis < 3; axis++) {
      groups *= launch(HostRegister.LAUNCH_GRID_X, axis) & 0xffff_ffffL;
      invocations *= launch(HostRegister.LAUNCH_GROUP_X, axis) & 0xffff_ffffL;
    }
    return groups * ((invocations + shape.lanes() - 1) / shape.lanes());
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
    if (grid && placed.size() != gridWarps()) {
      throw new LockStepException(
          "the dispatcher has started " + placed.size() + " warps of " + gridWarps());
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
