package dev.zhulong.compiler;

import java.util.Map;

/**
 * How to compile.
 *
 * @param entryPoint entry point name, or null for the only one or {@code main}
 * @param defines macros to define before the first line; only for languages that have macros
 * @param optimizationLevel 0 (as written) to 2 (all passes)
 */
public record CompileOptions(
    String entryPoint, Map<String, String> defines, int optimizationLevel) {

  /** Copies the macros. */
  public CompileOptions {
    defines = Map.copyOf(defines);
    if (optimizationLevel < 0 || optimizationLevel > 2) {
      throw new IllegalArgumentException(
          "optimization level " + optimizationLevel + " is outside 0..2");
    }
  }

  /** Any entry point, no macros, all passes. */
  public static CompileOptions defaults() {
    return new CompileOptions(null, Map.of(), 2);
  }
}
