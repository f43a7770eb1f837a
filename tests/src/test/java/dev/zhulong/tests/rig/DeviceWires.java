package dev.zhulong.tests.rig;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.PciFunction;
import dev.zhulong.firmware.isa.QueueCommand;
import dev.zhulong.hal.linux.PciDevice;
import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What our function costs in a guest: registers, its memory, its interrupt, and copies by it. */
public final class DeviceWires {
  private static final int RING = 0x10000;
  private static final int DATA = 0x100000;
  private static final int ACCESSES = 50;
  private static final int INTERRUPTS = 20;
  private static final int DMA_BYTES = 64 << 10;
  private static final int DMA_COPIES = 2;
  private static final int COPY_BYTES = 1 << 20;

  private final PciDevice device;
  private final Wires wires;
  private long commands;

  private DeviceWires(PciDevice device, Path library) {
    this.device = device;
    this.wires = new Wires(device, library, "function by vfio");
  }

  /** Takes the function's address and the C program. */
  public static void main(String[] args) {
    try (PciDevice device = PciDevice.open(args[0])) {
      new DeviceWires(device, Path.of(args[1])).all();
      System.out.println("RIG wires right");
    } catch (RuntimeException e) {
      System.out.println("RIG wires failed " + e);
    }
  }

  private void all() {
    wires.reads(HostRegister.ID.offset(), read(HostRegister.ID), ACCESSES);
    wires.writes(HostRegister.LAUNCH_ARGUMENT.offset(), ACCESSES);
    wires.copies(PciFunction.MEMORY_BAR, DATA, COPY_BYTES, 1);
    write(HostRegister.IRQ_ENABLE, HostRegister.IRQ_QUEUE);
    write(HostRegister.QUEUE_BASE, RING);
    write(HostRegister.QUEUE_SIZE, 1);
    write(HostRegister.QUEUE_CONTROL, HostRegister.QUEUE_ENABLE);
    commands("doorbell to interrupt", new int[QueueCommand.WORDS], INTERRUPTS);
    try (HostMemory host = device.hostMemory(DMA_BYTES).orElseThrow()) {
      String size = " of " + DMA_BYTES + " bytes";
      commands(
          "DMA to device" + size,
          QueueCommand.copy(QueueCommand.TO_DEVICE, host.address(), DATA, DMA_BYTES),
          DMA_COPIES);
      commands(
          "DMA to host" + size,
          QueueCommand.copy(QueueCommand.TO_HOST, DATA, host.address(), DMA_BYTES),
          DMA_COPIES);
      if (read(HostRegister.QUEUE_HEAD) != (int) commands) {
        throw new IllegalStateException("commands are not done");
      }
      write(HostRegister.QUEUE_CONTROL, 0);
    }
  }

  private int read(HostRegister register) {
    return device.read32(PciFunction.REGISTER_BAR, register.offset());
  }

  private void write(HostRegister register, int value) {
    device.write32(PciFunction.REGISTER_BAR, register.offset(), value);
  }

  /** Has a command done, again and again, each of which ends with an interrupt. */
  private void commands(String what, int[] command, int count) {
    command[0] |= QueueCommand.INTERRUPT;
    device.copyIn(PciFunction.MEMORY_BAR, RING, MemorySegment.ofArray(command));
    commands +=
        wires.interrupts(
            what,
            new Wires.Doorbell(
                HostRegister.QUEUE_TAIL.offset(),
                (int) commands + 1,
                1,
                HostRegister.IRQ_STATUS.offset(),
                HostRegister.IRQ_QUEUE),
            count);
  }
}
