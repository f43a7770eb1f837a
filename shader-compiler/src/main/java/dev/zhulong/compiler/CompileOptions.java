package dev.zhulong.compiler;

import java.util.Map;

/**
 * How to compile.
 *
 * @param entryPoint entry point name, or null for the only one or {@code main}
 * @param defines macros to define before the first line; only for languages that have macros
 * @param optimizationLevel 0 (as written) to 2 (all passes)
 * @param specialization values of specialization constants by their numbers (SpecId), as text that
 *     fits the constant's type: an integer (decimal or 0x…), a float, or true or false
 * @param robust whether accesses outside of buffers are caught: reads give zero, writes nothing
 */
public record CompileOptions(
    String entryPoint,
    Map<String, String> defines,
    int optimizationLevel,
    Map<Integer, String> specialization,
    boolean robust) {

  /** Copies the maps. */
  public CompileOptions {
    defines = Map.copyOf(defines);
    specialization = Map.copyOf(specialization);
    if (optimizationLevel < 0 || optimizationLevel > 2) {
      throw new IllegalArgumentException(
          "optimization level " + optimizationLevel + " is outside 0..2");
    }
  }

  /** Options that leave specialization constants at their defaults. */
  public CompileOptions(String entryPoint, Map<String, String> defines, int optimizationLevel) {
    this(entryPoint, defines, optimizationLevel, Map.of());
  }

  /** Options with bounds checks. */
  public CompileOptions(
      String entryPoint,
      Map<String, String> defines,
      int optimizationLevel,
      Map<Integer, String> specialization) {
    this(entryPoint, defines, optimizationLevel, specialization, true);
  }

  /** Any entry point, no macros, all passes. */
  public static CompileOptions defaults() {
    return new CompileOptions(null, Map.of(), 2);
  }
}
