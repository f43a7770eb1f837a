package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.LaunchStatistics;
import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.Port;
import dev.zhulong.rtl.PortDirection;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.bench.Agent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One core, whichever way Java reaches it: all outputs of every cycle, and the counts of launches.
 */
class BackendOutputsTest {
  private static final int SIZE = 48;
  private static final int PART = 4096;

  /** What the outputs were: a hash of each stretch of cycles, so that a difference has a place. */
  private static final class Outputs implements Agent {
    private final List<Port> ports;
    final List<Long> parts = new ArrayList<>();
    long cycles;
    private long hash;

    Outputs(VerilatedModel model) {
      ports = model.ports().stream().filter(p -> p.direction() == PortDirection.OUTPUT).toList();
    }

    @Override
    public void drive() {}

    @Override
    public void sample() {
      for (Port port : ports) {
        for (int low = 0; low < port.width(); low += Long.SIZE) {
          hash = hash * 31 + port.bits(low, Math.min(Long.SIZE, port.width() - low));
        }
      }
      if (++cycles % PART == 0) {
        parts.add(hash);
      }
    }
  }

  private static float[] ramp(int count, float step) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i * step - 3;
    }
    return values;
  }

  private static LaunchStatistics multiply(Gpu gpu, float[] product)
      throws CompileException, IOException {
    Path file = Path.of("../examples/sgemm.comp");
    ShaderSource source =
        new ShaderSource("sgemm.comp", ShaderSource.Language.GLSL, Files.readAllBytes(file));
    try (Kernel kernel =
            gpu.load(ShaderCompiler.compile(source, CompileOptions.defaults()).elf(), "sgemm");
        Buffer a = gpu.allocate(4L * SIZE * SIZE);
        Buffer b = gpu.allocate(4L * SIZE * SIZE);
        Buffer c = gpu.allocate(4L * SIZE * SIZE)) {
      a.write(ramp(SIZE * SIZE, 0.25f));
      b.write(ramp(SIZE * SIZE, -0.5f));
      LaunchStatistics statistics =
          kernel
              .launch((SIZE + 7) / 8, (SIZE + 7) / 8, 1)
              .bind(0, a)
              .bind(1, b)
              .bind(2, c)
              .push("n", SIZE)
              .submit()
              .await();
      c.read(0, MemorySegment.ofArray(product));
      return statistics;
    }
  }

  @Test
  void everyOutputOfEveryCycleIsTheSame() throws CompileException, IOException {
    NativeTools.assumeVerilator();
    VerilatedDesign core = VerilatedDesign.core().seed(0);
    Map<Backend, Outputs> outputs = new EnumMap<>(Backend.class);
    Map<Backend, float[]> products = new EnumMap<>(Backend.class);
    for (Backend backend : Backend.values()) {
      VerilatedModel model = core.backend(backend).build();
      BenchTransport transport = new BenchTransport(model);
      Outputs seen = transport.bench().add(new Outputs(model));
      try (Gpu gpu = Gpu.over(transport)) {
        float[] product = new float[SIZE * SIZE];
        multiply(gpu, product);
        products.put(backend, product);
      }
      outputs.put(backend, seen);
    }
    Outputs expected = outputs.get(Backend.FFM);
    assertTrue(expected.cycles >= 100_000, expected.cycles + " cycles");
    assertTrue(expected.parts.stream().distinct().count() > 20, "the outputs hardly change");
    for (Backend backend : Backend.values()) {
      assertEquals(expected.cycles, outputs.get(backend).cycles, backend.toString());
      assertEquals(expected.parts, outputs.get(backend).parts, backend.toString());
      assertArrayEquals(products.get(Backend.FFM), products.get(backend), backend.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rtl:jni?config=c1w4t4", "rtl:wasm"})
  void launchesTakeTheSameCycles(String address) throws CompileException, IOException {
    NativeTools.assumeVerilator();
    float[] expected = new float[SIZE * SIZE];
    float[] product = new float[SIZE * SIZE];
    LaunchStatistics statistics;
    try (Gpu gpu = Gpu.open("rtl:?config=c1w4t4")) {
      statistics = multiply(gpu, expected);
    }
    try (Gpu gpu = Gpu.open(address)) {
      LaunchStatistics other = multiply(gpu, product);
      assertEquals(statistics.cycles(), other.cycles());
      assertEquals(statistics.instructions(), other.instructions());
      assertEquals(statistics.counters(), other.counters());
    }
    assertArrayEquals(expected, product);
  }
}
