package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays of constants, which lie behind the code and not on each invocation's stack. */
class ConstantTableTest {
  private static final int COUNT = 64;

  private static CompiledKernel compile(Language language, String text) throws CompileException {
    String name = language == Language.GLSL ? "table.comp" : "table.cl";
    return ShaderCompiler.compile(
        new ShaderSource(name, language, text.getBytes(StandardCharsets.UTF_8)),
        CompileOptions.defaults());
  }

  private static int[] numbers(long seed, int count) {
    return new Random(seed).ints(count).toArray();
  }

  private static String list(int[] numbers) {
    return IntStream.of(numbers).mapToObj(n -> n + "").collect(Collectors.joining(", "));
  }

  /** A kernel that looks an index up; the index is masked to a range or goes beyond the array. */
  private static String lookUp(int[] table, String index) {
    return """
        #version 450
        layout(local_size_x = 8) in;
        layout(binding = 0) buffer Out { int b[]; };
        const int table[%d] = int[](%s);
        void main() { uint i = gl_GlobalInvocationID.x; b[i] = table[%s]; }
        """
        .formatted(table.length, list(table), index);
  }

  private static int[] run(Gpu gpu, CompiledKernel compiled) {
    try (Buffer output = gpu.allocate(4 * COUNT);
        Kernel kernel = gpu.load(compiled.elf(), "table")) {
      kernel.launch(Math.ceilDiv(COUNT, compiled.info().groupX())).bind(0, output).submit().await();
      return output.readInts();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:", "rtl:"})
  void kernelsWithOtherTablesTakeTurnsAtOneAddress(String device) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    int[][] tables = {numbers(1, 32), numbers(2, 32)};
    try (Gpu gpu = Gpu.open(device)) {
      for (int turn = 0; turn < 4; turn++) {
        int[] table = tables[turn % 2];
        CompiledKernel compiled = compile(Language.GLSL, lookUp(table, "(i * 5u) & 31u"));
        assertEquals(0, compiled.info().stackBytes());
        assertArrayEquals(
            IntStream.range(0, COUNT).map(i -> table[i * 5 & 31]).toArray(),
            run(gpu, compiled),
            "turn " + turn);
      }
    }
  }

  @Test
  void anIndexBeyondTheArrayGetsTheLastElement() throws CompileException {
    int[] table = numbers(3, 11);
    CompiledKernel compiled = compile(Language.GLSL, lookUp(table, "i < 40u ? i : 0u - i"));
    try (Gpu gpu = Gpu.open("sim:")) {
      assertArrayEquals(
          IntStream.range(0, COUNT).map(i -> table[Math.min(i < 40 ? i : 10, 10)]).toArray(),
          run(gpu, compiled));
    }
  }

  @Test
  void aLoopsCounterIsKnownToStayInside() throws CompileException {
    int[] table = numbers(4, 700);
    String text =
        """
        #version 450
        layout(local_size_x = 8) in;
        layout(binding = 0) buffer Out { int b[]; };
        const int table[700] = int[](%s);
        void main() {
          int s = 0;
          for (int k = 0; k < 700; k++) { s = s * 3 ^ table[k] ^ int(gl_GlobalInvocationID.x); }
          b[gl_GlobalInvocationID.x] = s;
        }
        """
            .formatted(list(table));
    CompiledKernel compiled = compile(Language.GLSL, text);
    assertTrue(!compiled.assembly().contains("minu"), compiled.assembly());
    int[] expected = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      for (int k = 0; k < 700; k++) {
        expected[i] = expected[i] * 3 ^ table[k] ^ i;
      }
    }
    try (Gpu gpu = Gpu.open("sim:")) {
      assertArrayEquals(expected, run(gpu, compiled));
    }
  }

  @Test
  void structuresOfVectorsAndTablesWithinTables() throws CompileException {
    String text =
        """
        #version 450
        layout(local_size_x = 8) in;
        layout(binding = 0) buffer Out { int b[]; };
        struct Row { vec3 place; ivec2 pair[2]; };
        const Row rows[3] = Row[](
            Row(vec3(1, 2, 3), ivec2[](ivec2(4, 5), ivec2(6, 7))),
            Row(vec3(11, 12, 13), ivec2[](ivec2(14, 15), ivec2(16, 17))),
            Row(vec3(21, 22, 23), ivec2[](ivec2(24, 25), ivec2(26, 27))));
        const int order[4] = int[](2, 0, 1, 2);
        void main() {
          uint i = gl_GlobalInvocationID.x;
          Row row = rows[order[i & 3u]];
          b[i] = int(row.place[i %% 3u]) * 100 + row.pair[(i >> 2) & 1u][(i >> 3) & 1u];
        }
        """
            .formatted();
    int[] order = {2, 0, 1, 2};
    int[] expected = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      int row = 10 * order[i & 3];
      expected[i] = (row + 1 + i % 3) * 100 + row + 4 + (i >> 2 & 1) * 2 + (i >> 3 & 1);
    }
    try (Gpu gpu = Gpu.open("sim:")) {
      assertArrayEquals(expected, run(gpu, compile(Language.GLSL, text)));
    }
  }

  @Test
  void anArrayThatChangesStaysOnTheStack() throws CompileException {
    int[] table = numbers(8, 64);
    String text =
        """
        #version 450
        layout(local_size_x = 8) in;
        layout(binding = 0) buffer Out { int b[]; };
        void main() {
          uint i = gl_GlobalInvocationID.x;
          int t[64] = int[](%s);
          t[i & 63u] = 100;
          b[i] = t[(i * 3u) & 63u];
        }
        """
            .formatted(list(table));
    CompiledKernel compiled = compile(Language.GLSL, text);
    assertTrue(compiled.info().stackBytes() >= 256);
    try (Gpu gpu = Gpu.open("sim:")) {
      assertArrayEquals(
          IntStream.range(0, COUNT)
              .map(i -> (i * 3 & 63) == (i & 63) ? 100 : table[i * 3 & 63])
              .toArray(),
          run(gpu, compiled));
    }
  }

  /** Tables of OpenCL, one of them of 16 KB, in elements of one, two and four bytes. */
  @Test
  void constantMemoryOfKernels() throws CompileException {
    NativeTools.assumeOpenCl();
    int[] large = numbers(5, 4_000);
    int[] narrow = IntStream.of(numbers(6, 256)).map(n -> (byte) n).toArray();
    int[] middle = IntStream.of(numbers(7, 100)).map(n -> n & 0xffff).toArray();
    String text =
        """
        constant int large[4000] = {%s};
        constant char narrow[256] = {%s};
        constant ushort middle[100] = {%s};
        __attribute__((reqd_work_group_size(8, 1, 1)))
        kernel void k(global int *b) {
          int i = get_global_id(0);
          b[i] = large[i * 61] + narrow[i * 4 + 1] * 3 + middle[i + 7];
        }
        """
            .formatted(list(large), list(narrow), list(middle));
    CompiledKernel compiled = compile(Language.OPENCL_C, text);
    assertEquals(0, compiled.info().stackBytes());
    try (Gpu gpu = Gpu.open("sim:")) {
      assertArrayEquals(
          IntStream.range(0, COUNT)
              .map(i -> large[i * 61] + narrow[i * 4 + 1] * 3 + middle[i + 7])
              .toArray(),
          run(gpu, compiled));
    }
  }
}
