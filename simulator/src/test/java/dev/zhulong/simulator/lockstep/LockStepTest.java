package dev.zhulong.simulator.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelBuilder;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.rtl.ModelUnavailableException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random programs agree on the RTL and the functional simulator. Skipped without Verilator. */
class LockStepTest {
  private static final long CYCLES = 3_000_000;

  @ParameterizedTest
  @CsvSource({"c1w4t4,250", "c1w8t8,80"})
  void randomProgramsAgree(String shape, int programs) {
    long instructions = 0;
    try (LockStep pair =
        LockStep.open(
            ModelBuilder.standard(), ModelConfiguration.fast(CoreShape.parse(shape)))) {
      for (int seed = 0; seed < programs; seed++) {
        RandomProgram program =
            RandomProgram.of(seed, pair.shape(), RandomProgram.Limits.DEFAULT);
        LockStep.Result result = pair.run(program, timing(seed), CYCLES);
        assertEquals(Optional.empty(), result.difference(), "seed " + seed);
        instructions += result.instructions();
      }
    } catch (ModelUnavailableException e) {
      if (e.getMessage().contains("apt-get install")) {
        abort("skipped: " + e.getMessage());
      }
      throw e;
    }
    assertTrue(instructions > 300_000, shape + " ran only " + instructions + " instructions");
  }

  /** Even memory in every third run; else slow, narrow, and out of order. */
  private static MemoryTiming timing(int seed) {
    return seed % 3 == 0
        ? MemoryTiming.DEFAULT
        : new MemoryTiming(5 + seed % 40, 1 + seed % 3, seed % 30, seed);
  }
}
