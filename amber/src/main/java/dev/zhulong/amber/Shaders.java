package dev.zhulong.amber;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Shaders as scripts contain them, and their compilation. */
final class Shaders {
  /** Gives out its first input as the position. */
  static final ShaderSource PASSTHROUGH =
      text(
          "passthrough",
          ShaderSource.Language.GLSL,
          """
          #version 450
          layout(location = 0) in vec4 position;
          void main() { gl_Position = position; }
          """);

  private static final Pattern RELAXED =
      Pattern.compile(
          "gl_StorageSemantics\\w+(?:\\s*\\|\\s*gl_StorageSemantics\\w+)*[ \\t]*,[ \\t]*gl_SemanticsRelaxed\\b");

  private Shaders() {}

  static ShaderSource text(String name, ShaderSource.Language language, String text) {
    return new ShaderSource(name, language, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A shader in GLSL. Scripts have relaxed atomics that name the storage which they order; they
   * order none, and today's compilers want it said so.
   */
  static ShaderSource glsl(String name, String text) {
    return text(
        name,
        ShaderSource.Language.GLSL,
        RELAXED.matcher(text).replaceAll("gl_StorageSemanticsNone, gl_SemanticsRelaxed"));
  }

  /** A module written as hexadecimal words. */
  static ShaderSource hexadecimal(String name, Tokens tokens, String text) {
    String[] words = text.strip().split("[\\s,]+");
    ByteBuffer bytes = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (String word : words) {
      try {
        bytes.putInt(
            Integer.parseUnsignedInt(word.startsWith("0x") ? word.substring(2) : word, 16));
      } catch (NumberFormatException e) {
        throw tokens.error("\"" + word + "\" is no hexadecimal word");
      }
    }
    return new ShaderSource(name, ShaderSource.Language.SPIRV, bytes.array());
  }

  /**
   * Compiles a pipeline's shader with its specialization constants.
   *
   * @throws dev.zhulong.compiler.CompileException if it cannot be
   */
  static CompiledKernel compile(Script.Pipeline pipeline) {
    if (pipeline.shader().language() != ShaderSource.Language.OPENCL_C) {
      return ShaderCompiler.compile(
          pipeline.shader(),
          new CompileOptions(pipeline.entryPoint(), Map.of(), 2, pipeline.constants())
              .ignoringOthers());
    }
    // Where a kernel names no workgroup size, constants 0 to 2 are it.
    Map<Integer, String> constants = new HashMap<>(pipeline.constants());
    List<Integer> size = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      String given = constants.remove(n);
      size.add(given == null ? 1 : Integer.parseInt(given));
    }
    return ShaderCompiler.compile(
        pipeline.shader(),
        new CompileOptions(
                pipeline.entryPoint(),
                Map.of(),
                2,
                constants,
                true,
                size,
                pipeline.kernel().options())
            .ignoringOthers());
  }
}
