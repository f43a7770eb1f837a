package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.TextWriter;
import dev.zhulong.compiler.testing.Glsl;
import dev.zhulong.compiler.testing.KernelInterpreter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the translation promises beyond right results. */
class TranslationTest {
  private static final String BUFFERS =
      """
      layout(binding = 0) readonly buffer A { float a[]; };
      layout(binding = 1) buffer B { float b[]; };
      """;

  private static String text(String source) {
    return TextWriter.write(Glsl.compile("#version 460\n" + source, 2));
  }

  @Test
  void productsFuseWithSumsUnlessPrecise() {
    String head = "layout(local_size_x = 1) in;\n" + BUFFERS;
    String fused = text(head + "void main() { b[0] = a[0] * a[1] + a[2]; }");
    assertTrue(fused.contains("f_ma") && !fused.contains("f_mul"), fused);
    String viaVariable = text(head + "void main() { float p = a[0] * a[1]; b[0] = a[2] - p; }");
    assertTrue(viaVariable.contains("f_ma") && !viaVariable.contains("f_mul"), viaVariable);
    String precise = text(head + "void main() { precise float r = a[0] * a[1] + a[2]; b[0] = r; }");
    assertFalse(precise.contains("f_ma"), precise);
  }

  @Test
  void specializationConstantsTakeTheirDefaults() {
    String source =
        """
        #version 460
        layout(local_size_x_id = 7, local_size_y = 2) in;
        layout(constant_id = 1) const uint N = 6;
        layout(constant_id = 2) const bool ON = true;
        const uint M = N * 3 + (ON ? 1 : 0);
        layout(binding = 0) buffer O { uint o[]; };
        shared uint s[M];
        void main() { o[0] = M; o[1] = s.length() + gl_WorkGroupSize.y; }
        """;
    Kernel kernel = Glsl.compile(source, 2);
    assertEquals(List.of(1, 2, 1), kernel.group());
    int[] out = new int[2];
    KernelInterpreter.run(kernel, List.of(out), new int[0], 1);
    assertArrayEquals(new int[] {19, 21}, out);
  }

  @Test
  void builtIns() {
    String source =
        """
        #version 460
        layout(local_size_x = 2, local_size_y = 3, local_size_z = 2) in;
        layout(binding = 0) buffer O { uint o[]; };
        void main() {
          uvec3 l = gl_LocalInvocationID;
          uint n = gl_WorkGroupID.x * 12 + gl_LocalInvocationIndex;
          o[n] = l.x + 10 * l.y + 100 * l.z + 1000 * gl_GlobalInvocationID.x
            + 10000 * gl_GlobalInvocationID.y + 100000 * gl_NumWorkGroups.x;
        }
        """;
    for (int level = 0; level <= 2; level++) {
      int[] out = new int[36];
      KernelInterpreter.run(Glsl.compile(source, level), List.of(out), new int[0], 3);
      int[] want =
          IntStream.range(0, 36)
              .map(
                  n -> {
                    int x = n % 12 % 2;
                    int y = n % 12 / 2 % 3;
                    int z = n % 12 / 6;
                    return x + 10 * y + 100 * z + 1000 * (n / 12 * 2 + x) + 10000 * y + 300000;
                  })
              .toArray();
      assertArrayEquals(want, out);
    }
  }

  @Test
  void unusedVariablesLeaveNoTrace() {
    String made =
        text(
            "layout(local_size_x = 8) in;\n"
                + BUFFERS
                + "void main() { uint i = gl_LocalInvocationID.x; float t[4]; t[1] = a[9]; b[i] = 1.0; }");
    assertFalse(made.contains("local_get") || made.contains("[global 4 +36"), made);
  }

  @Test
  void writtenBuffersAreNotReadOnly() {
    String made =
        text(
            "layout(local_size_x = 8) in;\n"
                + BUFFERS
                + "void main() { uint i = gl_LocalInvocationID.x; b[i] = a[i] + b[i + 1]; }");
    assertTrue(made.contains("[global 4 #0 readonly]"), made);
    assertTrue(made.contains("[global 4 +4 #1]"), made);
  }

  @Test
  void barriersKeepLoadsApart() {
    int[] out =
        Glsl.run(
            "shared uint s[64];",
            "s[i] = i; barrier(); uint x = s[63 - i]; barrier(); s[i] = x * 2; barrier();"
                + " out_[i] = s[63 - i] + x;",
            new int[64],
            64);
    assertArrayEquals(IntStream.range(0, 64).map(i -> 2 * i + 63 - i).toArray(), out);
  }

  @Test
  void deviceFencesOnlyWhereBuffersAreMeant() {
    String head = "layout(local_size_x = 8) in;\n" + BUFFERS;
    assertFalse(
        text(head + "void main() { b[0] = 1.0; memoryBarrierShared(); barrier(); b[1] = 2.0; }")
            .contains("memory_fence"));
    assertTrue(
        text(head + "void main() { b[0] = 1.0; memoryBarrierBuffer(); b[1] = 2.0; }")
            .contains("memory_fence"));
  }

  @Test
  void subgroupOperations() {
    String made =
        text(
            """
            #extension GL_KHR_shader_subgroup_ballot : enable
            #extension GL_KHR_shader_subgroup_shuffle : enable
            #extension GL_KHR_shader_subgroup_vote : enable
            layout(local_size_x = 8) in;
            layout(binding = 0) buffer O { uint o[]; };
            void main() {
              uint i = gl_SubgroupInvocationID;
              o[i] = subgroupShuffleXor(i, 1) + subgroupBallot(i > 2).x
                + (subgroupAll(i < 9) ? 1 : 0) + gl_SubgroupSize + gl_SubgroupID;
            }
            """);
    for (String part : List.of("shuffle_xor", "ballot", "vote_all", "lane_id", "lanes")) {
      assertTrue(made.contains(part), part + "\n" + made);
    }
  }
}
