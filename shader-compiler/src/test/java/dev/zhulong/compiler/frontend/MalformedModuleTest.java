package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.shaderc.ShadercCompiler;
import dev.zhulong.compiler.frontend.spirv.SpirvFrontEnd;
import dev.zhulong.compiler.ir.Rejection;
import dev.zhulong.compiler.testing.SpirvText;
import dev.zhulong.compiler.transform.Pipeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged modules are refused by a rejection, whatever the damage. */
class MalformedModuleTest {
  private static final String SHADER =
      """
      #version 460
      layout(local_size_x = 4) in;
      struct S { vec3 v; mat2 m; uint n; };
      layout(std430, binding = 0) buffer B { S s[4]; float r[]; } b;
      layout(push_constant) uniform P { uint n; vec2 q[2]; };
      shared uint t[8];
      float f(inout vec4 a, uint k) {
        for (uint i = 0; i < k; ++i) { if (a.x > 3.0) return a.y; if (i == 2u) continue; a += sin(a); }
        switch (k) { case 1: a.x = 2.0; case 2: a.y++; break; default: return 1.0; }
        return a[k & 3];
      }
      void main() {
        uint i = gl_GlobalInvocationID.x;
        vec4 a = vec4(b.s[i].v, q[1].y);
        t[i & 7] = i; barrier();
        b.r[i] = f(a, n + t[1]) + determinant(b.s[i].m) + float(b.r.length());
        b.s[i].m = inverse(b.s[1].m); atomicAdd(b.s[i].n, 3u);
      }
      """;

  private static final String WIDTHS =
      """
      #version 460
      #extension GL_EXT_shader_explicit_arithmetic_types : require
      #extension GL_EXT_buffer_reference2 : require
      #extension GL_EXT_scalar_block_layout : require
      #extension GL_EXT_integer_dot_product : require
      #extension GL_KHR_shader_subgroup_clustered : require
      #extension GL_EXT_shader_subgroup_extended_types_int64 : require
      layout(local_size_x = 4) in;
      layout(buffer_reference) buffer Node;
      layout(buffer_reference, scalar) buffer Node { Node next[2]; f16mat2 m; int8_t k[]; };
      layout(binding = 0, scalar) buffer B { int64_t q; uint8_t a[8]; i16vec3 v; Node n; };
      layout(constant_id = 3) const uint64_t LONG = 5ul;
      shared f16vec3 t[8];
      Node after(Node x, uint i) { return x.next[i & 1]; }
      void main() {
        uint i = gl_LocalInvocationIndex;
        t[i] = f16vec3(v) * 0.5hf + f16vec3(q);
        barrier();
        Node x = after(n, i);
        if (uint64_t(x) > 7ul) q = q / int64_t(a[i]);
        q += int64_t(LONG);
        i16vec3 w[12];
        w[i] = v;
        x.k[i] = int8_t(dotEXT(u8vec4(a[i]), u8vec4(3)) >> a[1]);
        x.m = inverse(x.m) * float16_t(w[a[2] % 12].y);
        q = subgroupClusteredAdd(q, 4) + int64_t(t[7 - i].z) + (q < 9l ? 1l : int64_t(packFloat2x16(t[i].xy)));
      }
      """;

  private static byte[] module() {
    return module(SHADER);
  }

  private static byte[] module(String text) {
    return ShadercCompiler.compile(
        ShadercCompiler.Input.GLSL,
        "t.comp",
        text.getBytes(StandardCharsets.UTF_8),
        null,
        Map.of(),
        null);
  }

  private static void mayBeRefused(byte[] bytes) {
    try {
      Pipeline.run(SpirvFrontEnd.translate("t.spv", bytes, null), 2, (_, _) -> {});
    } catch (Rejection expected) {
      assertTrue(!expected.getMessage().isBlank());
    }
  }

  @Test
  void notSpirvAtAll() {
    for (byte[] bytes :
        new byte[][] {
          {},
          new byte[19],
          new byte[20],
          "shader text, long".getBytes(StandardCharsets.UTF_8),
          new byte[1 << 16]
        }) {
      assertThrows(Rejection.class, () -> SpirvFrontEnd.translate("t.spv", bytes, null));
    }
  }

  @Test
  void truncated() {
    byte[] whole = module();
    for (int length = 20; length < whole.length; length += 4) {
      byte[] part = Arrays.copyOf(whole, length);
      assertTimeoutPreemptively(Duration.ofSeconds(5), () -> mayBeRefused(part));
    }
  }

  @Test
  void damagedWords() {
    damage(SHADER, 4000);
    damage(WIDTHS, 2000);
  }

  private static void damage(String text, int attempts) {
    long seed = 20260101;
    Random random = new Random(seed);
    byte[] whole = module(text);
    for (int n = 0; n < attempts; n++) {
      byte[] damaged = whole.clone();
      ByteBuffer words = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
      int changes = 1 + random.nextInt(3);
      for (int c = 0; c < changes; c++) {
        int at = 4 * (5 + random.nextInt(whole.length / 4 - 5));
        int word = words.getInt(at);
        words.putInt(
            at,
            switch (random.nextInt(5)) {
              case 0 -> random.nextInt();
              case 1 -> random.nextInt(200);
              case 2 -> word ^ 1 << random.nextInt(32);
              case 3 -> word + random.nextInt(5) - 2;
              default -> words.getInt(4 * (5 + random.nextInt(whole.length / 4 - 5)));
            });
      }
      int attempt = n;
      assertTimeoutPreemptively(
          Duration.ofSeconds(5),
          () -> {
            try {
              mayBeRefused(damaged);
            } catch (RuntimeException | StackOverflowError e) {
              throw new AssertionError("seed " + seed + ", attempt " + attempt, e);
            }
          });
    }
  }

  @Test
  void pushConstantsHoldNoPointersToLocals() {
    String text =
        """
        OpCapability Shader
        OpMemoryModel Logical GLSL450
        OpEntryPoint GLCompute %main "main"
        OpExecutionMode %main LocalSize 1 1 1
        OpDecorate %block Block
        OpMemberDecorate %block 0 Offset 0
        %void = OpTypeVoid
        %fn = OpTypeFunction %void
        %uint = OpTypeInt 32 0
        %local = OpTypePointer Function %uint
        %block = OpTypeStruct %local
        %pblock = OpTypePointer PushConstant %block
        %plocal = OpTypePointer PushConstant %local
        %zero = OpConstant %uint 0
        %push = OpVariable %pblock PushConstant
        %main = OpFunction %void None %fn
        %entry = OpLabel
        %p = OpAccessChain %plocal %push %zero
        OpReturn
        OpFunctionEnd
        """;
    Rejection e = assertThrows(Rejection.class, () -> SpirvText.compile(text, 2));
    assertTrue(e.getMessage().contains("cannot be a value"), e.getMessage());
  }
}
