package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Atomics of floats, where lanes, warps and cores meet at one address. */
class AtomicFloatTest {
  /** Groups of 16 fit the four warps of four lanes of the smallest core. */
  private static final int GROUP = 16;

  private static final int ITEMS = 256;

  /** The sums stay whole numbers below 2^24, so that their order does not matter. */
  private static final String SHADER =
      """
      #version 460
      #extension GL_EXT_shader_atomic_float : enable
      #extension GL_EXT_shader_atomic_float2 : enable
      layout(local_size_x = 16) in;
      layout(binding = 0) buffer Out { float total, group, least, most; float seen[]; };
      shared float s;
      void main() {
        uint i = gl_GlobalInvocationID.x;
        if (gl_LocalInvocationIndex == 0) s = 0.0;
        barrier();
        seen[i] = atomicAdd(total, 1.0);
        if (i % 3 != 1) atomicAdd(s, float(i));
        atomicMin(least, float(i) - 7.5);
        atomicMax(most, float(i) - 7.5);
        barrier();
        if (gl_LocalInvocationIndex == 0) atomicAdd(group, s);
      }
      """;

  private static byte[] compile(String text, int level) {
    ShaderSource source =
        new ShaderSource("a.comp", Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
    return ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), level)).elf();
  }

  @ParameterizedTest
  @CsvSource({"0, sim:", "2, sim:", "2, sim:?cores=2&warps=8&threads=8", "2, rtl:?config=c1w4t4"})
  void noAdditionIsLost(int level, String device) {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(compile(SHADER, level), "a");
        Buffer out = gpu.allocate(4L * (ITEMS + 4))) {
      out.write(new float[ITEMS + 4]);
      kernel.launch(ITEMS / GROUP, 1, 1).bind(0, out).submit().await();
      float[] got = out.readFloats();
      int sum = 0;
      for (int i = 0; i < ITEMS; i++) {
        sum += i % 3 != 1 ? i : 0;
      }
      assertEquals(ITEMS, got[0], "total");
      assertEquals(sum, got[1], "sum by groups");
      assertEquals(-7.5f, got[2], "least");
      assertEquals(ITEMS - 8.5f, got[3], "most");
      float[] seen = Arrays.copyOfRange(got, 4, got.length);
      Arrays.sort(seen);
      for (int i = 0; i < ITEMS; i++) {
        assertEquals(i, seen[i], "each addition sees another sum");
      }
    }
  }

  @Test
  void wideAtomicsAreRefusedWithTheReason() {
    String shader =
        """
        #version 460
        #extension GL_EXT_shader_atomic_int64 : enable
        #extension GL_EXT_shader_explicit_arithmetic_types_int64 : enable
        layout(local_size_x = 1) in;
        layout(binding = 0) buffer Out { uint64_t o; };
        void main() { atomicAdd(o, 1ul); }
        """;
    var e = assertThrows(CompileException.class, () -> compile(shader, 2));
    assertTrue(e.getMessage().contains("the machine has no 64-bit atomics"), e.getMessage());
  }
}
