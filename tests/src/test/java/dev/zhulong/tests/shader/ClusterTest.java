package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.tests.NativeTools;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subgroup operations within quads and clusters, also where some lanes have gone another way. */
class ClusterTest {
  private static final int ITEMS = 64;
  private static final int WORDS = 9;

  private static final String SHADER =
      """
      #version 460
      #extension GL_KHR_shader_subgroup_clustered : enable
      #extension GL_KHR_shader_subgroup_quad : enable
      layout(local_size_x = 16) in;
      layout(binding = 0) buffer Out { uint o[]; };
      void main() {
        uint i = gl_GlobalInvocationID.x;
        uint k = i * 9;
        o[k] = subgroupQuadSwapHorizontal(i);
        o[k + 1] = subgroupQuadSwapVertical(i);
        o[k + 2] = subgroupQuadSwapDiagonal(i);
        o[k + 3] = subgroupQuadBroadcast(i, 2);
        o[k + 4] = uint(subgroupQuadBroadcast(vec2(i, i * 0.5), 3).y * 2.0);
        if (i % 3 != 1) {
          o[k + 5] = subgroupClusteredAdd(i, 2);
          o[k + 6] = subgroupClusteredMax(i, 4);
          o[k + 7] = uint(subgroupClusteredAdd(float(i) * 0.5, 4) * 2.0);
          o[k + 8] = subgroupClusteredXor(i, 1);
        }
      }
      """;

  @ParameterizedTest
  @CsvSource({
    "0, sim:?warps=16&threads=8",
    "2, sim:?warps=16&threads=4",
    "2, sim:?warps=16&threads=8",
    "2, sim:?warps=16&threads=16",
    "2, rtl:?config=c1w4t4"
  })
  void agreesWithJava(int level, String device) {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    ShaderSource source =
        new ShaderSource("s.comp", Language.GLSL, SHADER.getBytes(StandardCharsets.UTF_8));
    byte[] elf = ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), level)).elf();
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "s");
        Buffer out = gpu.allocate(4L * ITEMS * WORDS)) {
      out.write(new int[ITEMS * WORDS]);
      kernel.launch(ITEMS / 16, 1, 1).bind(0, out).submit().await();
      int[] words = out.readInts();
      for (int i = 0; i < ITEMS; i++) {
        int[] want = expected(i);
        for (int n = 0; n < WORDS; n++) {
          assertEquals(want[n], words[i * WORDS + n], "word " + n + " of invocation " + i);
        }
      }
    }
  }

  private static int[] expected(int i) {
    int quad = i & ~3;
    boolean takesPart = i % 3 != 1;
    return new int[] {
      i ^ 1,
      i ^ 2,
      i ^ 3,
      quad + 2,
      quad + 3,
      takesPart ? active(i & ~1, 2).sum() : 0,
      takesPart ? active(quad, 4).max().orElseThrow() : 0,
      takesPart ? active(quad, 4).sum() : 0,
      takesPart ? i : 0
    };
  }

  private static IntStream active(int first, int count) {
    return IntStream.range(first, first + count).filter(j -> j % 3 != 1);
  }
}
