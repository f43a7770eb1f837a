package dev.zhulong.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
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
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pointer arithmetic of kernels that leaves a buffer: reads give zeros, writes and atomics do
 * nothing, also where another buffer of the launch follows. What stays within is as ever.
 */
class RobustKernelTest {
  private static final int SIZE = 32;
  private static final int MARK = 0x55555555;

  @BeforeEach
  void requireTools() {
    NativeTools.assumeOpenCl();
  }

  /** What a launch leaves in its second buffer and in its third, which all begin as marks. */
  private record Left(int[] out, int[] other) {}

  private static int[] input() {
    return IntStream.range(0, SIZE).map(n -> 1000 + n).toArray();
  }

  private static Left run(String body, int level) throws CompileException {
    String text =
        """
        %s
        kernel void k(global int *in, global int *out, global int *other, int n) {
          int i = get_global_id(0);
          BODY
        }
        """
            .formatted("typedef struct { int a, b, c; } Three;")
            .replace("BODY", body);
    ShaderSource source =
        new ShaderSource("k.cl", Language.OPENCL_C, text.getBytes(StandardCharsets.UTF_8));
    byte[] elf =
        ShaderCompiler.compile(
                source,
                new CompileOptions(
                    null, Map.of(), level, Map.of(), true, List.of(16, 1, 1), List.of()))
            .elf();
    int[] marks = new int[SIZE];
    Arrays.fill(marks, MARK);
    try (Gpu gpu = Gpu.open("sim:");
        Kernel kernel = gpu.load(elf, "k");
        Buffer in = gpu.allocate(4 * SIZE);
        Buffer out = gpu.allocate(4 * SIZE);
        Buffer other = gpu.allocate(4 * SIZE)) {
      in.write(input());
      out.write(marks);
      other.write(marks);
      kernel
          .launch(SIZE / 16)
          .bind(0, in)
          .bind(1, out)
          .bind(2, other)
          .push("n", SIZE)
          .submit()
          .await();
      return new Left(out.readInts(), other.readInts());
    }
  }

  private static void check(String body, IntUnaryOperator expected) throws CompileException {
    for (int level = 0; level < 3; level++) {
      Left left = run(body, level);
      int[] wanted = IntStream.range(0, SIZE).map(expected).toArray();
      assertArrayEquals(wanted, left.out(), body + " at level " + level);
      assertEquals(SIZE, Arrays.stream(left.other()).filter(x -> x == MARK).count(), body);
    }
  }

  private static int at(long index) {
    return index >= 0 && index < SIZE ? 1000 + (int) index : 0;
  }

  @Test
  void indicesOutside() throws CompileException {
    check("out[i] = in[i];", i -> at(i));
    check("out[i] = in[i + 1];", i -> at(i + 1));
    check("out[i] = in[i - 1];", i -> at(i - 1));
    check("out[i] = in[i * 5 - 8];", i -> at(i * 5 - 8));
    check("out[i] = in[i << 24];", i -> at(i == 0 ? 0 : -1));
    check("out[i] = in[0x3fffffff + i];", i -> 0 == i ? 0 : at(i - 1 & 0x3fffffff));
    check("if (i + 3 < n) out[i] = in[i + 3]; else out[i] = 7;", i -> i + 3 < SIZE ? at(i + 3) : 7);
    check("out[i - 4] = i; if (i >= 28) out[i] = 1;", i -> i >= 28 ? 1 : i + 4);
    check("out[i] = 2; out[i + 0x10000000] = 3;", i -> 2);
    check("out[i] = ((global char *)in)[4 * i + 127];", i -> i == 0 ? (1031 >> 24) : 0);
    check("out[i] = ((global short *)in)[2 * i + 62];", i -> i == 0 ? 1031 : 0);
    check("out[i] = ((global Three *)in)[i].b;", i -> at(3 * i + 1));
  }

  @Test
  void vectorsOutside() throws CompileException {
    check("out[i] = vload4(i, in).w;", i -> at(4 * i + 3));
    check("out[i] = vload3(0, in + i).y;", i -> i + 2 < SIZE ? at(i + 1) : 0);
    check(
        "if (i < 24) out[i] = 5; if (i < 8) vstore2((int2)(1, 2), i, out + 24);",
        i -> i < 24 ? 5 : 1 + (i & 1));
    check(
        "long v = ((global long *)in)[i]; out[i] = (int)(v >> 32);",
        i -> 2 * i + 1 < SIZE ? at(2 * i + 1) : 0);
  }

  @Test
  void pointersThatMove() throws CompileException {
    check(
        "global int *p = in; int s = 0; for (int k = 0; k < 50 + i; k++) s += *p++; out[i] = s;",
        i -> IntStream.range(0, SIZE).map(k -> 1000 + k).sum());
    check(
        "global int *p = in + n; int s = 0; while (p != in) s = s * 3 + *--p; out[i] = s;",
        i -> {
          int s = 0;
          for (int k = SIZE - 1; k >= 0; k--) {
            s = s * 3 + 1000 + k;
          }
          return s;
        });
    check("global int *p = in + 1000000; p -= 999990; out[i] = p[i];", i -> at(10 + i));
    check(
        "global int *p = i & 1 ? in : other; out[i] = p[i * 2];",
        i -> 2 * i >= SIZE ? 0 : (i & 1) != 0 ? at(2 * i) : MARK);
    check(
        "global int *p = out + i; if (i & 2) p = other - 500; out[i] = 1; p[0] += 4;",
        i -> (i & 2) != 0 ? 1 : 5);
  }

  @Test
  void pointersOfOneOfTwoBuffers() throws CompileException {
    String body =
        "global int *p = in; if (i & 1) p = other;"
            + " for (int k = 0; k < 3; k++) { p += i * 1000; } out[i] = *p;";
    check(body, i -> i == 0 ? 1000 : 0);
  }

  @Test
  void atomicsOutside() throws CompileException {
    check("out[i] = atomic_add(&in[i * 7], 1);", i -> at(i * 7));
    check("out[i] = 9; atomic_inc(out + (i + 40) * 1000);", i -> 9);
    check("out[i] = 9; atomic_cmpxchg(out - 1 - i, 9, 10);", i -> 9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:", "rtl:"})
  void checksThatTheLaunchMakesNeedless(String device) throws CompileException {
    String text =
        """
        kernel void k(global const int *in, global int *out, int n) {
          int i = get_global_id(0);
          if (i < n) out[i] = in[i] * 3;
        }
        """;
    ShaderSource source =
        new ShaderSource("k.cl", Language.OPENCL_C, text.getBytes(StandardCharsets.UTF_8));
    CompileOptions options =
        new CompileOptions(null, Map.of(), 2, Map.of(), true, List.of(16, 1, 1), List.of());
    var compiled = ShaderCompiler.compile(source, options);
    assertEquals(2, compiled.info().proof().limits().size(), "both accesses are bounded");
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(compiled.elf(), "k");
        Buffer in = gpu.allocate(4 * SIZE);
        Buffer out = gpu.allocate(4 * SIZE)) {
      in.write(input());
      for (int n : new int[] {0, 5, SIZE, SIZE + 1, Integer.MAX_VALUE}) {
        out.write(new int[SIZE]);
        kernel.launch(4).bind(0, in).bind(1, out).push("n", n).submit().await();
        int[] wanted = IntStream.range(0, SIZE).map(i -> i < n ? 3 * at(i) : 0).toArray();
        assertArrayEquals(wanted, out.readInts(), "n = " + n);
      }
    }
  }
}
