package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Fence;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user of the driver relies on: order, faults, misuse, recovery. */
class DriverTest {
  private static final String ADD =
      """
      #version 450
      layout(local_size_x = 8) in;
      layout(binding = 0) buffer Data { uint data[]; };
      layout(push_constant) uniform Push { uint step; uint limit; };
      void main() {
        uint i = gl_GlobalInvocationID.x;
        while (data[i] < limit) {
          data[i] += step;
          if (step == 0) { continue; }
          break;
        }
        if (limit == 77) { data[1000000 + i] = 1; }
      }
      """;

  private static byte[] compile(String glsl) throws CompileException {
    ShaderSource source =
        new ShaderSource(
            "test.comp", ShaderSource.Language.GLSL, glsl.getBytes(StandardCharsets.UTF_8));
    // Without bounds checks, so that an access outside of a buffer is a fault.
    CompileOptions options = new CompileOptions(null, Map.of(), 2, Map.of(), false);
    return ShaderCompiler.compile(source, options).elf();
  }

  private static Launch add(Kernel kernel, Buffer data, int step, int limit) {
    return kernel.launch(1).bind("Data", data).push("step", step).push("limit", limit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4", "served:tcp/sim?config=c1w4t4"})
  void launchesRunInOrderAndFaultsLeaveTheDeviceUsable(String address) throws CompileException {
    if (address.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    try (Gpu gpu = Gpu.open(address);
        Kernel kernel = gpu.load(compile(ADD), "add");
        Buffer data = gpu.allocate(32)) {
      data.write(new int[8]);
      List<Fence> fences = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        fences.add(add(kernel, data, 3, 1000).submit());
      }
      fences.getLast().await();
      for (Fence fence : fences) {
        assertEquals(true, fence.statistics().isPresent());
      }
      assertArrayEquals(new int[] {15, 15, 15, 15, 15, 15, 15, 15}, data.readInts());

      Fence wild = add(kernel, data, 1, 77).submit();
      Fence after = add(kernel, data, 1, 1000).submit();
      DeviceFaultException fault = assertThrows(DeviceFaultException.class, wild::await);
      assertEquals(FaultCause.ACCESS, fault.fault().cause());
      assertEquals("test.comp:12", fault.fault().source().substring(0, 12));
      after.await();
      // The fault may have come before the other warp was at work.
      assertEquals(17, data.readInts()[0]);

      LaunchLimits limits = new LaunchLimits(20_000, Duration.ofSeconds(30));
      Launch endless = add(kernel, data, 0, 1000).limits(limits);
      for (int i = 0; i < 3; i++) {
        Fence hang = endless.submit();
        fault = assertThrows(DeviceFaultException.class, hang::await);
        assertEquals(FaultCause.TIMEOUT, fault.fault().cause());
      }
      add(kernel, data, 1, 1000).submit().await();
      assertEquals(18, data.readInts()[0]);
    }
  }

  @Test
  void useAfterCloseIsAnError() throws CompileException {
    Gpu gpu = Gpu.open("sim:");
    Kernel kernel = gpu.load(compile(ADD), "add");
    Buffer closed = gpu.allocate(64);
    Buffer open = gpu.allocate(64);
    closed.close();
    closed.close();
    assertThrows(IllegalStateException.class, closed::readInts);
    assertThrows(IllegalStateException.class, () -> kernel.launch(1).bind(0, closed));
    assertThrows(IndexOutOfBoundsException.class, () -> open.write(new int[17]));
    assertThrows(IllegalStateException.class, () -> kernel.launch(1).submit());
    gpu.close();
    gpu.close();
    assertThrows(IllegalStateException.class, () -> gpu.allocate(4));
    assertThrows(IllegalStateException.class, open::readInts);
    assertThrows(IllegalStateException.class, () -> kernel.launch(1).bind(0, open).submit());
  }

  @Test
  void buffersOfAnotherDeviceAreRefused() throws CompileException {
    try (Gpu one = Gpu.open("sim:");
        Gpu other = Gpu.open("sim:");
        Kernel kernel = one.load(compile(ADD), "add");
        Buffer foreign = other.allocate(64)) {
      assertThrows(IllegalArgumentException.class, () -> kernel.launch(1).bind(0, foreign));
    }
  }

  @Test
  void memoryIsReusedAndItsEndIsTold() {
    try (Gpu gpu = Gpu.open("sim:")) {
      long half = 1L << 30;
      for (int i = 0; i < 10; i++) {
        try (Buffer large = gpu.allocate(half)) {
          assertThrows(IllegalStateException.class, () -> gpu.allocate(half));
          assertEquals(half, large.size());
        }
      }
    }
  }

  @Test
  void twoThreadsAtOnceAreToldAndNothingBreaks() throws Exception {
    try (Gpu gpu = Gpu.open("sim:");
        Kernel kernel = gpu.load(compile(ADD), "add");
        Buffer data = gpu.allocate(32)) {
      data.write(new int[8]);
      LaunchLimits limits = new LaunchLimits(Long.MAX_VALUE, Duration.ofMillis(700));
      CountDownLatch started = new CountDownLatch(1);
      AtomicReference<Throwable> seen = new AtomicReference<>();
      Thread busy =
          new Thread(
              () -> {
                Fence fence = add(kernel, data, 0, 1000).limits(limits).submit();
                started.countDown();
                try {
                  fence.await();
                } catch (RuntimeException e) {
                  seen.set(e);
                }
              });
      busy.start();
      started.await();
      Thread.sleep(100);
      IllegalStateException clash =
          assertThrows(IllegalStateException.class, () -> gpu.allocate(4));
      assertEquals(true, clash.getMessage().contains("in use by thread"), clash.getMessage());
      busy.join();
      assertEquals(DeviceFaultException.class, seen.get().getClass());
      add(kernel, data, 1, 1000).submit().await();
      assertEquals(1, data.readInts()[0]);
    }
  }

  /** A device that stops answering: every register reads all-ones. */
  private static final class Dying implements Transport {
    private final boolean fromTheStart;
    private boolean closed;

    Dying(boolean fromTheStart) {
      this.fromTheStart = fromTheStart;
    }

    @Override
    public String description() {
      return "dying device";
    }

    @Override
    public int read32(int offset) {
      return fromTheStart ? -1 : 0x1234;
    }

    @Override
    public void write32(int offset, int value) {}

    @Override
    public void copyIn(long address, MemorySegment source) {}

    @Override
    public void copyOut(long address, MemorySegment target) {}

    @Override
    public boolean awaitInterrupt(long maxCycles, Duration timeout) {
      return false;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void goneAndForeignDevicesAreToldApartAndClosed() {
    Dying gone = new Dying(true);
    assertThrows(DeviceLostException.class, () -> Gpu.over(gone));
    Dying foreign = new Dying(false);
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> Gpu.over(foreign));
    assertEquals(true, e.getMessage().contains("0x00001234"), e.getMessage());
    assertEquals(true, gone.closed && foreign.closed);
  }
}
