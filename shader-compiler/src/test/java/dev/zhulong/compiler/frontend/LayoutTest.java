package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.testing.Glsl;
import dev.zhulong.compiler.testing.KernelInterpreter;
import dev.zhulong.firmware.link.KernelInfo.Binding;
import dev.zhulong.firmware.link.KernelInfo.PushConstant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Buffer layouts: which word each member is, with values that tell the words apart. */
class LayoutTest {
  private static final String HEAD = "#version 460\nlayout(local_size_x = 1) in;\n";

  /** Words 0, 1, 2 … as float bits of their index. */
  private static int[] numbered(int count) {
    return IntStream.range(0, count).map(n -> Float.floatToRawIntBits(n)).toArray();
  }

  private static int[] run(String source, int level, int[] input, int[] push, int outputs) {
    Kernel kernel = Glsl.compile(HEAD + source, level);
    int[] out = new int[outputs];
    KernelInterpreter.run(kernel, List.of(input, out), push, 1);
    return IntStream.of(out).map(w -> (int) Float.intBitsToFloat(w)).toArray();
  }

  private static void check(String block, String store, int... expected) {
    String source =
        block + "\nlayout(std430, binding = 1) buffer Out { float o[]; };\nvoid main() { "
            + store + " }";
    for (int level = 0; level <= 2; level++) {
      assertArrayEquals(expected, run(source, level, numbered(256), new int[0], expected.length));
    }
  }

  @Test
  void std430() {
    check(
        "struct P { vec3 p; float m; vec2 q; }; layout(std430, binding = 0) readonly buffer In"
            + " { float a; vec3 v; vec2 t[3]; P ps[2]; mat3 m; float rest[]; };",
        "o[0]=a; o[1]=v.y; o[2]=t[2].x; o[3]=ps[1].p.z; o[4]=ps[1].m; o[5]=ps[0].q.y; o[6]=m[2][1];"
            + " o[7]=rest[3]; o[8]=float(rest.length());",
        // a 0, v 4..6, t 8..13, ps 16 stride 8, m 32 stride 4, rest 44
        0, 5, 12, 26, 27, 21, 41, 47, 212);
  }

  @Test
  void std140() {
    check(
        "layout(std140, binding = 0) uniform In { float a; float f[3]; mat2 m; vec2 v; float z; };",
        "o[0]=a; o[1]=f[1]; o[2]=f[2]; o[3]=m[1].y; o[4]=v.y; o[5]=z;",
        0, 8, 12, 21, 25, 26);
  }

  @Test
  void rowMajor() {
    check(
        "layout(std430, row_major, binding = 0) readonly buffer In { mat4x3 m; mat2 n[2]; };",
        "o[0]=m[3][1]; o[1]=m[1].z; vec3 c = m[2]; o[2]=c.x; o[3]=c.y; o[4]=n[1][1][0];"
            + " mat2 k = n[0]; o[5] = k[0][1]; int d = int(m[1][0]); o[6] = m[d][d]; o[7]=m[d].z;",
        // m: 3 rows of 4; n at 12: rows of 2
        7, 9, 2, 6, 17, 14, 5, 9);
  }

  @Test
  void dynamicIndices() {
    check(
        "struct S { vec4 a[2]; float b; }; layout(std430, binding = 0) readonly buffer In"
            + " { S s[4]; };",
        "uint k = uint(s[0].a[0].z); o[0]=s[k].a[k-1][k]; o[1]=s[k+1].b; uvec3 x=gl_GlobalInvocationID;"
            + " o[2]=s[x.y+3].a[1].y; S w = s[k-1]; o[3]=w.b; o[4] = w.a[1].w;",
        30, 44, 41, 20, 19);
  }

  @Test
  void writesThroughLayouts() {
    check(
        "layout(std430, binding = 0) readonly buffer In { float x[]; };",
        "mat2 m = mat2(x[1], x[2], x[3], x[4]); o[0] = m[0][1]; o[1] = m[1][0]; o[2] = 7.0;"
            + " o[x.length() > 3 ? 3 : 2] = 9.0;",
        2, 3, 7, 9);
  }

  @Test
  void pushConstants() {
    String source =
        """
        layout(binding = 0) readonly buffer In { float x[]; };
        layout(binding = 1) buffer Out { float o[]; };
        struct L { vec2 at; float w; };
        layout(push_constant) uniform P { int n; L ls[2]; mat2 m; uint u; };
        void main() { o[0] = float(n); o[1] = ls[1].w; o[2] = m[1][0]; o[3] = float(u); o[4]=ls[n].at.y; }
        """;
    Kernel kernel = Glsl.compile(HEAD + source, 2);
    int[] push = numbered(16);
    push[0] = 1;
    push[14] = 99;
    int[] out = new int[5];
    KernelInterpreter.run(kernel, List.of(out), push, 1);
    // n is word 0; ls starts at 2, stride 4; m at 10; u at 14.
    assertArrayEquals(numberedOf(1, 8, 12, 99, 7), out);
  }

  private static int[] numberedOf(float... values) {
    int[] bits = new int[values.length];
    for (int n = 0; n < bits.length; n++) {
      bits[n] = Float.floatToRawIntBits(values[n]);
    }
    return bits;
  }

  @Test
  void kernelInfo() {
    Kernel kernel =
        Glsl.compile(
            """
            #version 460
            layout(local_size_x = 8, local_size_y = 2) in;
            layout(set = 1, binding = 3) buffer Second { uint s[]; } second;
            layout(set = 0, binding = 7) readonly buffer First { int count; vec4 rows[]; };
            layout(binding = 9) buffer Unused { float f; };
            layout(push_constant) uniform P { float scale; uvec2 size; } p;
            shared float tile[16];
            void main() {
              uint i = gl_LocalInvocationIndex;
              tile[i] = rows[i].x * p.scale; barrier();
              second.s[i] = uint(tile[15 - i]) + p.size.y + uint(count);
            }
            """,
            2);
    assertEquals(List.of(8, 2, 1), kernel.group());
    assertEquals(64, kernel.localBytes());
    assertEquals(false, kernel.independent());
    assertEquals(
        List.of(
            new Binding(0, 7, "First", 0, 16, 16, "mixed", true, false),
            new Binding(1, 3, "second", 8, 0, 4, "u32", false, true)),
        kernel.bindings());
    assertEquals(
        List.of(
            new PushConstant("scale", "f32", 0, 16),
            new PushConstant("size[0]", "u32", 8, 24),
            new PushConstant("size[1]", "u32", 12, 28)),
        kernel.pushConstants());
    assertEquals(32, kernel.argumentBytes());
  }
}
