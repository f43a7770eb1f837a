package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subgroup operations, where all lanes take part and where some have gone another way. */
class SubgroupTest {
  private static final int ITEMS = 64;
  private static final int WORDS = 16;

  private static final String SHADER =
      """
      #version 460
      #extension GL_KHR_shader_subgroup_arithmetic : enable
      #extension GL_KHR_shader_subgroup_ballot : enable
      #extension GL_KHR_shader_subgroup_shuffle : enable
      #extension GL_KHR_shader_subgroup_shuffle_relative : enable
      #extension GL_KHR_shader_subgroup_vote : enable
      layout(local_size_x = 64) in;
      layout(binding = 0) buffer Out { uint o[]; };
      void main() {
        uint i = gl_GlobalInvocationID.x;
        uint lane = gl_SubgroupInvocationID;
        uint k = i * 16;
        if (i % 3 != 1) {
          o[k] = subgroupAdd(i);
          o[k + 1] = subgroupInclusiveAdd(i);
          o[k + 2] = subgroupExclusiveMax(i);
          o[k + 3] = uint(subgroupAdd(float(i) * 0.5) * 2.0);
          o[k + 4] = subgroupElect() ? 1 : 0;
          o[k + 5] = subgroupBallot(i > 5).x;
          o[k + 6] = subgroupBroadcastFirst(i);
          o[k + 7] = subgroupAll(i > 3) ? 1 : 0;
          o[k + 8] = subgroupAllEqual(i / 100) ? 1 : 0;
        }
        o[k + 9] = subgroupShuffleUp(i, 1);
        o[k + 10] = subgroupShuffleDown(i, 2);
        o[k + 11] = subgroupShuffleXor(i, 3);
        o[k + 12] = subgroupShuffle(i, (lane + 3) % gl_SubgroupSize);
        o[k + 13] = subgroupBallotExclusiveBitCount(subgroupBallot(true));
        o[k + 14] = gl_SubgroupLtMask.x;
        o[k + 15] = gl_SubgroupSize * 100 + gl_NumSubgroups * 10 + gl_SubgroupID;
      }
      """;

  @ParameterizedTest
  @CsvSource({"0, 8", "1, 8", "2, 4", "2, 8", "2, 16"})
  void agreesWithJava(int level, int lanes) {
    ShaderSource source =
        new ShaderSource("s.comp", Language.GLSL, SHADER.getBytes(StandardCharsets.UTF_8));
    byte[] elf =
        ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), level)).elf();
    try (Gpu gpu = Gpu.open("sim:?warps=16&threads=" + lanes);
        Kernel kernel = gpu.load(elf, "s");
        Buffer out = gpu.allocate(4L * ITEMS * WORDS)) {
      out.write(new int[ITEMS * WORDS]);
      kernel.launch(1, 1, 1).bind(0, out).submit().await();
      int[] words = out.readInts();
      for (int i = 0; i < ITEMS; i++) {
        int[] want = expected(i, lanes);
        for (int n = 0; n < WORDS; n++) {
          assertEquals(want[n], words[i * WORDS + n], "word " + n + " of invocation " + i);
        }
      }
    }
  }

  private static int[] expected(int i, int lanes) {
    int first = i / lanes * lanes;
    int lane = i - first;
    int sum = 0;
    int inclusive = 0;
    int largest = 0;
    int leader = -1;
    int ballot = 0;
    boolean all = true;
    for (int j = first; j < first + lanes; j++) {
      if (j % 3 != 1) {
        sum += j;
        inclusive += j <= i ? j : 0;
        largest = j < i ? Math.max(largest, j) : largest;
        leader = leader < 0 ? j : leader;
        ballot |= j > 5 ? 1 << j - first : 0;
        all &= j > 3;
      }
    }
    int[] want = {
      sum,
      inclusive,
      largest,
      sum,
      i == leader ? 1 : 0,
      ballot,
      leader,
      all ? 1 : 0,
      1,
      lane < 1 ? i : i - 1,
      lane + 2 >= lanes ? i : i + 2,
      first + (lane ^ 3),
      first + (lane + 3) % lanes,
      lane,
      (1 << lane) - 1,
      lanes * 100 + ITEMS / lanes * 10 + i / lanes
    };
    if (i % 3 == 1) {
      java.util.Arrays.fill(want, 0, 9, 0);
    }
    return want;
  }
}
