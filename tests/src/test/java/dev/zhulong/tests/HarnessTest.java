package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.hal.Gpu;
import dev.zhulong.simulator.cycle.HarnessComparison;
import org.junit.jupiter.api.Test;

/** The cycle model costs no more from Java than from C++. */
class HarnessTest {
  private static final String CONFIG = "c1w4t4";

  /** Far below what is measured alone on a machine, as other programs share its caches. */
  private static final double LEAST_RATIO = 0.75;

  @Test
  void javaDrivesTheModelAsFastAsAnEqualMainInCpp() throws CompileException {
    NativeTools.assumeVerilator();
    Workload workload = Workloads.compared(true).get(1);
    byte[] elf = workload.compile().elf();
    long cycles;
    try (Gpu gpu = Gpu.open("rtl:?config=" + CONFIG)) {
      cycles = workload.run(gpu, elf).statistics().cycles();
    }
    HarnessComparison result =
        HarnessComparison.measure(
            CoreShape.parse(CONFIG), gpu -> workload.run(gpu, elf).statistics(), 5);
    assertEquals(cycles, result.cycles());
    assertTrue(result.processorRatio() > LEAST_RATIO, result::toString);
  }
}
