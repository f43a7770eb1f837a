package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.Gpu;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example gives Java's result on the simulator, and the simulator's bits on the core. */
class ExamplesTest {
  private static Stream<Workload> workloads() {
    return Workloads.all().stream();
  }

  private static Stream<Arguments> workloadsAndShapes() {
    return Stream.of("c1w4t4", "c1w8t8")
        .flatMap(config -> workloads().map(workload -> Arguments.of(config, workload)));
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void simulatorGivesWhatJavaGives(Workload workload) throws CompileException {
    byte[] elf = workload.compile().elf();
    for (String config : List.of("c1w8t8", "c1w4t4", "c2w4t8", "c4w2t16", "c1w32t2")) {
      try (Gpu gpu = Gpu.open("sim:?config=" + config)) {
        workload.check(workload.run(gpu, elf).output());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void servedCoreGivesTheCoresBits(Workload workload) throws CompileException {
    NativeTools.assumeVerilator();
    byte[] elf = workload.compile().elf();
    Workload.Outcome direct;
    try (Gpu gpu = Gpu.open("rtl:?config=c1w4t4&launch=registers")) {
      direct = workload.run(gpu, elf);
    }
    try (Gpu gpu = Gpu.open("served:tcp/rtl?config=c1w4t4")) {
      Workload.Outcome served = workload.run(gpu, elf);
      assertArrayEquals(direct.output(), served.output());
    }
  }

  @ParameterizedTest
  @MethodSource("workloadsAndShapes")
  void coreGivesTheSimulatorsBits(String config, Workload workload) throws CompileException {
    NativeTools.assumeVerilator();
    byte[] elf = workload.compile().elf();
    int[] expected;
    try (Gpu gpu = Gpu.open("sim:?config=" + config)) {
      expected = workload.run(gpu, elf).output();
    }
    try (Gpu gpu = Gpu.open("rtl:?config=" + config)) {
      assertArrayEquals(expected, workload.run(gpu, elf).output());
    }
  }
}
