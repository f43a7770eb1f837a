package dev.zhulong.amber;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Shaders in scripts, and their specialization. */
final class Shaders {
  private static final int HEADER_WORDS = 5;
  private static final int OP_SPEC_CONSTANT_TRUE = 48;
  private static final int OP_SPEC_CONSTANT_FALSE = 49;
  private static final int OP_SPEC_CONSTANT = 50;
  private static final int OP_DECORATE = 71;
  private static final int DECORATION_SPEC_ID = 1;

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
        bytes.putInt(Integer.parseUnsignedInt(word.startsWith("0x") ? word.substring(2) : word, 16));
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
    CompileOptions options = new CompileOptions(pipeline.entryPoint(), Map.of(), 2);
    CompiledKernel kernel = ShaderCompiler.compile(pipeline.shader(), options);
    if (pipeline.constants().isEmpty()) {
      return kernel;
    }
    byte[] module = specialize(kernel.spirv(), pipeline.constants());
    return ShaderCompiler.compile(
        new ShaderSource(pipeline.shader().name(), ShaderSource.Language.SPIRV, module), options);
  }

  /**
   * Replaces the defaults of specialization constants, as the SPIR-V specification says of
   * specialization (section 2.12). Numbers that the module does not have are ignored.
   */
  static byte[] specialize(byte[] spirv, Map<Integer, Integer> constants) {
    byte[] made = spirv.clone();
    IntBuffer words = ByteBuffer.wrap(made).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    Map<Integer, Integer> values = new HashMap<>();
    int length;
    for (int at = HEADER_WORDS; at < words.limit(); at += length) {
      length = Math.max(1, words.get(at) >>> 16);
      switch (words.get(at) & 0xffff) {
        case OP_DECORATE -> {
          if (words.get(at + 2) == DECORATION_SPEC_ID && constants.containsKey(words.get(at + 3))) {
            values.put(words.get(at + 1), constants.get(words.get(at + 3)));
          }
        }
        case OP_SPEC_CONSTANT -> {
          if (values.containsKey(words.get(at + 2))) {
            words.put(at + 3, values.get(words.get(at + 2)));
          }
        }
        case OP_SPEC_CONSTANT_TRUE, OP_SPEC_CONSTANT_FALSE -> {
          if (values.containsKey(words.get(at + 2))) {
            boolean value = values.get(words.get(at + 2)) != 0;
            int opcode = value ? OP_SPEC_CONSTANT_TRUE : OP_SPEC_CONSTANT_FALSE;
            words.put(at, length << 16 | opcode);
          }
        }
        default -> {}
      }
    }
    return made;
  }
}
