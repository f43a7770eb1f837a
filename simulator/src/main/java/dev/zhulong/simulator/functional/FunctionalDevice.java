package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A device in the functional simulator: host registers, launches, console, faults, and the loop
 * that gives each warp its turn. One thread at a time. A cycle is one warp-instruction of each
 * core.
 */
public final class FunctionalDevice {
  /** Warp-instructions that a warp executes before the next one has its turn. */
  private static final int TURN = 512;

  private static final int LOCAL_KIB_LIMIT = 64;

  private final CoreShape shape;
  private final Set<Extension> extensions;
  private final int localBytes;
  private final AddressSpace memory;
  private final CodeCache code;
  private final Core[] cores;
  private final Dispatcher dispatcher;
  private final DebugBlock debug;
  private final HostWindows host = new HostWindows();
  private final CommandQueue queue;

  private final Map<HostRegister, Integer> writable = new EnumMap<>(HostRegister.class);
  private final int[] regions = new int[HostRegister.REGIONS * 4];
  private final Map<HostRegister, Integer> fault = new EnumMap<>(HostRegister.class);
  private final Deque<Integer> console = new ArrayDeque<>();

  private int status;
  private int interrupts;
  private boolean grid;
  private long cycles;

  /** Value of {@link #cycles} at which {@link #run} ends. */
  private long limit;

  /** The work is the queue's, which tells the host itself. */
  private boolean queued;

  private RetireSink sink;

  /** Launch block of the running work. */
  private int[] gridSize = new int[3];

  private int[] groupSize = new int[3];

  /** By barrier across cores: the warps that wait there. */
  private final Map<Integer, Map<Core, Warp>> globalBarriers = new HashMap<>();

  /** By hart: what LR.W reserved. */
  private final Map<Integer, Long> reservations = new HashMap<>();

  /**
   * A device with every extension, in its reset state.
   *
   * @param localKib local memory of a core in KiB, 1 to 64
   * @param memory its whole 4 GiB address space
   */
  public FunctionalDevice(CoreShape shape, int localKib, MemorySegment memory) {
    this(shape, localKib, memory, EnumSet.allOf(Extension.class));
  }

  /**
   * A device in its reset state.
   *
   * @param localKib local memory of a core in KiB, 1 to 64
   * @param memory its whole 4 GiB address space
   * @param extensions instructions of others are illegal
   */
  public FunctionalDevice(
      CoreShape shape, int localKib, MemorySegment memory, Set<Extension> extensions) {
    if (localKib < 1 || localKib > LOCAL_KIB_LIMIT) {
      throw new IllegalArgumentException(
          "local memory of " + localKib + " KiB, must be 1 to " + LOCAL_KIB_LIMIT);
    }
    this.shape = shape;
    this.extensions = EnumSet.copyOf(extensions);
    this.localBytes = localKib << 10;
    this.memory = new AddressSpace(memory);
    this.code = new CodeCache(this.memory, this.extensions);
    this.cores = new Core[shape.cores()];
    for (int i = 0; i < cores.length; i++) {
      cores[i] = new Core(i, this, this.memory, code);
    }
    this.dispatcher = new Dispatcher(this, cores);
    this.debug = new DebugBlock(this, cores, code);
    this.queue = new CommandQueue(this, memory, host);
  }

  /** Sends a record of each retired instruction to {@code newSink}; null ends that. */
  public void trace(RetireSink newSink) {
    sink = newSink;
  }

  /** What it sees of the host's memory. */
  public HostWindows host() {
    return host;
  }

  /** Its size. */
  public CoreShape shape() {
    return shape;
  }

  int localBytes() {
    return localBytes;
  }

  int barriers() {
    return shape.warps();
  }

  RetireSink sink() {
    return sink;
  }

  long cycles() {
    return cycles;
  }

  int groupSize(int axis) {
    return groupSize[axis];
  }

  int gridSize(int axis) {
    return gridSize[axis];
  }

  int entry() {
    return launch(HostRegister.LAUNCH_ENTRY);
  }

  int argument() {
    return launch(HostRegister.LAUNCH_ARGUMENT);
  }

  private int launch(HostRegister register) {
    return writable.getOrDefault(register, 0);
  }

  // ---------------------------------------------------------------- registers

  /** Reads a host register; reserved offsets read zero. */
  public int read32(int offset) {
    if (offset >= HostRegister.PERF.offset() && offset < HostRegister.PERF.offset() + 29 * 8) {
      long value = performance((offset - HostRegister.PERF.offset()) / 8);
      return (int) (offset % 8 == 0 ? value : value >>> 32);
    }
    int region = offset - HostRegister.REGION_BASE.offset();
    if (region >= 0 && region < regions.length * 4) {
      return regions[region / 4];
    }
    if (inDebugBlock(offset)) {
      return debug.read(offset);
    }
    if (CommandQueue.owns(offset)) {
      return queue.read(offset);
    }
    if (offset == HostRegister.CYCLES.offset() + 4) {
      return (int) (cycles >>> 32);
    }
    if (offset == HostRegister.LANE_INSTRUCTIONS.offset() + 4) {
      return (int) (laneInstructions() >>> 32);
    }
    for (HostRegister register : HostRegister.values()) {
      if (register.offset() == offset) {
        return read(register);
      }
    }
    return 0;
  }

  private static boolean inDebugBlock(int offset) {
    return offset >= HostRegister.DEBUG_CONTROL.offset()
        && offset
            < HostRegister.DEBUG_BREAKPOINT.offset()
                + HostRegister.BREAKPOINTS * HostRegister.BREAKPOINT_STRIDE;
  }

  private int read(HostRegister register) {
    return switch (register) {
      case ID -> HostRegister.ID_VALUE;
      case VERSION -> HostRegister.VERSION_VALUE;
      case CAPS_SHAPE ->
          shape.cores() | shape.warps() << 8 | shape.lanes() << 16 | HostRegister.REGIONS << 24;
      case CAPS_CACHE -> localBytes >> 10 << 16 | barriers() << 24;
      case CAPS_ISA -> Extension.bits(extensions);
      case MEMORY_SIZE -> (int) (MemoryMap.END >> 20);
      case STATUS -> status;
      case IRQ_STATUS -> interrupts | (console.isEmpty() ? 0 : HostRegister.IRQ_CONSOLE);
      case CONSOLE -> console.isEmpty() ? 0 : HostRegister.CONSOLE_VALID | console.remove();
      case CYCLES -> (int) cycles;
      case LANE_INSTRUCTIONS -> (int) laneInstructions();
      case CAPS_QUEUE -> HostRegister.QUEUE_COMMANDS | HostRegister.QUEUE_HOST_MEMORY;
      case QUEUE_BASE,
          QUEUE_SIZE,
          QUEUE_TAIL,
          QUEUE_HEAD,
          QUEUE_CONTROL,
          QUEUE_STATUS,
          QUEUE_TIMELINE ->
          queue.read(register.offset());
      case CAPS_L2 -> shape.standardL2Kib();
      case CONTROL, PERF, REGION_BASE, REGION_SIZE, REGION_FLAGS -> 0;
      case DEBUG_CONTROL,
          DEBUG_STATUS,
          DEBUG_SELECT,
          DEBUG_COMMAND,
          DEBUG_DATA,
          DEBUG_ADDRESS,
          DEBUG_MODE,
          DEBUG_WARPS,
          DEBUG_BREAKPOINT,
          DEBUG_BREAKPOINT_CONTROL ->
          debug.read(register.offset());
      case FAULT_CAUSE,
          FAULT_PC,
          FAULT_CORE,
          FAULT_WARP,
          FAULT_LANES,
          FAULT_ADDRESS,
          FAULT_ACCESS ->
          fault.getOrDefault(register, 0);
      case IRQ_ENABLE,
          LAUNCH_MODE,
          LAUNCH_ENTRY,
          LAUNCH_ARGUMENT,
          LAUNCH_GRID_X,
          LAUNCH_GRID_Y,
          LAUNCH_GRID_Z,
          LAUNCH_GROUP_X,
          LAUNCH_GROUP_Y,
          LAUNCH_GROUP_Z,
          LAUNCH_LOCAL_BYTES ->
          launch(register);
    };
  }

  private long laneInstructions() {
    long sum = 0;
    for (Core core : cores) {
      sum += core.laneInstructions;
    }
    return sum;
  }

  private long performance(int index) {
    long sum = 0;
    if (index == Csr.PERF_WARP_INSTRUCTIONS.address() - 0xB03) {
      for (Core core : cores) {
        sum += core.instructions;
      }
    }
    return sum;
  }

  /** Writes a host register; reserved and read-only offsets ignore it. */
  public void write32(int offset, int value) {
    if (CommandQueue.owns(offset)) {
      queue.write(offset, value);
    } else if (!queue.exclusive() || !inLaunchBlock(offset)) {
      program(offset, value);
    }
  }

  private static boolean inLaunchBlock(int offset) {
    return offset >= HostRegister.LAUNCH_MODE.offset()
            && offset <= HostRegister.LAUNCH_LOCAL_BYTES.offset()
        || offset >= HostRegister.REGION_BASE.offset()
            && offset
                < HostRegister.REGION_BASE.offset()
                    + HostRegister.REGIONS * HostRegister.REGION_STRIDE;
  }

  /** A write of any register but the queue's, whoever makes it. */
  void program(int offset, int value) {
    int region = offset - HostRegister.REGION_BASE.offset();
    if (region >= 0 && region < regions.length * 4) {
      int word = region / 4;
      regions[word] = word % 4 == 3 ? 0 : word % 4 == 2 ? value & 7 : value;
      return;
    }
    if (inDebugBlock(offset)) {
      debug.write(offset, value);
      return;
    }
    for (HostRegister register : HostRegister.values()) {
      if (register.offset() == offset) {
        write(register, value);
      }
    }
  }

  private void write(HostRegister register, int value) {
    switch (register) {
      case CONTROL -> control(value);
      case IRQ_STATUS -> interrupts &= ~value;
      case IRQ_ENABLE -> writable.put(register, value & 63);
      case LAUNCH_MODE -> writable.put(register, value & 3);
      case LAUNCH_ENTRY,
          LAUNCH_ARGUMENT,
          LAUNCH_GRID_X,
          LAUNCH_GRID_Y,
          LAUNCH_GRID_Z,
          LAUNCH_GROUP_X,
          LAUNCH_GROUP_Y,
          LAUNCH_GROUP_Z,
          LAUNCH_LOCAL_BYTES ->
          writable.put(register, value);
      default -> {
        // Read-only.
      }
    }
  }

  private void control(int value) {
    if ((value & HostRegister.CONTROL_RESET) != 0) {
      reset();
    }
    if ((value & HostRegister.CONTROL_STOP) != 0 && busy()) {
      Core core = cores[0];
      Warp stopped = core.warps[0];
      for (Core candidate : cores) {
        for (Warp warp : candidate.warps) {
          if (warp.state != Warp.State.ENDED && stopped.state == Warp.State.ENDED) {
            core = candidate;
            stopped = warp;
          }
        }
      }
      latch(core, stopped, new FaultSignal(FaultCause.TIMEOUT));
    }
    if ((value & HostRegister.CONTROL_LAUNCH) != 0 && (queue.exclusive() || !launch(false))) {
      status |= HostRegister.STATUS_REFUSED;
      interrupts |= HostRegister.IRQ_REFUSED;
    }
  }

  private boolean busy() {
    return (status & HostRegister.STATUS_BUSY) != 0;
  }

  private void reset() {
    status = 0;
    interrupts = 0;
    console.clear();
    fault.clear();
    clearCounters();
    dispatcher.stop();
    debug.reset();
    queue.reset();
  }

  private void clearCounters() {
    // A run's budget goes on from launch to launch of the queue.
    limit = limit == Long.MAX_VALUE ? limit : limit - cycles;
    cycles = 0;
    for (Core core : cores) {
      core.reset();
    }
    globalBarriers.clear();
    reservations.clear();
  }

  /** Starts a launch of the queue's; false where it is refused. */
  boolean launchQueued() {
    boolean accepted = launch(true);
    if (!accepted) {
      status |= HostRegister.STATUS_REFUSED;
    }
    return accepted;
  }

  boolean faulted() {
    return (status & HostRegister.STATUS_FAULTED) != 0;
  }

  /** Starts the launch block's work; false where it must be refused. */
  private boolean launch(boolean byQueue) {
    int mode = launch(HostRegister.LAUNCH_MODE);
    boolean wantsGrid = (mode & HostRegister.MODE_GRID) != 0;
    boolean independent = (mode & HostRegister.MODE_INDEPENDENT) != 0;
    int[] newGroup = three(HostRegister.LAUNCH_GROUP_X);
    int bytes = launch(HostRegister.LAUNCH_LOCAL_BYTES);
    if ((status & (HostRegister.STATUS_BUSY | HostRegister.STATUS_FAULTED)) != 0
        || wantsGrid
            && !dispatcher.accepts(
                three(HostRegister.LAUNCH_GRID_X), newGroup, bytes, independent)) {
      return false;
    }
    status = HostRegister.STATUS_BUSY;
    queued = byQueue;
    grid = wantsGrid;
    clearCounters();
    code.invalidate();
    protect();
    if (grid) {
      gridSize = three(HostRegister.LAUNCH_GRID_X);
      groupSize = newGroup;
      dispatcher.start(gridSize, groupSize, bytes, independent);
    } else {
      gridSize = new int[3];
      groupSize = new int[3];
      dispatcher.stop();
      for (Core core : cores) {
        core.warps[0].clearGroup((int) MemoryMap.LOCAL);
        core.warps[0].start(entry(), 1, argument());
      }
    }
    debug.launched();
    return true;
  }

  private int[] three(HostRegister first) {
    int[] values = new int[3];
    for (int i = 0; i < 3; i++) {
      values[i] = launch(HostRegister.values()[first.ordinal() + i]);
    }
    return values;
  }

  private void protect() {
    int count = 0;
    int[] bases = new int[HostRegister.REGIONS];
    long[] sizes = new long[HostRegister.REGIONS];
    int[] allowed = new int[HostRegister.REGIONS];
    for (int i = 0; i < HostRegister.REGIONS; i++) {
      if (regions[4 * i + 2] != 0) {
        bases[count] = regions[4 * i];
        sizes[count] = regions[4 * i + 1] & 0xffff_ffffL;
        allowed[count++] = regions[4 * i + 2];
      }
    }
    memory.protect(
        Arrays.copyOf(bases, count), Arrays.copyOf(sizes, count), Arrays.copyOf(allowed, count));
  }

  // ------------------------------------------------------------------- running

  /** Whether the interrupt line is high. */
  public boolean interrupt() {
    return (read(HostRegister.IRQ_STATUS) & launch(HostRegister.IRQ_ENABLE)) != 0;
  }

  /**
   * Runs until the interrupt line is high, the work ends or is halted, or a budget is used up.
   *
   * @param maxCycles budget in cycles
   * @param deadlineNanos value of {@link System#nanoTime} at which to return
   */
  public void run(long maxCycles, long deadlineNanos) {
    limit = maxCycles > Long.MAX_VALUE - cycles ? Long.MAX_VALUE : cycles + maxCycles;
    int rounds = 0;
    while (running() && !interrupt() && cycles < limit) {
      if (busy()) {
        round();
      } else {
        queue.advance();
      }
      if ((++rounds & 63) == 0 && System.nanoTime() - deadlineNanos >= 0) {
        return;
      }
    }
  }

  /**
   * Executes the next instruction of one warp, instead of {@link #run}: for following another
   * machine in its order of events.
   *
   * @return whether an instruction retired; not when the warp waits, has ended, or faults
   */
  public boolean step(int core, int warp) {
    Core c = cores[core];
    Warp w = c.warps[warp];
    if (w.state == Warp.State.ALONE && c.activeWarps() == 1 << warp) {
      w.state = Warp.State.READY;
    }
    if (w.state != Warp.State.READY) {
      return false;
    }
    long before = c.instructions;
    try {
      c.run(w, 1);
    } catch (FaultSignal signal) {
      latch(c, w, signal);
    }
    return c.instructions != before;
  }

  /** Steps a warp of a halted device; the work may end with it. */
  void stepHalted(int core, int warp) {
    if (step(core, warp)) {
      cycles++;
    }
    if (busy() && quiet() && dispatcher.exhausted()) {
      finish();
    }
  }

  /** Whether work is running that a debugger has not halted. */
  public boolean running() {
    return (busy() || queue.pending()) && !debug.halted();
  }

  /**
   * Starts a warp of a grid where another machine's dispatcher has put it, when following one.
   *
   * @param groupId workgroup id, three numbers
   * @param rank rank of the warp in its workgroup
   * @param slot the workgroup's slot
   * @param localBase address of its local memory
   * @throws IllegalStateException if the warp has not ended
   */
  public void place(int core, int warp, int[] groupId, int rank, int slot, int localBase) {
    Warp w = cores[core].warps[warp];
    if (w.state != Warp.State.ENDED) {
      throw new IllegalStateException(
          "core " + core + " warp " + warp + " is started while it runs");
    }
    dispatcher.startWarp(w, groupId, rank, slot, localBase);
  }

  /** Whether no warp is active. */
  public boolean quiet() {
    for (Core core : cores) {
      if (core.activeWarps() != 0) {
        return false;
      }
    }
    return true;
  }

  /** A warp's registers, integer then float, one word a lane each; not a copy. */
  public int[] registers(int core, int warp) {
    return cores[core].warps[warp].registers;
  }

  /** Entries on a warp's divergence stack. */
  public int divergence(int core, int warp) {
    return cores[core].warps[warp].level;
  }

  /** A warp's rounding mode, the CSR frm. */
  public int rounding(int core, int warp) {
    return cores[core].warps[warp].rounding;
  }

  /** Address of a warp's next instruction. */
  public int pc(int core, int warp) {
    return cores[core].warps[warp].pc;
  }

  /** Whether a protection region is enabled. */
  public boolean isProtected() {
    for (int i = 0; i < HostRegister.REGIONS; i++) {
      if (regions[4 * i + 2] != 0) {
        return true;
      }
    }
    return false;
  }

  /** Ends a launch that was followed: done, with the interrupt. */
  public void finish() {
    dispatcher.stop();
    status = status & ~HostRegister.STATUS_BUSY | HostRegister.STATUS_DONE;
    if (!queued) {
      interrupts |= HostRegister.IRQ_DONE;
    }
    queue.workEnded();
  }

  /** Gives each warp one turn. */
  private void round() {
    dispatcher.place();
    long longest = 0;
    boolean active = false;
    int turn = (int) Math.min(TURN, limit - cycles);
    boolean armed = debug.armed();
    for (Core core : cores) {
      long before = core.instructions;
      for (Warp warp : core.warps) {
        if (warp.state == Warp.State.ALONE && core.activeWarps() == 1 << warp.id) {
          warp.state = Warp.State.READY;
        }
        if (warp.state == Warp.State.READY) {
          try {
            if (!armed) {
              core.run(warp, turn);
            } else if (debug.run(core, warp, turn)) {
              cycles += Math.max(longest, core.instructions - before);
              return;
            }
          } catch (FaultSignal signal) {
            latch(core, warp, signal);
            cycles += core.instructions - before;
            return;
          }
        }
        active |= warp.state != Warp.State.ENDED;
      }
      longest = Math.max(longest, core.instructions - before);
    }
    cycles += longest;
    if (!active && dispatcher.exhausted()) {
      finish();
    } else if (longest == 0 && !interrupt()) {
      // Every warp waits for another one: nothing happens any more, however long one looks.
      cycles = limit;
    }
  }

  private void latch(Core core, Warp warp, FaultSignal signal) {
    fault.put(HostRegister.FAULT_CAUSE, signal.cause.code());
    fault.put(HostRegister.FAULT_PC, warp.pc);
    fault.put(HostRegister.FAULT_CORE, core.id);
    fault.put(HostRegister.FAULT_WARP, warp.id);
    fault.put(HostRegister.FAULT_LANES, warp.lanes);
    fault.put(HostRegister.FAULT_ADDRESS, signal.address);
    fault.put(HostRegister.FAULT_ACCESS, signal.access);
    for (Core each : cores) {
      for (Warp other : each.warps) {
        other.state = Warp.State.ENDED;
      }
    }
    dispatcher.stop();
    status = status & ~HostRegister.STATUS_BUSY | HostRegister.STATUS_FAULTED;
    interrupts |= HostRegister.IRQ_FAULT;
    queue.workEnded();
  }

  // ---------------------------------------------------------- called by the cores

  void warpEnded(Core core, Warp warp) {
    if (grid) {
      dispatcher.warpEnded(core, warp);
    }
  }

  /** Raises an interrupt. */
  void raise(int interrupt) {
    interrupts |= interrupt;
  }

  void console(int channel, int value) {
    // Hardware makes the store wait; here the queue takes a turn's worth of bytes and more.
    console.add(channel << 8 | value);
  }

  void globalBarrier(Core core, Warp warp, int id, int count) {
    warp.pc += 4;
    if (Integer.compareUnsigned(count, 1) <= 0) {
      return;
    }
    Map<Core, Warp> waiting = globalBarriers.computeIfAbsent(id, key -> new HashMap<>());
    waiting.put(core, warp);
    if (Integer.compareUnsigned(waiting.size(), count) < 0) {
      warp.state = Warp.State.BARRIER;
    } else {
      waiting.values().forEach(w -> w.state = Warp.State.READY);
      globalBarriers.remove(id);
    }
  }

  void reserve(int hart, long word) {
    reservations.put(hart, word);
  }

  /** Whether the hart's reservation holds; it is used up either way. */
  boolean reserved(int hart, long word) {
    Long mine = reservations.remove(hart);
    return mine != null && mine == word;
  }

  boolean reservations() {
    return !reservations.isEmpty();
  }

  /** A store to the word has happened. */
  void breakReservations(long word) {
    reservations.values().removeIf(reserved -> reserved == word);
  }
}
