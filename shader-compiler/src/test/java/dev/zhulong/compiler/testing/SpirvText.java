package dev.zhulong.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.zhulong.compiler.frontend.spirv.SpirvFrontEnd;
import dev.zhulong.compiler.frontend.spirvtext.SpirvAssembler;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.transform.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs SPIR-V texts for tests. */
public final class SpirvText {
  private SpirvText() {}

  /** The kernel of a text after the passes of a level. */
  public static Kernel compile(String text, int level) {
    byte[] spirv = SpirvAssembler.assemble("test.spvasm", text.getBytes(StandardCharsets.UTF_8));
    Kernel kernel = SpirvFrontEnd.translate("test.spvasm", spirv, null);
    Pipeline.run(kernel, level, (pass, stage) -> Glsl.requireValid(kernel, pass, stage));
    return kernel;
  }

  /**
   * Runs a text with two bindings, an input and an output, at levels 0 and 2, and requires the same
   * results.
   *
   * @param input words of binding 0
   * @param out words of binding 1, set to the result
   */
  public static void run(String text, int[] input, int[] out, int groups) {
    int[] plain = out.clone();
    KernelInterpreter.run(compile(text, 0), List.of(input.clone(), plain), new int[0], groups);
    KernelInterpreter.run(compile(text, 2), List.of(input.clone(), out), new int[0], groups);
    assertArrayEquals(plain, out, "levels 0 and 2 differ");
  }

  /** Integers side by side in words. */
  public static int[] packed(long[] values, int bits) {
    int[] words = new int[(values.length * bits + 31) / 32];
    for (int n = 0; n < values.length; n++) {
      for (int bit = 0; bit < bits; bit++) {
        int at = n * bits + bit;
        words[at / 32] |= (int) (values[n] >>> bit & 1) << at % 32;
      }
    }
    return words;
  }

  /** The integer at an index among integers side by side. */
  public static long element(int[] words, int index, int bits) {
    if (bits == 64) {
      return (long) words[2 * index + 1] << 32 | words[2 * index] & 0xffffffffL;
    }
    int at = index * bits;
    return (words[at / 32] >>> at % 32) & (1L << bits) - 1;
  }
}
