package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchStatistics;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Four cores are worth more than three; large sizes are measured by {@code zl bench scaling}. */
class ScalingTest {
  private static final Set<String> SHADERS = Set.of("sgemm", "stencil3d");

  @Test
  void fourCoresAreMoreThanThreeTimesAsFast() throws CompileException {
    NativeTools.assumeVerilator();
    try (Gpu one = Gpu.open("rtl:?config=c1w4t4");
        Gpu four = Gpu.open("rtl:?config=c4w4t4")) {
      for (Workload workload : Workloads.compared(false)) {
        if (SHADERS.contains(workload.name())) {
          byte[] elf = workload.compile().elf();
          LaunchStatistics slow = run(workload, one, elf);
          LaunchStatistics fast = run(workload, four, elf);
          assertTrue(
              slow.cycles() > 3 * fast.cycles(),
              workload.name() + ": " + slow.cycles() + " and " + fast.cycles() + " cycles");
          assertTrue(fast.counters().get(Csr.PERF_L2_HITS) > 0, "the L2 has what cores share");
        }
      }
    }
  }

  private static LaunchStatistics run(Workload workload, Gpu gpu, byte[] elf) {
    Workload.Outcome outcome = workload.run(gpu, elf);
    workload.check(outcome.output());
    return outcome.statistics();
  }
}
