package dev.zhulong.tests.opencl;

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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Math functions of OpenCL C as clang writes them: of vectors, with results behind pointers. */
class MathTest {
  private static final int GROUP = 4;

  @BeforeEach
  void requireTools() {
    NativeTools.assumeOpenCl();
  }

  private static float[] run(String device, int level, String body, int results)
      throws CompileException {
    String text =
        "kernel void k(global const float *in, global float *out) {\n"
            + "  int i = get_global_id(0); float x = in[i];\n"
            + body
            + "\n}\n";
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    CompileOptions options =
        new CompileOptions(null, Map.of(), level, Map.of(), true, List.of(GROUP, 1, 1), List.of());
    byte[] elf =
        ShaderCompiler.compile(new ShaderSource("k.cl", Language.OPENCL_C, source), options).elf();
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "k");
        Buffer in = gpu.allocate(4 * GROUP);
        Buffer out = gpu.allocate(4 * GROUP * results)) {
      in.write(0.5f, -1.5f, 4, 1e6f);
      out.write(new int[GROUP * results]);
      kernel.launch(1).bind(0, in).bind(1, out).submit().await();
      return out.readFloats();
    }
  }

  private static void same(double want, float got) {
    assertEquals(want, got, 4 * Math.ulp((float) want));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void functionsOfVectors(int level) throws CompileException {
    float[] out =
        run(
            "sim:",
            level,
            """
            float3 v = (float3)(x, 2 * x, -x);
            float3 e = erf(v), g = tgamma(fabs(v) + 0.25f);
            vstore3(e, 2 * i, out); vstore3(g, 2 * i + 1, out);
            """,
            6);
    same(0.5204998778130465, out[0]);
    same(0.8427007929497149, out[1]);
    same(-0.5204998778130465, out[2]);
    same(1.2254167024651776, out[3]);
    same(0.9064024770554771, out[4]);
    same(1.2254167024651776, out[5]);
    same(-0.9661051464753108, out[6]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:", "rtl:?config=c1w4t4"})
  void secondResults(String device) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    float[] out =
        run(
            device,
            2,
            """
            float c; int q, s; float whole;
            out[8 * i] = sincos(x, &c); out[8 * i + 1] = c;
            out[8 * i + 2] = remquo(x, 0.7f, &q); out[8 * i + 3] = q;
            out[8 * i + 4] = lgamma_r(x, &s); out[8 * i + 5] = s;
            out[8 * i + 6] = fract(x, &whole); out[8 * i + 7] = whole;
            """,
            8);
    float[] arguments = {0.5f, -1.5f, 4, 1e6f};
    double[] gamma = {0.5723649429247001, 0.8600470153764810, 1.791759469228055, 12815504.56914761};
    for (int n = 0; n < GROUP; n++) {
      float x = arguments[n];
      same(Math.sin(x), out[8 * n]);
      same(Math.cos(x), out[8 * n + 1]);
      double rest = Math.IEEEremainder(x, 0.7f);
      assertEquals(rest, out[8 * n + 2]);
      long quotient = Math.round((x - rest) / 0.7f);
      assertEquals(Long.signum(quotient) * (Math.abs(quotient) & 0x7f), out[8 * n + 3]);
      same(gamma[n], out[8 * n + 4]);
      assertEquals(1, out[8 * n + 5]);
      assertEquals(x - (float) Math.floor(x), out[8 * n + 6]);
      assertEquals((float) Math.floor(x), out[8 * n + 7]);
    }
  }

  /** Functions that branch and loop, where lanes go different ways. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void functionsInsideOfControlFlow(int level) throws CompileException {
    float[] out =
        run(
            "sim:",
            level,
            """
            float large = 0, rest = 0;
            for (int n = 1; n <= i; n++) {
              if (n & 1) large = fmax(large, fabs(sin(x * n))); else rest += fmod(x, 0.37f * n);
            }
            out[2 * i] = large; out[2 * i + 1] = rest;
            """,
            2);
    float[] arguments = {0.5f, -1.5f, 4, 1e6f};
    for (int i = 0; i < GROUP; i++) {
      double large = 0;
      float rest = 0;
      for (int n = 1; n <= i; n++) {
        if (n % 2 == 1) {
          large = Math.max(large, Math.abs(Math.sin(arguments[i] * n)));
        } else {
          rest += (float) ((double) arguments[i] % (0.37f * n));
        }
      }
      same(large, out[2 * i]);
      assertEquals(rest, out[2 * i + 1]);
    }
  }
}
