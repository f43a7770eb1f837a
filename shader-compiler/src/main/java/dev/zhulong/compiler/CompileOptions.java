package dev.zhulong.compiler;

import java.util.List;
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
 * @param localSize workgroup size of an OpenCL kernel that names none, three numbers, or null
 * @param openClOptions further options for clang when it compiles OpenCL C
 * @param othersIgnored whether values of specialization constants that the shader lacks have no
 *     effect, as Vulkan has it, and those from 3 on count the elements that an OpenCL kernel's
 *     parameters to local memory point to; else they are an error
 */
public record CompileOptions(
    String entryPoint,
    Map<String, String> defines,
    int optimizationLevel,
    Map<Integer, String> specialization,
    boolean robust,
    List<Integer> localSize,
    List<String> openClOptions,
    boolean othersIgnored) {

  /** Copies the maps. */
  public CompileOptions {
    defines = Map.copyOf(defines);
    specialization = Map.copyOf(specialization);
    openClOptions = List.copyOf(openClOptions);
    if (localSize != null) {
      localSize = List.copyOf(localSize);
      if (localSize.size() != 3) {
        throw new IllegalArgumentException("workgroup size " + localSize + " is no three numbers");
      }
    }
    if (optimizationLevel < 0 || optimizationLevel > 2) {
      throw new IllegalArgumentException(
          "optimization level " + optimizationLevel + " is outside 0..2");
    }
  }

  /** Options that refuse values of specialization constants that the shader lacks. */
  public CompileOptions(
      String entryPoint,
      Map<String, String> defines,
      int optimizationLevel,
      Map<Integer, String> specialization,
      boolean robust,
      List<Integer> localSize,
      List<String> openClOptions) {
    this(
        entryPoint,
        defines,
        optimizationLevel,
        specialization,
        robust,
        localSize,
        openClOptions,
        false);
  }

  /** Options that leave the workgroup size to the kernel. */
  public CompileOptions(
      String entryPoint,
      Map<String, String> defines,
      int optimizationLevel,
      Map<Integer, String> specialization,
      boolean robust) {
    this(entryPoint, defines, optimizationLevel, specialization, robust, null, List.of());
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

  /** The same, with specialization constants as a Vulkan pipeline takes them. */
  public CompileOptions ignoringOthers() {
    return new CompileOptions(
        entryPoint,
        defines,
        optimizationLevel,
        specialization,
        robust,
        localSize,
        openClOptions,
        true);
  }

  /** Any entry point, no macros, all passes. */
  public static CompileOptions defaults() {
    return new CompileOptions(null, Map.of(), 2);
  }
}
