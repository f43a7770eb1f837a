package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.rtl.CycleModel;
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
import java.util.Optional;

/**
 * Runs programs on the cycle model and on the functional simulator at the same time, and compares
 * every retired instruction, the memory that they leave, and the outcome. One thread at a time.
 */
public final class LockStep implements AutoCloseable {
  private static final int RECORDS = 4096;
  private static final long FUNCTIONAL_SLICE = 2048;
  private static final long SLICE_NANOSECONDS = 60_000_000_000L;
  private static final HostRegister[] OUTCOME = {
    HostRegister.STATUS,
    HostRegister.FAULT_CAUSE,
    HostRegister.FAULT_PC,
    HostRegister.FAULT_CORE,
    HostRegister.FAULT_WARP,
    HostRegister.FAULT_LANES,
    HostRegister.FAULT_ADDRESS,
    HostRegister.FAULT_ACCESS
  };

  private final CoreShape shape;
  private final CycleDevice cycle;
  private final DeviceMemory memory;
  private final FunctionalDevice functional;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment records;
  private final int[] record;

  private LockStep(ModelConfiguration configuration, CycleDevice cycle) {
    this.shape = configuration.shape();
    this.cycle = cycle;
    this.memory = DeviceMemory.reserve();
    this.functional =
        new FunctionalDevice(shape, configuration.localMemoryKib(), memory.segment());
    this.record = new int[cycle.model().traceWords()];
    this.records = arena.allocate(4L * RECORDS * record.length, 64);
    cycle.model().startTrace(records);
  }

  /**
   * Opens a pair of devices, building the checked cycle model where the cache has none.
   *
   * @throws dev.zhulong.rtl.ModelUnavailableException if the model can be neither found nor built
   */
  public static LockStep open(ModelBuilder builder, ModelConfiguration configuration) {
    ModelConfiguration checked = configuration.withChecks();
    return new LockStep(
        checked, CycleDevice.open(builder, checked, MemoryTiming.DEFAULT));
  }

  /** Shape of both devices. */
  public CoreShape shape() {
    return shape;
  }

  /** How a comparison went. */
  public record Result(long instructions, Optional<Difference> difference) {}

  /**
   * Runs a program on both devices.
   *
   * @param timing of the cycle model's memory
   * @param maxCycles after which a cycle model that has not ended counts as hung
   */
  public Result run(RandomProgram program, MemoryTiming timing, long maxCycles) {
    cycle.model().setMemoryTiming(timing);
    program.load(cycle.memory());
    program.load(memory.segment());
    RetireComparator comparator = new RetireComparator(shape, this::advance);
    functional.trace(comparator.expected());
    try {
      functional.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_RESET);
      cycle.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_RESET);
      launch(program);
      Optional<Difference> difference = compare(comparator, maxCycles);
      if (difference.isEmpty()) {
        difference = outcome();
      }
      if (difference.isEmpty()) {
        difference =
            memory(program.changes(memory.segment()), program.changes(cycle.memory()));
      }
      return new Result(comparator.compared(), difference);
    } finally {
      functional.trace(null);
    }
  }

  private void launch(RandomProgram program) {
    program
        .launch()
        .forEach(
            (register, value) -> {
              functional.write32(register.offset(), value);
              cycle.write32(register.offset(), value);
            });
    int enable = HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT | HostRegister.IRQ_REFUSED;
    functional.write32(HostRegister.IRQ_ENABLE.offset(), enable);
    cycle.write32(HostRegister.IRQ_ENABLE.offset(), enable);
    functional.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
    cycle.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
  }

  private boolean advance() {
    int before = functional.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_BUSY;
    functional.run(FUNCTIONAL_SLICE, System.nanoTime() + SLICE_NANOSECONDS);
    return before != 0;
  }

  private Optional<Difference> compare(RetireComparator comparator, long maxCycles) {
    CycleModel model = cycle.model();
    long limit = model.cycles() + maxCycles;
    while (true) {
      StopReason reason =
          model.run(Math.max(0, limit - model.cycles()), Duration.ofNanos(SLICE_NANOSECONDS));
      for (long i = 0; i < model.traceCount(); i++) {
        MemorySegment.copy(
            records, ValueLayout.JAVA_INT, 4 * i * record.length, record, 0, record.length);
        Optional<Difference> difference = comparator.compare(record);
        if (difference.isPresent()) {
          return difference;
        }
      }
      if (reason == StopReason.CYCLES || reason == StopReason.DEADLINE) {
        return Optional.of(
            Difference.ofDevice("the cycle model", "an end", "still busy: " + reason));
      }
      if (reason != StopReason.TRACE_FULL) {
        return comparator.end();
      }
    }
  }

  private Optional<Difference> outcome() {
    for (HostRegister register : OUTCOME) {
      int expected = functional.read32(register.offset());
      int actual = cycle.read32(register.offset());
      if (expected != actual) {
        return Optional.of(
            Difference.ofDevice(
                "register " + register,
                "0x" + Integer.toHexString(expected),
                "0x" + Integer.toHexString(actual)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Difference> memory(MemorySegment expected, MemorySegment actual) {
    long at = expected.mismatch(actual);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            Difference.ofDevice(
                String.format("memory at %08x", RandomProgram.DATA + at),
                String.format("%02x", expected.get(ValueLayout.JAVA_BYTE, at)),
                String.format("%02x", actual.get(ValueLayout.JAVA_BYTE, at))));
  }

  /** Releases both devices. */
  @Override
  public void close() {
    cycle.close();
    memory.close();
    arena.close();
  }
}
