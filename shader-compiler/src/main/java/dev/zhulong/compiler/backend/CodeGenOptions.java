package dev.zhulong.compiler.backend;

/**
 * How to generate code.
 *
 * @param schedule whether to reorder instructions for the core's latencies
 * @param integerRegisters integer registers that may be used, 8 to 31
 * @param floatRegisters float registers that may be used, 4 to 32
 */
public record CodeGenOptions(boolean schedule, int integerRegisters, int floatRegisters) {
  /** Checks the ranges. */
  public CodeGenOptions {
    if (integerRegisters < 8 || integerRegisters > 31) {
      throw new IllegalArgumentException(
          "integerRegisters is " + integerRegisters + "; it must be from 8 to 31");
    }
    if (floatRegisters < 4 || floatRegisters > 32) {
      throw new IllegalArgumentException(
          "floatRegisters is " + floatRegisters + "; it must be from 4 to 32");
    }
  }

  /** All registers, scheduled. */
  public static CodeGenOptions defaults() {
    return new CodeGenOptions(true, 31, 32);
  }
}
