package dev.zhulong.tests.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Fence;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.LaunchStatistics;
import dev.zhulong.hal.RawResult;
import dev.zhulong.remote.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A served device is to the driver what the device itself is. */
class RemoteDeviceTest {
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

  private static final String HELLO =
      """
        .text
      _start:
        csrr t0, core_id
        bnez t0, end
        la t1, text
        li t2, 0x40
      1:
        lbu t3, 0(t1)
        beqz t3, 2f
        sb t3, 0(t2)
        addi t1, t1, 1
        j 1b
      2:
        la t1, count
        lw t3, 0(t1)
        addi t3, t3, 41
        sw t3, 0(t1)
        li t2, 0x88
        sw t3, 0(t2)
      end:
        tmc zero
        .data
      text: .asciz "hello\\nworld\\n"
        .balign 4
      count: .word 1
      """;

  static byte[] compile(String glsl) throws CompileException {
    ShaderSource source =
        new ShaderSource(
            "test.comp", ShaderSource.Language.GLSL, glsl.getBytes(StandardCharsets.UTF_8));
    return ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), 2, Map.of(), false))
        .elf();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void examplesGiveWhatTheyGiveInProcess(String way) throws IOException, CompileException {
    try (Served served = Served.by(way, "sim:?config=c2w4t8", ServerOptions.DEFAULT);
        Gpu remote = served.client();
        Gpu direct = Gpu.open("sim:?config=c2w4t8&launch=registers")) {
      assertEquals(direct.info().shape(), remote.info().shape());
      for (Workload workload : Workloads.all()) {
        byte[] elf = workload.compile().elf();
        Workload.Outcome outcome = workload.run(remote, elf);
        workload.check(outcome.output());
        Workload.Outcome expected = workload.run(direct, elf);
        assertArrayEquals(expected.output(), outcome.output(), workload.name());
        LaunchStatistics statistics = outcome.statistics();
        assertEquals(expected.statistics().cycles(), statistics.cycles(), workload.name());
        assertEquals(expected.statistics().counters(), statistics.counters(), workload.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void launchesRunInOrderAndFaultsLeaveTheDeviceUsable(String way)
      throws IOException, CompileException {
    try (Served served = Served.by(way, "sim:?config=c1w4t4", ServerOptions.DEFAULT);
        Gpu gpu = served.client();
        Kernel kernel = gpu.load(compile(ADD), "add");
        Buffer data = gpu.allocate(32)) {
      data.write(new int[8]);
      List<Fence> fences = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        fences.add(
            kernel.launch(1).bind("Data", data).push("step", 3).push("limit", 1000).submit());
      }
      fences.getLast().await();
      assertArrayEquals(new int[] {15, 15, 15, 15, 15, 15, 15, 15}, data.readInts());

      Fence wild = kernel.launch(1).bind("Data", data).push("step", 1).push("limit", 77).submit();
      DeviceFaultException fault = assertThrows(DeviceFaultException.class, wild::await);
      assertEquals(FaultCause.ACCESS, fault.fault().cause());
      assertEquals("test.comp:12", fault.fault().source().substring(0, 12));

      LaunchLimits limits = new LaunchLimits(20_000, Duration.ofSeconds(30));
      for (int i = 0; i < 3; i++) {
        Fence hang =
            kernel
                .launch(1)
                .bind("Data", data)
                .push("step", 0)
                .push("limit", 1000)
                .limits(limits)
                .submit();
        fault = assertThrows(DeviceFaultException.class, hang::await);
        assertEquals(FaultCause.TIMEOUT, fault.fault().cause());
      }
      kernel.launch(1).bind("Data", data).push("step", 1).push("limit", 1000).submit().await();
      assertEquals(17, data.readInts()[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void bareProgramsHaveTheirConsoleDataAndExitCode(String way) throws IOException {
    byte[] elf = Assembler.assemble(HELLO, "hello.s").toBytes();
    try (Served served = Served.by(way, "sim:?config=c2w4t4", ServerOptions.DEFAULT);
        Gpu one = served.client();
        Gpu other = served.client()) {
      for (int i = 0; i < 3; i++) {
        for (Gpu gpu : List.of(one, other)) {
          List<String> lines = new ArrayList<>();
          gpu.onConsole(lines::add);
          RawResult result = gpu.execute(elf, "hello", 0, LaunchLimits.DEFAULT);
          assertEquals(42, result.exitCode());
          assertEquals(List.of("hello", "world"), lines);
          assertTrue(result.statistics().instructions() > 30);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void buffersOfAllSizesComeBack(String way) throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    try (Served served = Served.by(way, "sim:?config=c1w2t2", ServerOptions.DEFAULT);
        Gpu gpu = served.client()) {
      for (int words : new int[] {1, 3, 1000, 65_536, 65_537, 3_000_001}) {
        int[] values = random.ints(words).toArray();
        try (Buffer before = gpu.allocate(64);
            Buffer buffer = gpu.allocate(4L * words);
            Buffer after = gpu.allocate(64)) {
          before.write(new int[16]);
          after.write(new int[16]);
          buffer.write(values);
          assertArrayEquals(values, buffer.readInts());
          assertArrayEquals(new int[16], before.readInts());
          assertArrayEquals(new int[16], after.readInts());
        }
      }
    }
  }
}
