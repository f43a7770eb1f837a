package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Fence;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.LaunchStatistics;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Launches through the command queue: as by the registers, only several at a time. */
class LaunchQueueTest {
  private static final String ADD = kernel("data[i] = data[i] * 3u + step;");
  private static final String XOR = kernel("data[i] ^= step * 40503u + i;");
  private static final String SPIN = kernel("while (data[i] != 0xffffffffu) data[i] = step;");
  private static final String WILD = kernel("data[i + step] = 1u;");

  private static String kernel(String statement) {
    return """
        #version 450
        layout(local_size_x = 8) in;
        layout(binding = 0) volatile buffer Data { uint data[]; };
        layout(push_constant) uniform Push { uint step; };
        void main() {
          uint i = gl_GlobalInvocationID.x;
          %s
        }
        """
        .formatted(statement);
  }

  private static Kernel load(Gpu gpu, String glsl) throws CompileException {
    ShaderSource source =
        new ShaderSource(
            "test.comp", ShaderSource.Language.GLSL, glsl.getBytes(StandardCharsets.UTF_8));
    // Without bounds checks, so that an access outside of a buffer is a fault.
    CompileOptions options = new CompileOptions(null, Map.of(), 2, Map.of(), false);
    return gpu.load(ShaderCompiler.compile(source, options).elf(), "test");
  }

  private static Gpu open(String address) {
    if (address.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    return Gpu.open(address);
  }

  private static Fence submit(Kernel kernel, Buffer data, int step) {
    return kernel.launch(2).bind("Data", data).push("step", step).submit();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sim:?config=c1w4t4",
        "sim:?config=c1w4t4&launch=registers",
        "served:unix/sim?config=c1w4t4",
        "rtl:?config=c1w4t4",
        "rtl:?config=c1w4t4&launch=registers",
        "rtl:wasm"
      })
  void moreLaunchesThanPlacesOfTwoProgramsRunInOrder(String address) throws CompileException {
    try (Gpu gpu = open(address);
        Kernel add = load(gpu, ADD);
        Kernel xor = load(gpu, XOR);
        Buffer data = gpu.allocate(64)) {
      int[] expected = new int[16];
      data.write(expected);
      List<Fence> fences = new ArrayList<>();
      for (int launch = 0; launch < 150; launch++) {
        boolean first = launch % 5 < 3;
        fences.add(submit(first ? add : xor, data, launch));
        for (int i = 0; i < expected.length; i++) {
          expected[i] = first ? expected[i] * 3 + launch : expected[i] ^ launch * 40503 + i;
        }
      }
      LaunchStatistics last = fences.getLast().await();
      for (Fence fence : fences) {
        LaunchStatistics each = fence.await();
        assertTrue(each.cycles() > 0 && each.instructions() > 0, each.toString());
      }
      assertEquals(fences.get(149 - 5).await().laneInstructions(), last.laneInstructions());
      assertArrayEquals(expected, data.readInts());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4", "served:tcp/sim?config=c1w4t4"})
  void whatFailsOnTheWayFailsAloneAndTheRestIsDone(String address) throws CompileException {
    try (Gpu gpu = open(address);
        Kernel add = load(gpu, ADD);
        Kernel spin = load(gpu, SPIN);
        Kernel wild = load(gpu, WILD);
        Buffer data = gpu.allocate(64);
        Buffer other = gpu.allocate(64)) {
      data.write(new int[16]);
      other.write(new int[16]);
      Fence before = submit(add, data, 5);
      Fence faulty = submit(wild, other, 1 << 20);
      Fence between = submit(add, data, 7);
      Fence endless =
          spin.launch(1)
              .bind("Data", other)
              .push("step", 1)
              .limits(new LaunchLimits(200_000, Duration.ofSeconds(20)))
              .submit();
      Fence after = submit(add, data, 9);
      assertEquals(16, after.await().laneInstructions() > 0 ? 16 : 0);
      before.await();
      between.await();
      DeviceFaultException fault = assertThrows(DeviceFaultException.class, faulty::await);
      assertEquals(FaultCause.ACCESS, fault.fault().cause());
      DeviceFaultException timeout = assertThrows(DeviceFaultException.class, endless::await);
      assertEquals(FaultCause.TIMEOUT, timeout.fault().cause());
      assertEquals((5 * 3 + 7) * 3 + 9, data.readInts()[3]);
      submit(add, data, 1).await();
      assertEquals(((5 * 3 + 7) * 3 + 9) * 3 + 1, data.readInts()[15]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?copy=dma", "rtl:?config=c1w4t4&copy=dma", "rtl:wasm?copy=dma"})
  void copiesByTheDeviceOfAnySizeAndPlace(String address) throws CompileException {
    byte[] bytes = new byte[1_300_037];
    new java.util.Random(7).nextBytes(bytes);
    try (Gpu gpu = open(address);
        Kernel add = load(gpu, ADD);
        Buffer data = gpu.allocate(bytes.length + 200)) {
      for (int[] part : new int[][] {{0, bytes.length}, {77, 64}, {63, 1}, {1, 130}, {64, 0}}) {
        int size = part[1];
        MemorySegment source = MemorySegment.ofArray(bytes).asSlice(bytes.length - size);
        data.write(part[0], source);
        MemorySegment target = MemorySegment.ofArray(new byte[size]);
        data.read(part[0], target);
        assertEquals(-1, source.mismatch(target), part[0] + " " + size);
      }
      data.write(new int[16]);
      submit(add, data, 5).await();
      assertEquals(5, data.readInts()[15]);
    }
  }

  @Test
  void anUnknownWayToLaunchIsToldWithTheKnownOnes() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Gpu.open("sim:?launch=magic"));
    assertTrue(e.getMessage().contains("launch is magic, must be queue or registers"));
  }
}
