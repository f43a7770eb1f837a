package dev.zhulong.tests.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.RawRun;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.remote.ServerOptions;
import dev.zhulong.tests.NativeTools;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client's work does to the device stays without effect on the others. */
class RecoveryTest {
  /** Adds one to a word, a thousand times with a loop between. */
  static final byte[] COUNT =
      Assembler.assemble(
              """
              _start:
                csrr t0, core_id
                bnez t0, end
                csrr t0, mscratch
                li t1, 1000
              1:
                lw t2, 0(t0)
                addi t2, t2, 1
                sw t2, 0(t0)
                addi t1, t1, -1
                bnez t1, 1b
              end:
                tmc zero
              """,
              "count.s")
          .toBytes();

  static final byte[] HANG = Assembler.assemble("_start:\n j _start\n", "hang.s").toBytes();

  /** Prints without end. */
  private static final byte[] CHATTER =
      Assembler.assemble(
              "_start:\n li t0, 0x40\n li t1, 65\n1:\n sb t1, 0(t0)\n j 1b\n", "chatter.s")
          .toBytes();

  static final LaunchLimits LONG = new LaunchLimits(Long.MAX_VALUE, Duration.ofMinutes(2));

  private static void count(Gpu gpu, Buffer buffer) {
    gpu.execute(COUNT, "count", (int) buffer.address(), LONG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void hangsAreStoppedAndOthersGoOn(String device) throws Exception {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    ServerOptions options = ServerOptions.DEFAULT.withLaunchLimits(Duration.ofMinutes(1), 200_000);
    try (Served served = Served.by("unix", device, options);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        boolean bad = i == 0;
        int seed = i;
        clients.add(
            threads.submit(
                () -> {
                  try (Gpu gpu = served.client();
                      Buffer counter = gpu.allocate(4);
                      Buffer data = gpu.allocate(1 << 18)) {
                    counter.write(new int[1]);
                    int[] values = new SplittableRandom(seed).ints(1 << 16).toArray();
                    data.write(values);
                    for (int round = 1; round <= 8; round++) {
                      if (bad) {
                        DeviceFaultException fault =
                            assertThrows(
                                DeviceFaultException.class,
                                () -> gpu.execute(HANG, "hang", 0, LONG));
                        assertEquals(FaultCause.TIMEOUT, fault.fault().cause());
                        assertEquals(0x8000_0000L, fault.fault().pc());
                      }
                      count(gpu, counter);
                      assertEquals(1000 * round, counter.readInts()[0]);
                      assertArrayEquals(values, data.readInts());
                    }
                  }
                }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
  }

  @Test
  void wallClockTimeStopsALaunchToo() throws IOException {
    ServerOptions options =
        ServerOptions.DEFAULT.withLaunchLimits(Duration.ofMillis(200), Long.MAX_VALUE);
    try (Served served = Served.by("unix", "sim:?config=c1w2t2", options);
        Gpu gpu = served.client();
        Buffer counter = gpu.allocate(4)) {
      counter.write(new int[1]);
      long start = System.nanoTime();
      assertThrows(DeviceFaultException.class, () -> gpu.execute(HANG, "hang", 0, LONG));
      assertTrue(System.nanoTime() - start < 10_000_000_000L);
      count(gpu, counter);
      assertEquals(1000, counter.readInts()[0]);
    }
  }

  @Test
  void aClientThatDoesNotReadItsConsoleIsStopped() throws IOException {
    ServerOptions options =
        ServerOptions.DEFAULT.withLaunchLimits(Duration.ofMillis(500), Long.MAX_VALUE);
    try (Served served = Served.by("unix", "sim:?config=c1w2t2", options);
        Gpu other = served.client();
        Buffer counter = other.allocate(4);
        Gpu chatterer = served.client()) {
      counter.write(new int[1]);
      chatterer.onConsole(line -> {});
      RawRun unread = chatterer.start(CHATTER, "chatter", 0, LONG);
      count(other, counter);
      assertEquals(1000, counter.readInts()[0]);
      assertThrows(DeviceFaultException.class, unread::await);
    }
  }

  @Test
  void aClientThatVanishesLeavesNothingBehind() throws Exception {
    try (Served served = Served.by("tcp", "sim:?config=c1w2t2", ServerOptions.DEFAULT);
        Gpu other = served.client();
        Buffer counter = other.allocate(4)) {
      counter.write(new int[1]);
      for (int i = 1; i <= 5; i++) {
        Transport gone = Served.transport(served.server().address());
        byte[] code =
            Assembler.assemble("_start:\n j _start\n", "h").section(".text").get().bytes();
        gone.copyIn(0x8000_0000L, MemorySegment.ofArray(code));
        gone.write32(HostRegister.LAUNCH_ENTRY.offset(), 0x8000_0000);
        gone.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
        assertEquals(false, gone.awaitInterrupt(1000, Duration.ofSeconds(5)));
        gone.close();
        count(other, counter);
        assertEquals(1000 * i, counter.readInts()[0]);
        served.awaitClients(1);
      }
    }
  }

  @Test
  void silentClientsAreLetGo() throws Exception {
    ServerOptions options =
        ServerOptions.DEFAULT.withSilence(
            Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofSeconds(5));
    try (Served served = Served.by("tcp", "sim:?config=c1w2t2", options);
        Gpu lively = served.client()) {
      try (RawClient silent = RawClient.to(served.server().address())) {
        silent.send(RawClient.hello(""));
        assertEquals(0x02, silent.receiveType());
        served.awaitClients(2);
        served.awaitClients(1);
      }
      // A client that does nothing is there all the same.
      Thread.sleep(1000);
      try (Buffer buffer = lively.allocate(4)) {
        buffer.write(new int[] {5});
        assertEquals(5, buffer.readInts()[0]);
      }
    }
  }

  /** A device that can be pulled out. */
  private static final class Removable implements Transport {
    private final Transport device = Served.transport("sim:?config=c1w2t2");
    private volatile boolean removed;

    @Override
    public String description() {
      return "removable device";
    }

    @Override
    public int read32(int offset) {
      return removed ? -1 : device.read32(offset);
    }

    @Override
    public void write32(int offset, int value) {
      if (!removed) {
        device.write32(offset, value);
      }
    }

    @Override
    public void copyIn(long address, MemorySegment source) {
      device.copyIn(address, source);
    }

    @Override
    public void copyOut(long address, MemorySegment target) {
      device.copyOut(address, target);
    }

    @Override
    public boolean awaitInterrupt(long maxCycles, Duration timeout) {
      return device.awaitInterrupt(maxCycles, timeout);
    }

    @Override
    public void close() {
      device.close();
    }
  }

  @Test
  void aLostDeviceIsToldToEveryClient() throws Exception {
    Removable device = new Removable();
    try (Served served = Served.by("unix", device, ServerOptions.DEFAULT);
        Gpu one = served.client();
        Gpu other = served.client();
        Buffer counter = one.allocate(4);
        Buffer unused = other.allocate(4)) {
      counter.write(new int[1]);
      count(one, counter);
      device.removed = true;
      assertThrows(DeviceLostException.class, () -> count(one, counter));
      DeviceLostException lost = assertThrows(DeviceLostException.class, unused::readInts);
      assertTrue(lost.getMessage().contains("all-ones"), lost.getMessage());
      assertTrue(served.server().lost().contains("all-ones"));
      assertThrows(DeviceUnavailableException.class, served::client);
    }
  }

  @Test
  void aServerThatEndsIsALostDevice() throws IOException {
    Gpu gpu;
    Buffer buffer;
    try (Served served = Served.by("tcp", "sim:?config=c1w2t2", ServerOptions.DEFAULT)) {
      gpu = served.client();
      buffer = gpu.allocate(4);
      buffer.write(new int[1]);
      count(gpu, buffer);
    }
    Buffer lost = buffer;
    assertThrows(DeviceLostException.class, lost::readInts);
    assertThrows(DeviceLostException.class, () -> lost.write(new int[1]));
    assertThrows(
        DeviceLostException.class, () -> gpu.execute(COUNT, "count", 0, LaunchLimits.DEFAULT));
    gpu.close();
  }
}
