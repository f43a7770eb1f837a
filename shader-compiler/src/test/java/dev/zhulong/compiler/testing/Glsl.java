package dev.zhulong.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.zhulong.compiler.frontend.shaderc.ShadercCompiler;
import dev.zhulong.compiler.frontend.spirv.SpirvFrontEnd;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Stage;
import dev.zhulong.compiler.ir.TextWriter;
import dev.zhulong.compiler.ir.Validator;
import dev.zhulong.compiler.transform.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Compiles GLSL for tests, with the validator after every pass. */
public final class Glsl {
  private Glsl() {}

  /** The kernel of a shader as translated. */
  public static Kernel translate(String source) {
    byte[] spirv =
        ShadercCompiler.compile(
            ShadercCompiler.Input.GLSL,
            "test.comp",
            source.getBytes(StandardCharsets.UTF_8),
            null,
            Map.of(),
            null);
    return SpirvFrontEnd.translate("test.comp", spirv, null);
  }

  /** The kernel of a shader after the passes of a level. */
  public static Kernel compile(String source, int level) {
    Kernel kernel = translate(source);
    Pipeline.run(kernel, level, (pass, stage) -> requireValid(kernel, pass, stage));
    return kernel;
  }

  static void requireValid(Kernel kernel, String pass, Stage stage) {
    List<String> mistakes = Validator.check(kernel, stage);
    if (!mistakes.isEmpty()) {
      throw new AssertionError("after " + pass + ": " + mistakes + "\n" + TextWriter.write(kernel));
    }
  }

  /**
   * Runs a body of {@code main} on invocations 0 to 63, at levels 0 and 2, and requires the same
   * results.
   *
   * @param declarations functions and globals
   * @param body statements; {@code i} is the invocation, {@code in_[]} and {@code out_[]} are uint
   *     arrays
   * @param input words of {@code in_}
   * @param outputs words of {@code out_}
   */
  public static int[] run(String declarations, String body, int[] input, int outputs) {
    String source =
        """
        #version 460
        layout(local_size_x = 64) in;
        layout(std430, binding = 0) readonly buffer In { uint in_[]; };
        layout(std430, binding = 1) buffer Out { uint out_[]; };
        %s
        void main() {
          uint i = gl_GlobalInvocationID.x;
          %s
        }
        """
            .formatted(declarations, body);
    int[] plain = run(compile(source, 0), input, outputs);
    int[] optimized = run(compile(source, 2), input, outputs);
    assertArrayEquals(plain, optimized, "levels 0 and 2 differ");
    return plain;
  }

  private static int[] run(Kernel kernel, int[] input, int outputs) {
    int[] out = new int[outputs];
    List<int[]> buffers =
        kernel.bindings().stream().map(b -> b.name().equals("In") ? input.clone() : out).toList();
    KernelInterpreter.run(kernel, buffers, new int[0], 1);
    return out;
  }
}
