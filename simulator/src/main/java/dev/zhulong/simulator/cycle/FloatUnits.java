package dev.zhulong.simulator.cycle;

import dev.zhulong.rtl.FloatBench;
import dev.zhulong.rtl.ModelUnavailableException;
import java.io.IOException;
import java.util.function.Consumer;

/** The core's floating-point units, checked by themselves. */
public final class FloatUnits {
  private FloatUnits() {}

  /**
   * Compares them with the host's IEEE 754 arithmetic, in all rounding modes.
   *
   * @param operations random operations of every operation, besides the directed ones
   * @param seed of the operands
   * @param report takes a line an operation
   * @throws ModelUnavailableException if a tool is missing or fails
   * @throws IllegalStateException if a result differs; the report shows operands and results
   */
  public static void verify(long operations, long seed, Consumer<String> report)
      throws IOException {
    FloatBench.run(operations, seed, report);
  }
}
