package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.hal.Gpu;
import dev.zhulong.simulator.lockstep.LockStepRun;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The core and the simulator retire the same instructions with the same results. */
class LockStepTest {
  private static Stream<Workload> workloads() {
    return Workloads.all().stream();
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void examplesRetireTheSame(Workload workload) throws CompileException {
    NativeTools.assumeVerilator();
    try (Gpu gpu = Gpu.open("lockstep:?config=c1w4t4&memory-latency=20&jitter=9&seed=5")) {
      workload.check(workload.run(gpu, workload.compile().elf()).output());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1w4t4", "c1w8t8", "c2w4t4"})
  void randomProgramsRetireTheSame(String config) {
    NativeTools.assumeVerilator();
    long seed = Long.getLong("zl.seed", System.nanoTime() >>> 20);
    long instructions = Long.getLong("zl.instructions", 40_000);
    System.out.println("LockStepTest " + config + " seed " + seed + " (-Dzl.seed=" + seed + ")");
    long compared = LockStepRun.run(CoreShape.parse(config), seed, instructions);
    assertEquals(true, compared >= instructions, () -> "compared " + compared);
  }
}
