package dev.zhulong.compiler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A shader as the user wrote it.
 *
 * @param name its name in messages and debug information
 * @param language what it is written in
 * @param content its bytes; text is UTF-8
 */
public record ShaderSource(String name, Language language, byte[] content) {
  /** What a shader is written in. */
  public enum Language {
    /** GLSL for Vulkan compute shaders. */
    GLSL,
    /** HLSL compute shaders with the attributes for Vulkan. */
    HLSL,
    /** WGSL compute shaders. */
    WGSL,
    /** OpenCL C, by clang and llvm-spirv where they are installed. */
    OPENCL_C,
    /** SPIR-V binary, version 1.0 to 1.6. */
    SPIRV,
    /** The assembly text of SPIR-V. */
    SPIRV_TEXT
  }

  /**
   * Reads a file; the extension gives the language: {@code .comp} and {@code .glsl} GLSL, {@code
   * .hlsl} HLSL, {@code .wgsl} WGSL, {@code .cl} OpenCL C, {@code .spv} SPIR-V binary, {@code
   * .spvasm} SPIR-V text.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException for another extension
   */
  public static ShaderSource of(Path path) throws IOException {
    Path fileName = path.getFileName();
    String name = fileName == null ? "" : fileName.toString().toLowerCase(Locale.ROOT);
    Language language;
    if (name.endsWith(".comp") || name.endsWith(".glsl")) {
      language = Language.GLSL;
    } else if (name.endsWith(".hlsl")) {
      language = Language.HLSL;
    } else if (name.endsWith(".wgsl")) {
      language = Language.WGSL;
    } else if (name.endsWith(".cl")) {
      language = Language.OPENCL_C;
    } else if (name.endsWith(".spv")) {
      language = Language.SPIRV;
    } else if (name.endsWith(".spvasm")) {
      language = Language.SPIRV_TEXT;
    } else {
      throw new IllegalArgumentException(
          path
              + ": unknown kind of shader; use .comp or .glsl for GLSL, .hlsl for HLSL, .wgsl for WGSL,"
              + " .cl for OpenCL C,"
              + " .spv or .spvasm for SPIR-V");
    }
    return new ShaderSource(path.toString(), language, Files.readAllBytes(path));
  }
}
