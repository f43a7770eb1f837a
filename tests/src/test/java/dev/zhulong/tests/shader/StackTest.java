package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.tests.NativeTools;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** More values at once than registers, and arrays of an invocation: what a stack must hold. */
class StackTest {
  private static final int LANES = 4;

  private static CompiledKernel compile(String text) throws CompileException {
    ShaderSource source =
        new ShaderSource("stack.comp", Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
    CompileOptions unchecked =
        new CompileOptions(null, Map.of(), 2, Map.of(), false, null, List.of());
    return ShaderCompiler.compile(source, unchecked);
  }

  private static int[] run(String device, CompiledKernel compiled, int[] in, int outputs) {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    try (Gpu gpu = Gpu.open(device);
        Buffer input = gpu.allocate(4 * in.length);
        Buffer output = gpu.allocate(4 * outputs);
        Kernel kernel = gpu.load(compiled.elf(), "stack")) {
      input.write(in);
      kernel.launch(outputs / LANES, 1, 1).bind(0, input).bind(1, output).submit().await();
      return output.readInts();
    }
  }

  private static int[] numbers(int count) {
    int[] made = new int[count];
    for (int n = 0; n < count; n++) {
      made[n] = n * 0x9e3779b9 ^ n << 7;
    }
    return made;
  }

  /** All values are read before the first is used, and used in the opposite order. */
  private static String live(int values, String array) {
    StringBuilder text =
        new StringBuilder(
            """
            #version 450
            layout(local_size_x = 4) in;
            layout(binding = 0) buffer A { uint a[]; };
            layout(binding = 1) buffer B { uint b[]; };
            void main() {
              uint i = gl_GlobalInvocationID.x;
            """);
    text.append(array);
    for (int n = 0; n < values; n++) {
      text.append("uint v%d = a[i + %d] * %du;\n".formatted(n, n, 2 * n + 3));
    }
    text.append("uint s = ").append(array.isEmpty() ? "0" : "t[a[i] & 1023]").append(";\n");
    for (int n = values - 1; n >= 0; n--) {
      text.append("s = s * 31u + v%d;\n".formatted(n));
    }
    return text.append("b[i] = s;\n}\n").toString();
  }

  private static int[] expected(int values, int[] in, int invocations, boolean array) {
    int[] made = new int[invocations];
    for (int i = 0; i < invocations; i++) {
      int s = array ? in[(in[i] & 1023) % 16] + (in[i] & 1023) : 0;
      for (int n = values - 1; n >= 0; n--) {
        s = s * 31 + in[i + n] * (2 * n + 3);
      }
      made[i] = s;
    }
    return made;
  }

  @ParameterizedTest
  @CsvSource({"sim:, 100", "sim:, 1020", "sim:, 1100", "sim:, 2100", "sim:, 4000", "rtl:, 1100"})
  void manyValuesAtOnce(String device, int values) throws CompileException {
    int[] in = numbers(values + 2 * LANES);
    CompiledKernel compiled = compile(live(values, ""));
    assertTrue(compiled.info().stackBytes() >= 4 * (values - 32), "kept on the stack");
    assertArrayEquals(expected(values, in, 2 * LANES, false), run(device, compiled, in, 2 * LANES));
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 700, 3000})
  void manyValuesBesideAnArray(int values) throws CompileException {
    int[] in = numbers(values + 2 * LANES);
    String array =
        """
        uint t[1024];
        for (uint k = 0; k < 1024; k++) t[k] = a[k % 16] + k;
        """;
    int[] padded = Arrays.copyOf(in, Math.max(in.length, 16));
    assertArrayEquals(
        expected(values, padded, 2 * LANES, true),
        run("sim:", compile(live(values, array)), padded, 2 * LANES));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:", "rtl:"})
  void largeArray(String device) throws CompileException {
    String text =
        """
        #version 450
        layout(local_size_x = 4) in;
        layout(binding = 0) buffer A { uint a[]; };
        layout(binding = 1) buffer B { uint b[]; };
        void main() {
          uint i = gl_GlobalInvocationID.x;
          uint t[9000];
          for (uint k = 0; k < 9000; k += 9) t[k] = a[i] ^ k;
          uint s = 0;
          for (uint k = 0; k < 1000; k++) s = s * 3 + t[9 * (k * 7 % 1000)];
          b[i] = s;
        }
        """;
    int[] in = numbers(2 * LANES);
    int[] wanted = new int[2 * LANES];
    for (int i = 0; i < wanted.length; i++) {
      for (int k = 0; k < 1000; k++) {
        wanted[i] = wanted[i] * 3 + (in[i] ^ 9 * (k * 7 % 1000));
      }
    }
    assertArrayEquals(wanted, run(device, compile(text), in, 2 * LANES));
  }

  @Test
  void moreThanAnyStackIsRefused() {
    String text =
        """
        #version 450
        layout(local_size_x = 4) in;
        layout(binding = 0) buffer A { uint a[]; };
        void main() {
          uint t[15800];
          uint u[900];
          for (uint k = 0; k < 900; k++) { t[k] = a[k]; u[k] = a[t[k]]; }
          a[0] = t[a[1]] + u[a[2]];
        }
        """;
    CompileException refused = assertThrows(CompileException.class, () -> compile(text));
    assertTrue(refused.getMessage().contains("a stack holds 63488 beside"), refused.getMessage());
  }
}
