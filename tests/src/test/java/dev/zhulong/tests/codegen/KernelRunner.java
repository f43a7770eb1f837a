package dev.zhulong.tests.codegen;

import dev.zhulong.compiler.backend.MachineProgram;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.simulator.DeviceMemory;
import dev.zhulong.simulator.functional.FunctionalDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Runs generated code on the functional simulator, without driver and files. */
final class KernelRunner implements AutoCloseable {
  static final int ENTRY = 0x8000_0000;
  private static final long TIME_LIMIT_NANOS = 10_000_000_000L;

  private final DeviceMemory memory = DeviceMemory.reserve();
  private final FunctionalDevice device;
  private final CoreShape shape;
  private long instructions;
  private int[] counts = new int[0];

  KernelRunner(CoreShape shape) {
    this.shape = shape;
    this.device = new FunctionalDevice(shape, 16, memory.segment());
    device.trace(
        (core, warp, pc, instruction, lanes, rd, registers, addresses, data) -> {
          instructions++;
          counts[(pc - ENTRY) / 4]++;
        });
  }

  CoreShape shape() {
    return shape;
  }

  MemorySegment memory() {
    return memory.segment();
  }

  /** Warp-instructions of the last run. */
  long instructions() {
    return instructions;
  }

  /** How often each word was executed in the last run, by warps. */
  int[] counts() {
    return counts;
  }

  void run(MachineProgram program, int argument, List<Integer> group, int groups, int localBytes) {
    int[] image = program.image();
    for (int n = 0; n < image.length; n++) {
      memory
          .segment()
          .set(ValueLayout.JAVA_INT_UNALIGNED, Integer.toUnsignedLong(ENTRY) + 4L * n, image[n]);
    }
    instructions = 0;
    counts = new int[program.words().length];
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    write(HostRegister.LAUNCH_MODE, HostRegister.MODE_GRID);
    write(HostRegister.LAUNCH_ENTRY, ENTRY);
    write(HostRegister.LAUNCH_ARGUMENT, argument);
    write(HostRegister.LAUNCH_GRID_X, groups);
    write(HostRegister.LAUNCH_GRID_Y, 1);
    write(HostRegister.LAUNCH_GRID_Z, 1);
    write(HostRegister.LAUNCH_GROUP_X, group.get(0));
    write(HostRegister.LAUNCH_GROUP_Y, group.get(1));
    write(HostRegister.LAUNCH_GROUP_Z, group.get(2));
    write(HostRegister.LAUNCH_LOCAL_BYTES, localBytes);
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    device.run(Long.MAX_VALUE, System.nanoTime() + TIME_LIMIT_NANOS);
    int status = device.read32(HostRegister.STATUS.offset());
    if (status != HostRegister.STATUS_DONE) {
      throw new AssertionError(
          String.format(
              "status %x, cause %d at %08x, address %08x%n%s",
              status,
              device.read32(HostRegister.FAULT_CAUSE.offset()),
              device.read32(HostRegister.FAULT_PC.offset()),
              device.read32(HostRegister.FAULT_ADDRESS.offset()),
              program.assembly()));
    }
  }

  private void write(HostRegister register, int value) {
    device.write32(register.offset(), value);
  }

  @Override
  public void close() {
    memory.close();
  }
}
