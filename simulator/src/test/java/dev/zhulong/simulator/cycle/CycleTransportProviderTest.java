package dev.zhulong.simulator.cycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an {@code rtl:} address may say, and what it opens. */
class CycleTransportProviderTest {
  private static final String SMALLEST = "rtl:?config=c1w2t2&memory-latency=7";
  private static final int ENTRY = 0x8000_0000;

  private static Transport open(String address) {
    try {
      return new CycleTransportProvider().open(DeviceAddress.parse(address));
    } catch (DeviceUnavailableException e) {
      if (e.getMessage().contains("apt-get install")) {
        abort("skipped: " + e.getMessage());
      }
      throw e;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rtl:?config=c1w3t4, warps is 3",
    "rtl:?config=big, cNwNtN",
    "rtl:?memory-latency=0, memory-latency is 0",
    "rtl:?memory-latency=65536, 1 to 65535",
    "rtl:?memory-cycles-per-line=x, memory-cycles-per-line is x",
    "rtl:?dcache-kib=12, power of two",
    "rtl:?local-kib=128, local-kib is 128",
    "rtl:?checks=2, checks is 2",
    "rtl:?threads=4, unknown parameter threads",
    "rtl:fast, comes nothing",
  })
  void wrongAddressesAreRefusedByName(String address, String part) {
    DeviceAddress parsed = DeviceAddress.parse(address);
    CycleTransportProvider provider = new CycleTransportProvider();
    String message =
        assertThrows(IllegalArgumentException.class, () -> provider.open(parsed)).getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(message.contains(address), message);
  }

  @Test
  void descriptionSaysModelAndMemory() {
    try (Transport device = open(SMALLEST)) {
      assertEquals(
          "cycle model of the RTL, c1w2t2, caches 16+16 KiB, local memory 16 KiB, memory latency 7,"
              + " cycles per line 1",
          device.description());
      assertEquals(0x10_02_02_01, device.read32(HostRegister.CAPS_SHAPE.offset()));
    }
  }

  @Test
  void memoryIsWholeAndSharedWithTheCore() {
    try (Transport device = open(SMALLEST);
        Arena arena = Arena.ofConfined()) {
      // lui x5, 0x10; lw x6, 0(x5); addi x6, x6, 1; sw x6, 4(x5); tmc x0.
      MemorySegment program =
          arena.allocateFrom(
              ValueLayout.JAVA_INT, 0x000102b7, 0x0002a303, 0x00130313, 0x0062a223, 0x0000000b);
      device.copyIn(Integer.toUnsignedLong(ENTRY), program);
      device.copyIn(0x10000, arena.allocateFrom(ValueLayout.JAVA_INT, 41));
      MemorySegment last = arena.allocateFrom(ValueLayout.JAVA_INT, 0x5a5a5a5a);
      device.copyIn((1L << 32) - 4, last);
      device.write32(HostRegister.LAUNCH_ENTRY.offset(), ENTRY);
      device.write32(HostRegister.IRQ_ENABLE.offset(), HostRegister.IRQ_DONE);
      assertFalse(device.awaitInterrupt(1_000, Duration.ofSeconds(1)));
      device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
      assertFalse(device.awaitInterrupt(3, Duration.ofSeconds(60)));
      assertTrue(device.awaitInterrupt(10_000, Duration.ofSeconds(60)));
      MemorySegment result = arena.allocate(ValueLayout.JAVA_INT);
      device.copyOut(0x10004, result);
      assertEquals(42, result.get(ValueLayout.JAVA_INT, 0));
      device.copyOut((1L << 32) - 4, result);
      assertEquals(0x5a5a5a5a, result.get(ValueLayout.JAVA_INT, 0));
    }
  }

  @Test
  void secondOpenIsQuick() {
    open(SMALLEST).close();
    long start = System.nanoTime();
    open(SMALLEST).close();
    long milliseconds = (System.nanoTime() - start) / 1_000_000;
    assertTrue(milliseconds < 2_000, "opened in " + milliseconds + " ms");
  }
}
