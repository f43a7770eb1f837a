package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.fuzz.drawing.DrawingRuns;
import dev.zhulong.hal.Gpu;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random states and primitives, strange ones among them: nothing fails, no pixel outside of the
 * scissor changes, and triangles cover what the reference says. {@code -Dzl.graphics.states=N}
 * tries more.
 */
class RandomStateTest {
  private static final long STATES = Long.getLong("zl.graphics.states", 60);
  private static final long NANOSECONDS = STATES * 1_000_000_000L;

  @Test
  void nothingFailsAndNothingLeavesTheScissor() {
    DrawingRuns.Summary found =
        DrawingRuns.run(
            () -> Gpu.open("sim:?config=c1w8t8"),
            Long.getLong("zl.graphics.seed", 0),
            STATES,
            NANOSECONDS,
            _ -> {});
    assertEquals(List.of(), found.mistakes());
    assertTrue(found.draws() > 0);
  }
}
