package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.rtl.CycleModel;
import dev.zhulong.rtl.Instrumentation;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelBuilder;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.rtl.StopReason;
import dev.zhulong.simulator.DeviceMemory;
import dev.zhulong.simulator.cycle.CycleDevice;
import dev.zhulong.simulator.functional.FunctionalDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;

/**
 * The cycle model as a device, with the functional simulator following it instruction by
 * instruction and comparing. Registers, interrupts and memory are the cycle model's.
 *
 * <p>The follower executes a warp's next instruction whenever the model has retired one, in the
 * model's order. A difference in an instruction's address, word, lanes, result or stores, in a
 * fault, or in memory at the end of the work ends the run with a {@link LockStepException}. Values
 * that depend on time (counters) must not be read by the program.
 */
public final class LockStepDevice implements Transport {
  private static final int TRACE_RECORDS = 4096;

  private static final List<HostRegister> FAULT_RECORD =
      List.of(
          HostRegister.FAULT_CAUSE,
          HostRegister.FAULT_PC,
          HostRegister.FAULT_CORE,
          HostRegister.FAULT_WARP,
          HostRegister.FAULT_LANES,
          HostRegister.FAULT_ADDRESS,
          HostRegister.FAULT_ACCESS);

  private final CycleDevice cycle;
  private final DeviceMemory memory;
  private final FunctionalDevice functional;
  private final Follower follower;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment trace;
  private final int recordWords;

  private LockStepDevice(CycleDevice cycle, ModelConfiguration configuration) {
    this.cycle = cycle;
    this.memory = DeviceMemory.reserve();
    this.functional =
        new FunctionalDevice(
            configuration.shape(),
            configuration.localMemoryKib(),
            memory.segment(),
            Extension.of(cycle.read32(HostRegister.CAPS_ISA.offset())));
    this.follower = new Follower(functional);
    this.recordWords = cycle.model().traceWords();
    this.trace = arena.allocate(ValueLayout.JAVA_INT, (long) TRACE_RECORDS * recordWords);
    cycle.model().startTrace(trace);
  }

  /**
   * Opens a device, building the checked model where the cache has none.
   *
   * @throws dev.zhulong.rtl.ModelUnavailableException if the model can be neither found nor built
   */
  public static LockStepDevice open(ModelConfiguration configuration, MemoryTiming timing) {
    return open(configuration, Instrumentation.NONE, timing);
  }

  /** Opens a device whose model has something in it for a test bench. */
  static LockStepDevice open(
      ModelConfiguration configuration, Instrumentation instrumentation, MemoryTiming timing) {
    ModelConfiguration checked = configuration.withChecks();
    CycleDevice cycle = CycleDevice.open(ModelBuilder.standard(), checked, instrumentation, timing);
    return new LockStepDevice(cycle, checked);
  }

  /** The cycle model. */
  CycleModel model() {
    return cycle.model();
  }

  /** Instructions compared since the device was opened. */
  public long compared() {
    return follower.compared();
  }

  @Override
  public String description() {
    return "lock-step of the functional simulator with the " + cycle.description();
  }

  @Override
  public int read32(int offset) {
    int value = cycle.read32(offset);
    if (offset == HostRegister.VERSION.offset()) {
      // A follower cannot be halted: this device is one of the first version, without debug block.
      return value & ~0xffff;
    }
    if (offset == HostRegister.CAPS_QUEUE.offset()) {
      // Nor can it take commands: it follows one launch at a time.
      return 0;
    }
    // The simulator has a byte as soon as its store has retired, the model some cycles later.
    if (offset == HostRegister.CONSOLE.offset() && value != 0) {
      requireEntry(value);
    }
    return value;
  }

  private void requireEntry(int value) {
    int other = functional.read32(HostRegister.CONSOLE.offset());
    if (other != value) {
      throw new LockStepException(
          String.format("console entry 0x%x, the simulator has 0x%x", value, other));
    }
  }

  /** Empties the console; call it when the work has ended. */
  void requireSameConsole() {
    int value;
    do {
      value = cycle.read32(HostRegister.CONSOLE.offset());
      requireEntry(value);
    } while (value != 0);
  }

  /** A register as the simulator has it. */
  int simulatorRead32(int offset) {
    return functional.read32(offset);
  }

  /** Runs only the model, until it raises an interrupt or so many cycles are over. */
  void runUnfollowed(long cycles) {
    long end = cycle.model().cycles() + cycles;
    while (!cycle.model().interrupt() && cycle.model().cycles() < end) {
      cycle.model().run(end - cycle.model().cycles(), Duration.ofMinutes(1));
    }
  }

  /** Lets a collector take note of everything that is compared from now on; null for none. */
  void collect(Coverage coverage) {
    follower.collect(coverage);
  }

  @Override
  public void write32(int offset, int value) {
    cycle.write32(offset, value);
    functional.write32(offset, value);
    if (offset == HostRegister.CONTROL.offset()) {
      boolean grid =
          (functional.read32(HostRegister.LAUNCH_MODE.offset()) & HostRegister.MODE_GRID) != 0;
      follower.restart(grid);
    }
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    cycle.copyIn(address, source);
    MemorySegment.copy(source, 0, memory.segment(), address, source.byteSize());
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    cycle.copyOut(address, target);
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    long end = cycle.model().cycles() + Math.min(maxCycles, Long.MAX_VALUE / 2);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      long cycles = Math.max(0, end - cycle.model().cycles());
      long nanos = Math.max(1, deadline - System.nanoTime());
      StopReason reason = cycle.model().run(cycles, Duration.ofNanos(nanos));
      take();
      if (reason != StopReason.TRACE_FULL) {
        boolean interrupt = cycle.model().interrupt();
        if (interrupt) {
          compareEnd();
        }
        return interrupt;
      }
    }
  }

  private void take() {
    int count = (int) cycle.model().traceCount();
    int[] record = new int[recordWords];
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          trace, ValueLayout.JAVA_INT, (long) i * recordWords * 4, record, 0, recordWords);
      follower.accept(record);
    }
  }

  /** At the end of the work both machines must agree on how it ended and on memory. */
  private void compareEnd() {
    int pending = cycle.read32(HostRegister.IRQ_STATUS.offset());
    if ((pending & HostRegister.IRQ_FAULT) != 0) {
      compareFault();
    }
    if ((pending & HostRegister.IRQ_DONE) != 0
        && (functional.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_BUSY) != 0) {
      follower.requireEnd();
      functional.finish();
      compareLaneInstructions();
      follower.compareMemory(cycle.memory(), memory.segment());
    }
  }

  private void compareLaneInstructions() {
    int offset = HostRegister.LANE_INSTRUCTIONS.offset();
    int expected = functional.read32(offset);
    int actual = cycle.read32(offset);
    if (expected != actual) {
      throw new LockStepException(
          "the model counted "
              + Integer.toUnsignedString(actual)
              + " lane-instructions, the simulator "
              + Integer.toUnsignedString(expected));
    }
  }

  private void compareFault() {
    if (cycle.read32(HostRegister.FAULT_CAUSE.offset()) == FaultCause.TIMEOUT.code()) {
      // Where the host stops the work is a matter of time.
      return;
    }
    if ((functional.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_FAULTED) == 0) {
      follower.runToFault(
          cycle.read32(HostRegister.FAULT_CORE.offset()),
          cycle.read32(HostRegister.FAULT_WARP.offset()));
    }
    for (HostRegister register : FAULT_RECORD) {
      int actual = cycle.read32(register.offset());
      int expected = functional.read32(register.offset());
      if (actual != expected) {
        throw new LockStepException(
            String.format("%s is 0x%x, the simulator has 0x%x", register.name(), actual, expected));
      }
    }
    follower.trapped(
        functional.read32(HostRegister.FAULT_CAUSE.offset()),
        functional.read32(HostRegister.FAULT_ACCESS.offset()));
  }

  @Override
  public void close() {
    cycle.close();
    arena.close();
    memory.close();
  }
}
