package dev.zhulong.tests.rig;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.QueueCommand;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Locale;

/** What the wires cost in a guest: registers, interrupts, and copies by the device. */
final class GuestFigures {
  private static final int RING = 0x10000;
  private static final int DATA = 0x100000;
  private static final int ACCESSES = 2000;
  private static final int INTERRUPTS = 100;
  private static final int COPY_BYTES = 1 << 20;
  private static final int COPIES = 4;
  private static final Duration WAIT = Duration.ofSeconds(10);

  private final Transport device;
  private int commands;

  private GuestFigures(Transport device) {
    this.device = device;
  }

  static void print(Transport device) {
    new GuestFigures(device).all();
  }

  private void all() {
    int identity = HostRegister.ID.offset();
    int argument = HostRegister.LAUNCH_ARGUMENT.offset();
    int sum = 0;
    for (int i = 0; i < ACCESSES; i++) {
      sum += device.read32(identity);
    }
    long start = System.nanoTime();
    for (int i = 0; i < ACCESSES; i++) {
      sum += device.read32(identity);
    }
    long middle = System.nanoTime();
    for (int i = 0; i < ACCESSES; i++) {
      device.write32(argument, i);
    }
    sum += device.read32(identity);
    long end = System.nanoTime();
    show("read32", (middle - start) / 1e3 / ACCESSES, "us");
    show("write32", (end - middle) / 1e3 / ACCESSES, "us");

    device.write32(HostRegister.IRQ_ENABLE.offset(), HostRegister.IRQ_QUEUE);
    device.write32(HostRegister.QUEUE_BASE.offset(), RING);
    device.write32(HostRegister.QUEUE_SIZE.offset(), 1);
    device.write32(HostRegister.QUEUE_CONTROL.offset(), HostRegister.QUEUE_ENABLE);
    int[] nothing = new int[QueueCommand.WORDS];
    run(nothing, INTERRUPTS);
    show("doorbell to interrupt", run(nothing, INTERRUPTS) / 1e3 / INTERRUPTS, "us");
    try (HostMemory host = device.hostMemory(COPY_BYTES).orElseThrow()) {
      long in =
          run(QueueCommand.copy(QueueCommand.TO_DEVICE, host.address(), DATA, COPY_BYTES), COPIES);
      long out =
          run(QueueCommand.copy(QueueCommand.TO_HOST, DATA, host.address(), COPY_BYTES), COPIES);
      double bytes = (double) COPIES * COPY_BYTES;
      show("copy to device", bytes / in * 1e9 / (1 << 20), "MiB/s");
      show("copy to host", bytes / out * 1e9 / (1 << 20), "MiB/s");
    }
    device.write32(HostRegister.QUEUE_CONTROL.offset(), 0);
    if (sum == 0) {
      System.out.println("RIG identity reads zero");
    }
  }

  /** Has a command done so often, one after another; gives nanoseconds. */
  private long run(int[] command, int times) {
    command[0] |= QueueCommand.INTERRUPT;
    device.copyIn(RING, MemorySegment.ofArray(command));
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      device.write32(HostRegister.QUEUE_TAIL.offset(), ++commands);
      long deadline = System.nanoTime() + WAIT.toNanos();
      while (!device.awaitInterrupt(Long.MAX_VALUE, WAIT)) {
        if (System.nanoTime() - deadline > 0) {
          throw new IllegalStateException("no interrupt");
        }
      }
      device.write32(HostRegister.IRQ_STATUS.offset(), HostRegister.IRQ_QUEUE);
    }
    long time = System.nanoTime() - start;
    if (device.read32(HostRegister.QUEUE_HEAD.offset()) != commands) {
      throw new IllegalStateException("commands are not done");
    }
    return time;
  }

  private static void show(String what, double value, String unit) {
    System.out.println(String.format(Locale.ROOT, "RIG %s %.1f %s", what, value, unit));
  }
}
