package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.rtl.CycleModel;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What a host may do besides launching work that ends, and what it reads: launches that are refused
 * or have nothing to do, stopping, clearing interrupts. Both machines must show the host the same.
 */
final class HostInterfaceCheck {
  private static final int ANSWER_CYCLES = 1000;
  private static final int STOP_CYCLES = 100_000;
  private static final int MOST_CYCLES_TO_STOP = 500;
  private static final Duration ANSWER_TIME = Duration.ofMinutes(1);
  private static final int INTERRUPTS =
      HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT | HostRegister.IRQ_REFUSED;

  private static final List<HostRegister> STEADY =
      List.of(
          HostRegister.ID,
          HostRegister.VERSION,
          HostRegister.CAPS_SHAPE,
          HostRegister.CAPS_ISA,
          HostRegister.MEMORY_SIZE,
          HostRegister.IRQ_ENABLE,
          HostRegister.LAUNCH_MODE,
          HostRegister.LAUNCH_ENTRY,
          HostRegister.LAUNCH_ARGUMENT,
          HostRegister.LAUNCH_GRID_X,
          HostRegister.LAUNCH_GRID_Y,
          HostRegister.LAUNCH_GRID_Z,
          HostRegister.LAUNCH_GROUP_X,
          HostRegister.LAUNCH_GROUP_Y,
          HostRegister.LAUNCH_GROUP_Z,
          HostRegister.LAUNCH_LOCAL_BYTES);

  private static final List<HostRegister> SIZES =
      STEADY.subList(STEADY.indexOf(HostRegister.LAUNCH_GRID_X), STEADY.size() - 1);

  private static final List<HostRegister> REGION =
      List.of(HostRegister.REGION_BASE, HostRegister.REGION_SIZE, HostRegister.REGION_FLAGS);

  private final LockStepDevice device;
  private final CoreShape shape;
  private final RandomGenerator random;

  /** The choices are a program's own, but not those that its generator makes. */
  HostInterfaceCheck(LockStepDevice device, CoreShape shape, long seed) {
    this.device = device;
    this.shape = shape;
    this.random = new SplittableRandom(~seed);
  }

  /** For a device that has been reset; leaves it so, with any launch block. */
  void beforeWork() {
    write(HostRegister.IRQ_ENABLE, INTERRUPTS);
    switch (random.nextInt(8)) {
      case 0 -> stopEndlessWork();
      case 1 -> launchTooMuch();
      case 2 -> launchNothing();
      default -> {
        // Most programs start on a device that has just been reset.
      }
    }
  }

  /** Reads back everything that the host has written. */
  void loaded() {
    STEADY.forEach(register -> requireSame(register.name(), register.offset()));
    for (int i = 0; i < HostRegister.REGIONS; i++) {
      for (HostRegister register : REGION) {
        requireSame(
            register.name() + " of region " + i,
            register.offset() + i * HostRegister.REGION_STRIDE);
      }
    }
  }

  /** For a device whose work has ended and whose console is empty. */
  void afterWork() {
    requireSameStatus();
    boolean faulted =
        (device.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_FAULTED) != 0;
    if (faulted) {
      write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
      requireSameStatus();
    }
    write(HostRegister.IRQ_STATUS, 1 << random.nextInt(4));
    requireSameStatus();
    write(HostRegister.IRQ_STATUS, INTERRUPTS);
    requireSameStatus();
    if (device.model().interrupt()) {
      throw new LockStepException("the interrupt line is up with all interrupts cleared");
    }
  }

  private void launchTooMuch() {
    SIZES.forEach(register -> write(register, 1));
    write(HostRegister.LAUNCH_LOCAL_BYTES, 0);
    write(HostRegister.LAUNCH_MODE, HostRegister.MODE_GRID);
    if (random.nextBoolean()) {
      write(HostRegister.LAUNCH_LOCAL_BYTES, -random.nextInt(1, 1 << 30));
    } else {
      int invocations = shape.warps() * shape.lanes();
      HostRegister size = SIZES.get(3 + random.nextInt(3));
      write(size, invocations + 1 + random.nextInt(2 * shape.lanes()));
    }
    launchAndCompare(HostRegister.IRQ_REFUSED);
  }

  private void launchNothing() {
    SIZES.forEach(register -> write(register, 1 + random.nextInt(3)));
    write(SIZES.get(random.nextInt(SIZES.size())), 0);
    write(HostRegister.LAUNCH_MODE, HostRegister.MODE_GRID);
    launchAndCompare(HostRegister.IRQ_DONE);
  }

  private void launchAndCompare(int expected) {
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    device.awaitInterrupt(ANSWER_CYCLES, ANSWER_TIME);
    int pending = device.read32(HostRegister.IRQ_STATUS.offset());
    if (pending != expected) {
      throw new LockStepException(
          String.format("IRQ_STATUS is 0x%x after the launch, must be 0x%x", pending, expected));
    }
    requireSameStatus();
    reset();
  }

  /** Only the model runs: how far it comes is a matter of time. */
  private void stopEndlessWork() {
    int[] loop = {InstructionEncoder.encode(Instruction.JAL, 0, 0, 0, 0, 0, 0)};
    device.copyIn(MemoryMap.PROGRAM, MemorySegment.ofArray(loop));
    for (int i = 0; i < HostRegister.REGIONS; i++) {
      device.write32(HostRegister.REGION_FLAGS.offset() + i * HostRegister.REGION_STRIDE, 0);
    }
    write(HostRegister.LAUNCH_MODE, 0);
    write(HostRegister.LAUNCH_ENTRY, (int) MemoryMap.PROGRAM);
    CycleModel model = device.model();
    model.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
    device.runUnfollowed(random.nextInt(1, MOST_CYCLES_TO_STOP));
    model.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
    require(HostRegister.STATUS, HostRegister.STATUS_BUSY | HostRegister.STATUS_REFUSED);
    require(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
    model.write32(HostRegister.IRQ_STATUS.offset(), HostRegister.IRQ_REFUSED);
    model.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_STOP);
    device.runUnfollowed(STOP_CYCLES);
    require(HostRegister.STATUS, HostRegister.STATUS_FAULTED | HostRegister.STATUS_REFUSED);
    require(HostRegister.IRQ_STATUS, HostRegister.IRQ_FAULT);
    require(HostRegister.FAULT_CAUSE, FaultCause.TIMEOUT.code());
    require(HostRegister.FAULT_PC, (int) MemoryMap.PROGRAM);
    require(HostRegister.FAULT_WARP, 0);
    require(HostRegister.FAULT_LANES, 1);
    require(HostRegister.FAULT_ADDRESS, 0);
    require(HostRegister.FAULT_ACCESS, 0);
    reset();
    IntStream.of(HostRegister.FAULT_CAUSE.offset(), HostRegister.FAULT_PC.offset())
        .forEach(offset -> requireSame("the fault record after a reset", offset));
  }

  private void reset() {
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    requireSameStatus();
  }

  private void write(HostRegister register, int value) {
    device.write32(register.offset(), value);
  }

  private void requireSameStatus() {
    requireSame(HostRegister.STATUS.name(), HostRegister.STATUS.offset());
    requireSame(HostRegister.IRQ_STATUS.name(), HostRegister.IRQ_STATUS.offset());
  }

  private void requireSame(String name, int offset) {
    int actual = device.model().read32(offset);
    int expected = device.simulatorRead32(offset);
    if (actual != expected) {
      throw new LockStepException(
          String.format("%s is 0x%x, the simulator has 0x%x", name, actual, expected));
    }
  }

  private void require(HostRegister register, int expected) {
    int actual = device.model().read32(register.offset());
    if (actual != expected) {
      throw new LockStepException(
          String.format("%s is 0x%x, must be 0x%x", register.name(), actual, expected));
    }
  }
}
