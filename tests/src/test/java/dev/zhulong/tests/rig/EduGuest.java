package dev.zhulong.tests.rig;

import dev.zhulong.hal.linux.PciDevice;
import dev.zhulong.hal.linux.PciDma;
import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/**
 * What runs in a guest on QEMU's educational device, which nobody here wrote: its identity, its
 * factorials, its interrupts and its DMA, by whatever the function is bound to.
 */
public final class EduGuest {
  private static final int IDENTITY = 0x010000ed;
  private static final int LIVENESS = 0x04;
  private static final int FACTORIAL = 0x08;
  private static final int STATUS = 0x20;
  private static final int INTERRUPT_STATUS = 0x24;
  private static final int INTERRUPT_RAISE = 0x60;
  private static final int INTERRUPT_ACKNOWLEDGE = 0x64;
  private static final int DMA_SOURCE = 0x80;
  private static final int DMA_DESTINATION = 0x88;
  private static final int DMA_COUNT = 0x90;
  private static final int DMA_COMMAND = 0x98;
  private static final int DMA_BUFFER = 0x40000;
  private static final int BUS_ADDRESS_BITS = 28;
  private static final int BYTES = 4000;
  private static final int READS = 20_000;
  private static final int INTERRUPTS = 20;
  private static final long PATIENCE = 10_000_000_000L;

  private final PciDevice device;
  private final String way;

  private EduGuest(PciDevice device, String way) {
    this.device = device;
    this.way = way;
  }

  /** Takes the function's address, what to call the way to it, and the C program. */
  public static void main(String[] args) {
    boolean physical = args[1].endsWith("physical");
    try (PciDevice device =
        PciDevice.open(args[0], new PciDma(physical ? 32 : BUS_ADDRESS_BITS, physical))) {
      System.out.println("RIG device " + device.description());
      EduGuest guest = new EduGuest(device, args[1]);
      guest.all();
      if (!physical) {
        guest.wires(Path.of(args[2]));
      }
    } catch (RuntimeException e) {
      System.out.println("RIG " + args[1] + " failed " + e);
    }
  }

  private void all() {
    tell("identity", device.read32(0, 0) == IDENTITY);
    device.write32(0, LIVENESS, 0x12345678);
    tell("liveness", device.read32(0, LIVENESS) == ~0x12345678);
    device.write32(0, FACTORIAL, 10);
    await(() -> (device.read32(0, STATUS) & 1) == 0);
    tell("factorial", device.read32(0, FACTORIAL) == 3_628_800);
    if (device.hasInterrupt()) {
      interrupts();
    }
    Optional<HostMemory> memory = device.hostMemory(BYTES);
    if (memory.isPresent()) {
      try (HostMemory host = memory.get()) {
        copies(host);
      }
    }
  }

  private void tell(String what, boolean good) {
    System.out.println("RIG " + way + " " + what + " " + (good ? "right" : "wrong"));
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) {
    long start = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - start > PATIENCE) {
        throw new IllegalStateException("the device does not finish");
      }
    }
  }

  private void interrupts() {
    boolean good = true;
    for (int i = 1; i <= INTERRUPTS; i++) {
      device.write32(0, INTERRUPT_RAISE, i);
      good &= device.await(2000);
      good &= device.read32(0, INTERRUPT_STATUS) == i;
      device.write32(0, INTERRUPT_ACKNOWLEDGE, i);
      // The pin may have interrupted once more before it was acknowledged.
      device.await(1);
    }
    tell("interrupts", good);
  }

  private void copies(HostMemory host) {
    byte[] bytes = new byte[BYTES];
    new Random(1).nextBytes(bytes);
    MemorySegment.copy(bytes, 0, host.segment(), ValueLayout.JAVA_BYTE, 0, BYTES);
    copy(host.address(), DMA_BUFFER, 1);
    host.segment().fill((byte) 0);
    copy(DMA_BUFFER, host.address(), 3);
    tell("dma", host.segment().asSlice(0, BYTES).mismatch(MemorySegment.ofArray(bytes)) < 0);
  }

  private void copy(long source, long destination, int command) {
    device.write32(0, DMA_SOURCE, (int) source);
    device.write32(0, DMA_DESTINATION, (int) destination);
    device.write32(0, DMA_COUNT, BYTES);
    device.write32(0, DMA_COMMAND, command);
    await(() -> (device.read32(0, DMA_COMMAND) & 1) == 0);
  }

  private void wires(Path library) {
    Wires wires = new Wires(device, library, "edu by " + way);
    wires.reads(0, IDENTITY, READS);
    wires.writes(LIVENESS, READS);
    if (device.description().contains("MSI")) {
      wires.interrupts(
          "interrupt",
          new Wires.Doorbell(INTERRUPT_RAISE, 1, 0, INTERRUPT_ACKNOWLEDGE, 1),
          INTERRUPTS);
    }
    tell("wires", true);
  }
}
