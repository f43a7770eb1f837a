package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.tests.NativeTools;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Accesses beyond buffers. What the optimiser leaves out must be the same as with every check, for
 * indices, guards, loops and launches of all kinds.
 */
class RobustAccessTest {
  private static final long SEED = Long.getLong("zl.seed", 5);
  private static final int PROGRAMS = 150;
  private static final int[] NUMBERS = {0, 1, 3, 7, 8, 9, 40, -1, -7, 0x7fffffff, 0x80000000};

  private static CompiledKernel compile(String text, int level, boolean robust)
      throws CompileException {
    ShaderSource source =
        new ShaderSource("robust.comp", Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
    return ShaderCompiler.compile(
        source, new CompileOptions(null, Map.of(), level, Map.of(), robust));
  }

  /** Random index arithmetic. */
  private static final class Generator {
    private final Random random;
    private int loops;

    Generator(Random random) {
      this.random = random;
    }

    private String pick(String... choices) {
      return choices[random.nextInt(choices.length)];
    }

    String index(int depth) {
      if (depth == 0) {
        String loop = loops > 0 ? "j" + random.nextInt(loops) : "i";
        return pick(
            "i", "i", "n", "m", loop, loop, "(m * 0 - 2)", String.valueOf(random.nextInt(9)));
      }
      String x = index(depth - 1);
      String y = index(random.nextInt(depth));
      int small = random.nextInt(5);
      return switch (random.nextInt(14)) {
        case 0 -> "(" + x + " + " + y + ")";
        case 1 -> "(" + x + " - " + y + ")";
        case 2 -> "(" + x + " * " + y + ")";
        case 3 -> "(" + x + " << " + small + ")";
        case 4 -> "(" + x + " >> " + small + ")";
        case 5 -> "int(uint(" + x + ") >> " + small + ")";
        case 6 -> "(" + x + " & " + y + ")";
        case 7 -> "min(" + x + ", " + y + ")";
        case 8 -> "max(" + x + ", " + y + ")";
        case 9 -> "clamp(" + x + ", 0, " + y + ")";
        case 10 -> "int(uint(" + x + ") % uint(" + y + "))";
        case 11 -> "int(uint(" + x + ") / " + (small + 1) + "u)";
        case 12 -> "(" + condition() + " ? " + x + " : " + y + ")";
        default -> "int(min(uint(" + x + "), uint(" + y + ")))";
      };
    }

    String condition() {
      String x = index(random.nextInt(2));
      String y = index(random.nextInt(2));
      return switch (random.nextInt(6)) {
        case 0 -> x + " < " + y;
        case 1 -> "uint(" + x + ") < uint(" + y + ")";
        case 2 -> x + " >= 0 && " + x + " < " + y;
        case 3 -> "!(" + x + " >= " + y + ")";
        case 4 -> x + " == " + y + " || " + x + " < " + y;
        default -> x + " <= " + y;
      };
    }

    String statements(int depth) {
      StringBuilder out = new StringBuilder();
      for (int n = 0; n < 2; n++) {
        int what = depth == 0 ? random.nextInt(2) : random.nextInt(4);
        switch (what) {
          case 0 -> out.append("sum += a.v[" + index(random.nextInt(3)) + "];\n");
          case 1 -> out.append("atomicAdd(b.v[" + index(random.nextInt(3)) + "], 1);\n");
          case 2 -> out.append("if (" + condition() + ") {\n" + statements(depth - 1) + "}\n");
          default -> {
            String j = "j" + loops++;
            String bound = index(random.nextInt(2));
            int step = random.nextInt(3) + 1;
            String first = pick("0", "0", "i", "n", "1");
            // Another counter stops what would go on for too long.
            out.append("{ int c" + j + " = 0;\n");
            out.append("for (int " + j + " = " + first + "; " + j + " < " + bound + "; ");
            out.append(j + " += " + step + ") {\nif (c" + j + "++ > 12) break;\n");
            out.append(statements(depth - 1) + "} }\n");
            loops--;
          }
        }
      }
      return out.toString();
    }
  }

  private static String program(Random random) {
    return """
        #version 450
        layout(local_size_x = 4) in;
        layout(binding = 0) readonly buffer A { int v[]; } a;
        layout(binding = 1) buffer B { int head; int v[]; } b;
        layout(binding = 2) buffer Out { int v[]; } result;
        layout(push_constant) uniform Push { int n; int m; } push;
        void main() {
          int i = int(gl_GlobalInvocationID.x), n = push.n, m = push.m, sum = 0;
          %s
          if (n == 12345) b.head = a.v[0];
          result.v[gl_GlobalInvocationID.x] = sum;
        }
        """
        .formatted(new Generator(random).statements(3));
  }

  private record Run(int[] sums, int[] counts) {}

  private static Run run(Gpu gpu, byte[] elf, int grid, int n, int m) {
    try (Kernel kernel = gpu.load(elf, "robust");
        Buffer a = gpu.allocate(32 + 4 * 16);
        Buffer b = gpu.allocate(4 * 48);
        Buffer out = gpu.allocate(16L * grid)) {
      int[] words = new int[24];
      for (int k = 0; k < words.length; k++) {
        words[k] = 1000 + k * k;
      }
      a.write(words);
      b.write(new int[48]);
      out.write(new int[4 * grid]);
      kernel
          .launch(grid, 1, 1)
          .bind(0, 0, a, 32, 32)
          .bind(0, 1, b, 64, 40)
          .bind(2, out)
          .push("n", n)
          .push("m", m)
          .submit()
          .await();
      return new Run(out.readInts(), b.readInts());
    }
  }

  @Test
  void whatIsLeftOutIsNeverNeeded() throws CompileException {
    int proven = 0;
    try (Gpu gpu = Gpu.open("sim:")) {
      for (int p = 0; p < PROGRAMS; p++) {
        long seed = SEED * 1000 + p;
        Random random = new Random(seed);
        String text = program(random);
        CompiledKernel all = compile(text, 0, true);
        CompiledKernel fewer = compile(text, 2, true);
        proven += fewer.info().proof().limits().isEmpty() ? 0 : 1;
        for (int launch = 0; launch < 6; launch++) {
          int grid = 1 + random.nextInt(3);
          int n = NUMBERS[random.nextInt(NUMBERS.length)];
          int m = NUMBERS[random.nextInt(NUMBERS.length)];
          Run wanted = run(gpu, all.elf(), grid, n, m);
          Run got = run(gpu, fewer.elf(), grid, n, m);
          String which = "seed " + seed + ", n " + n + ", m " + m + ", grid " + grid + "\n" + text;
          assertArrayEquals(wanted.sums, got.sums, which);
          assertArrayEquals(wanted.counts, got.counts, which);
          for (int k = 0; k < 48; k++) {
            boolean bound = k >= 17 && k < 26;
            assertTrue(bound || got.counts[k] == 0, which);
          }
        }
      }
    }
    assertTrue(proven > PROGRAMS / 10, proven + " programs had conditions");
  }

  private static final String OUTSIDE =
      """
      #version 450
      layout(local_size_x = 4) in;
      layout(binding = 0) buffer A { int v[]; } a;
      layout(push_constant) uniform Push { int from; } push;
      void main() { a.v[push.from + int(gl_GlobalInvocationID.x)] = 1; }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"sim:", "rtl:?config=c1w4t4"})
  void writesOutsideAreDropped(String device) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    byte[] robust = compile(OUTSIDE, 2, true).elf();
    byte[] fragile = compile(OUTSIDE, 2, false).elf();
    try (Gpu gpu = Gpu.open(device);
        Buffer buffer = gpu.allocate(64)) {
      for (int from : new int[] {0, 2, 6, 8, -3, 0x3fffffff}) {
        buffer.write(new int[16]);
        try (Kernel kernel = gpu.load(robust, "robust")) {
          kernel.launch(1, 1, 1).bind(0, 0, buffer, 16, 32).push("from", from).submit().await();
        }
        int[] wanted = new int[16];
        for (int i = 0; i < 4; i++) {
          if (from + i >= 0 && from + i < 8) {
            wanted[4 + from + i] = 1;
          }
        }
        assertArrayEquals(wanted, buffer.readInts(), "from " + from);
      }
      try (Kernel kernel = gpu.load(fragile, "fragile")) {
        var launch = kernel.launch(1, 1, 1).bind(0, 0, buffer, 16, 32).push("from", 6);
        assertThrows(DeviceFaultException.class, () -> launch.submit().await());
      }
    }
  }

  @Test
  void provenChecksCostNothing() throws CompileException {
    String text =
        """
        #version 450
        layout(local_size_x = 64) in;
        layout(binding = 0) buffer A { float v[]; } a;
        layout(push_constant) uniform Push { uint n; } push;
        void main() {
          uint i = gl_GlobalInvocationID.x;
          if (i < push.n) a.v[i] *= 2.0;
        }
        """;
    CompiledKernel kernel = compile(text, 2, true);
    assertEquals(1, kernel.info().proof().limits().size());
    String assembly = kernel.assembly();
    String unchecked = assembly.substring(0, assembly.indexOf(".L2:"));
    assertEquals(1, unchecked.split("sltu", -1).length - 1, unchecked);
  }
}
