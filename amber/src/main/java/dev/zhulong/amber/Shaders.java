package dev.zhulong.amber;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Shaders as scripts contain them, and their compilation. */
final class Shaders {
  private Shaders() {}

  static ShaderSource text(String name, ShaderSource.Language language, String text) {
    return new ShaderSource(name, language, text.getBytes(StandardCharsets.UTF_8));
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
    return ShaderCompiler.compile(
        pipeline.shader(),
        new CompileOptions(pipeline.entryPoint(), Map.of(), 2, pipeline.constants()));
  }
}
