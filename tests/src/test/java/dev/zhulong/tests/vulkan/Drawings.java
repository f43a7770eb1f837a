package dev.zhulong.tests.vulkan;

import dev.zhulong.graphics.BlendFactor;
import dev.zhulong.graphics.BlendOp;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.CullMode;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.LogicOp;
import dev.zhulong.graphics.PolygonMode;
import dev.zhulong.graphics.StencilFace;
import dev.zhulong.graphics.StencilOp;
import dev.zhulong.graphics.Topology;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Sampler.Address;
import dev.zhulong.hal.Sampler.Compare;
import dev.zhulong.hal.Sampler.Filter;
import dev.zhulong.tests.vulkan.Drawing.Vertices;
import dev.zhulong.tests.vulkan.Drawing.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The drawings that are compared: each kind of state at least once. */
final class Drawings {
  private static final String HEAD = "#version 450\n";
  private static final String IN = HEAD + "layout(location = 0) in vec4 v;\n";
  private static final String OUT = "layout(location = 0) out vec4 c;\n";

  /** Steps of eight bits by which a level of detail from an approximate logarithm may be off. */
  private static final int LOGARITHM = 20;

  /** Points whose centre is outside of the view may be left out or not. */
  private static final String INSIDE =
      Drawing.VERTEX.replace("= position", "= position * vec4(0.8, 0.8, 1.0, 1.0)");

  private final List<Drawing> all = new ArrayList<>();

  private Drawings() {}

  static List<Drawing> all() {
    Drawings d = new Drawings();
    d.primitives();
    d.fragments();
    d.blending();
    d.depth();
    d.formats();
    d.textures();
    d.interpolation();
    d.clipping();
    return d.all;
  }

  private Drawing add(String name) {
    Drawing made = Drawing.of(name);
    all.add(made);
    return made;
  }

  /** Corners with w between two limits, so many thirds of a triangle. */
  private static float[] random(int seed, int vertices, float leastW, float mostW) {
    Random random = new Random(seed);
    float[] made = new float[8 * vertices];
    for (int v = 0; v < vertices; v++) {
      float w = leastW + random.nextFloat() * (mostW - leastW);
      made[8 * v] = (2.4f * random.nextFloat() - 1.2f) * w;
      made[8 * v + 1] = (2.4f * random.nextFloat() - 1.2f) * w;
      made[8 * v + 2] = random.nextFloat() * w;
      made[8 * v + 3] = w;
      for (int n = 4; n < 8; n++) {
        made[8 * v + n] = random.nextFloat();
      }
    }
    return made;
  }

  private static float[] triangles(int seed, int number) {
    return random(seed, 3 * number, 1, 1);
  }

  /** Two triangles over the viewport; colours are places: 0 to 1 right and down, and depth. */
  private static float[] square(float z) {
    float[] made = new float[48];
    float[][] corners = {{-1, -1}, {1, -1}, {1, 1}, {-1, -1}, {1, 1}, {-1, 1}};
    for (int v = 0; v < 6; v++) {
      made[8 * v] = corners[v][0];
      made[8 * v + 1] = corners[v][1];
      made[8 * v + 2] = z;
      made[8 * v + 3] = 1;
      made[8 * v + 4] = corners[v][0] * 0.5f + 0.5f;
      made[8 * v + 5] = corners[v][1] * 0.5f + 0.5f;
      made[8 * v + 6] = z;
      made[8 * v + 7] = 1;
    }
    return made;
  }

  /** A floor that leads away: w from 1 to 8. */
  private static float[] floor() {
    float[] made = square(0.5f);
    for (int v = 0; v < 6; v++) {
      boolean far = made[8 * v + 5] == 0;
      float w = far ? 8 : 1;
      made[8 * v] *= 2.2f;
      made[8 * v + 1] = far ? -0.6f * w : 1.1f;
      made[8 * v + 2] = 0.5f * w;
      made[8 * v + 3] = w;
      made[8 * v + 6] = 0.5f;
    }
    return made;
  }

  private void primitives() {
    add("triangles").mesh(Topology.TRIANGLE_LIST, triangles(1, 12));
    add("triangle strip").mesh(Topology.TRIANGLE_STRIP, random(2, 12, 1, 1));
    add("triangle fan").mesh(Topology.TRIANGLE_FAN, random(3, 10, 1, 1));
    add("triangles in perspective").mesh(Topology.TRIANGLE_LIST, random(4, 24, 0.4f, 3));
    add("points").mesh(Topology.POINT_LIST, random(5, 60, 1, 1));
    add("points of sizes")
        .shaders(INSIDE.replace("= 1.0", "= 1.0 + floor(color.a * 9.0)"), null)
        .mesh(Topology.POINT_LIST, random(6, 20, 1, 1));
    add("coordinates of points")
        .shaders(
            INSIDE.replace("= 1.0", "= 15.0"),
            IN + OUT + "void main() { c = vec4(gl_PointCoord, v.xy); }")
        .mesh(Topology.POINT_LIST, random(7, 8, 1, 1));
    float[] grid = new float[16 * 12];
    for (int n = 0; n < 12; n++) {
      float at = (4 * n + 6.5f) / 32 - 1;
      float[] line =
          n % 2 == 0
              ? new float[] {-0.81f, at, 0.5f, 1, 1, 0, 0, 1, 0.73f, at, 0.5f, 1, 0, 1, 0, 1}
              : new float[] {at, 0.77f, 0.5f, 1, 0, 0, 1, 1, at, -0.69f, 0.5f, 1, 1, 1, 0, 0};
      System.arraycopy(line, 0, grid, 16 * n, 16);
    }
    add("lines").mesh(Topology.LINE_LIST, grid);
    add("lines of three pixels").mesh(Topology.LINE_LIST, grid).lineWidth(3);
    float[] stair = new float[8 * 9];
    for (int n = 0; n < 9; n++) {
      float[] corner = {
        ((n + 1) / 2 * 10 + 7.5f) / 32 - 1, (n / 2 * 12 + 5.5f) / 32 - 1, 0.5f, 1, n / 8f, 1, 0, 1
      };
      System.arraycopy(corner, 0, stair, 8 * n, 8);
    }
    add("line strip").mesh(Topology.LINE_STRIP, stair);
    add("line strip with restarts")
        .mesh(Topology.LINE_STRIP, stair)
        .indices(true, true, 0, 1, 2, 0xffff, 3, 4, 5, 6, 0xffff, 7, 8);
    add("short indices")
        .mesh(Topology.TRIANGLE_LIST, random(8, 12, 1, 1))
        .indices(false, true, 0, 3, 6, 1, 4, 7, 2, 5, 8, 11, 10, 9, 0, 11, 5);
    add("strip with restarts")
        .mesh(Topology.TRIANGLE_STRIP, random(9, 14, 1, 1))
        .indices(true, true, 0, 1, 2, 3, 4, 0xffff, 5, 6, 7, 0xffff, 8, 9, 10, 11, 12, 13);
    add("fan with restarts of words")
        .mesh(Topology.TRIANGLE_FAN, random(10, 14, 1, 1))
        .indices(true, false, 0, 1, 2, 3, -1, 4, 5, 6, 7, 8, -1, 9, 10, 11);
    add("first index and base vertex")
        .mesh(Topology.TRIANGLE_LIST, random(11, 16, 1, 1))
        .indices(false, false, 9, 9, 9, 0, 1, 2, 3, 4, 5, 2, 6, 0)
        .from(3, 5)
        .count(9);
    add("first vertex").mesh(Topology.TRIANGLE_LIST, triangles(12, 6)).from(6, 0).count(9);
    String placed =
        HEAD
            + "layout(location = 0) in vec4 position;\nlayout(location = 1) in vec4 color;\n"
            + "layout(location = 2) in vec4 move;\nlayout(location = 0) out vec4 v;\n"
            + "void main() { gl_Position = position * vec4(0.3, 0.3, 1, 1) + move;"
            + " v = color * (0.4 + 0.1 * float(gl_InstanceIndex)); }";
    float[] moves = new float[4 * 8];
    for (int n = 0; n < 8; n++) {
      moves[4 * n] = -0.7f + 0.45f * (n % 4);
      moves[4 * n + 1] = n < 4 ? -0.4f : 0.4f;
    }
    add("instances with data of their own")
        .shaders(placed, null)
        .mesh(Topology.TRIANGLE_LIST, triangles(13, 2))
        .data(new Vertices(moves, true, 2, 4), 6)
        .instances(4, 2);
    add("number of the vertex")
        .shaders(
            HEAD
                + "layout(location = 0) out vec4 v; void main() { int n = gl_VertexIndex;"
                + " gl_Position = vec4(n % 2 * 1.6 - 0.8, n / 2 * 1.2 - 0.6, 0.5, 1.0);"
                + " v = vec4(n & 1, n >> 1, 0.25, 1.0); }",
            null)
        .data(new Vertices(new float[8], false, 0, 4), 4);
    all.getLast().vertices.clear();
    all.getLast().topology = Topology.TRIANGLE_STRIP;
    add("back faces left out")
        .mesh(Topology.TRIANGLE_LIST, triangles(14, 10))
        .cull(CullMode.BACK, false);
    add("front faces left out, clockwise ones")
        .mesh(Topology.TRIANGLE_LIST, triangles(14, 10))
        .cull(CullMode.FRONT, true);
    add("culled strip")
        .mesh(Topology.TRIANGLE_STRIP, random(15, 12, 1, 1))
        .cull(CullMode.BACK, true);
    add("polygons as lines")
        .mesh(
            Topology.TRIANGLE_STRIP,
            -0.78125f,
            -0.78125f,
            0.5f,
            1,
            1,
            0,
            0,
            1,
            0.671875f,
            -0.79f,
            0.5f,
            1,
            0,
            1,
            0,
            1,
            -0.775f,
            0.48f,
            0.5f,
            1,
            0,
            0,
            1,
            1)
        .polygon(PolygonMode.LINE);
    add("polygons as points")
        .mesh(Topology.TRIANGLE_LIST, triangles(16, 8))
        .polygon(PolygonMode.POINT);
  }

  private void fragments() {
    add("which side")
        .shaders(
            null, IN + OUT + "void main() { c = gl_FrontFacing ? v : vec4(1.0 - v.rgb, v.a); }")
        .mesh(Topology.TRIANGLE_LIST, triangles(20, 8));
    add("place of the pixel")
        .shaders(
            null,
            IN
                + OUT
                + "void main() { c = vec4(gl_FragCoord.xy / 64.0, gl_FragCoord.z, 0.5 * gl_FragCoord.w); }")
        .mesh(Topology.TRIANGLE_LIST, random(21, 12, 0.5f, 2));
    add("discard")
        .shaders(
            null,
            IN
                + OUT
                + "void main() { ivec2 p = ivec2(gl_FragCoord.xy) / 3;"
                + " if (((p.x + p.y) & 1) == 0) discard; c = v; }")
        .mesh(Topology.TRIANGLE_LIST, triangles(22, 8));
    add("derivatives")
        .shaders(
            null,
            IN
                + OUT
                + "void main() { vec2 q = v.xy * v.xy * 8.0;"
                + " c = vec4(abs(dFdx(q.x)), abs(dFdy(q.y)), fwidth(v.x + v.y) * 4.0, 1.0); }")
        .mesh(Topology.TRIANGLE_LIST, square(0.5f));
    add("loops and branches")
        .shaders(
            null,
            IN
                + OUT
                + "void main() { vec2 z = vec2(0.0); int n = 0;"
                + " vec2 k = v.xy * 2.5 - vec2(1.8, 1.25); for (; n < 24; n++) {"
                + " z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + k;"
                + " if (dot(z, z) > 4.0) break; } c = vec4(vec3(float(n) / 24.0), 1.0); }")
        .mesh(Topology.TRIANGLE_LIST, square(0.5f));
    add("functions")
        .shaders(
            null,
            IN
                + OUT
                + "void main() { c = vec4(sin(v.x * 6.0) * 0.5 + 0.5, pow(v.y, 2.2),"
                + " fract(exp2(v.x * 2.0 + v.y)) * 0.5, 1.0 / sqrt(1.0 + 4.0 * v.x)); }")
        .mesh(Topology.TRIANGLE_LIST, square(0.5f));
    add("uniform block")
        .shaders(
            null,
            IN
                + OUT
                + "layout(std140, binding = 0) uniform B { mat4 m; vec4 k[2]; } b;\n"
                + "void main() { c = b.m * v * 0.25 + b.k[int(gl_FragCoord.x) & 1]; }")
        .uniforms(
            1, 0, 0, 0, 0.5f, 1, 0, 0, 0, 0.5f, 1, 0, 0, 0, 0, 1, 0.1f, 0, 0, 0.2f, 0, 0.1f, 0.3f,
            0)
        .mesh(Topology.TRIANGLE_LIST, square(0.5f));
    add("scissor").mesh(Topology.TRIANGLE_LIST, triangles(23, 8)).scissor(7, 13, 30, 41);
    add("viewport")
        .mesh(Topology.TRIANGLE_LIST, triangles(24, 8))
        .viewport(10.5f, 5.25f, 41, 50, 0.25f, 0.75f);
    add("viewport upside down")
        .mesh(Topology.TRIANGLE_LIST, triangles(24, 8))
        .viewport(0, 64, 64, -64, 0, 1);
  }

  private static BlendState blend(BlendFactor source, BlendFactor destination, BlendOp op) {
    return new BlendState(source, destination, op, source, destination, op);
  }

  private void blending() {
    float[] mesh = triangles(30, 8);
    Object[][] states = {
      {"add", BlendState.ADD},
      {"over", BlendState.OVER},
      {"subtract", blend(BlendFactor.ONE, BlendFactor.ONE, BlendOp.SUBTRACT)},
      {"reverse subtract", blend(BlendFactor.ONE, BlendFactor.ONE, BlendOp.REVERSE_SUBTRACT)},
      {"least", blend(BlendFactor.ONE, BlendFactor.ONE, BlendOp.MIN)},
      {"greatest", blend(BlendFactor.ONE, BlendFactor.ONE, BlendOp.MAX)},
      {"multiply", blend(BlendFactor.DST_COLOR, BlendFactor.ZERO, BlendOp.ADD)},
      {"screen", blend(BlendFactor.ONE_MINUS_DST_COLOR, BlendFactor.ONE, BlendOp.ADD)},
      {"own colour", blend(BlendFactor.SRC_COLOR, BlendFactor.ONE_MINUS_SRC_COLOR, BlendOp.ADD)},
      {"stored alpha", blend(BlendFactor.DST_ALPHA, BlendFactor.ONE_MINUS_DST_ALPHA, BlendOp.ADD)},
      {
        "constant",
        blend(BlendFactor.CONSTANT_COLOR, BlendFactor.ONE_MINUS_CONSTANT_ALPHA, BlendOp.ADD)
      },
      {"saturate", blend(BlendFactor.SRC_ALPHA_SATURATE, BlendFactor.ONE, BlendOp.ADD)}
    };
    for (Object[] state : states) {
      add("blend: " + state[0])
          .mesh(Topology.TRIANGLE_LIST, mesh)
          .blend((BlendState) state[1])
          .constant(0.7f, 0.2f, 0.9f, 0.4f)
          .steps(2);
    }
    add("blend: two sources")
        .shaders(
            null,
            IN
                + "layout(location = 0, index = 0) out vec4 c;\n"
                + "layout(location = 0, index = 1) out vec4 e;\n"
                + "void main() { c = v; e = v.wzyx; }")
        .mesh(Topology.TRIANGLE_LIST, mesh)
        .blend(blend(BlendFactor.SRC1_COLOR, BlendFactor.ONE_MINUS_SRC1_ALPHA, BlendOp.ADD))
        .steps(3);
    add("blend in floats")
        .mesh(Topology.TRIANGLE_LIST, mesh)
        .targets("R16G16B16A16_SFLOAT")
        .blend(BlendState.OVER);
    add("blend in sRGB")
        .mesh(Topology.TRIANGLE_LIST, mesh)
        .targets("R8G8B8A8_SRGB")
        .blend(BlendState.OVER);
    add("write mask").mesh(Topology.TRIANGLE_LIST, mesh).mask(0b1010);
    for (LogicOp op :
        List.of(
            LogicOp.XOR,
            LogicOp.NOR,
            LogicOp.AND_REVERSE,
            LogicOp.EQUIVALENT,
            LogicOp.INVERT,
            LogicOp.OR_INVERTED)) {
      add("logic: " + op.name().toLowerCase(Locale.ROOT))
          .shaders(null, HEAD + OUT + "void main() { c = vec4(170, 204, 240, 15) / 255.0; }")
          .mesh(Topology.TRIANGLE_LIST, mesh)
          .logic(op);
    }
  }

  private static DepthState depth(DepthFormat format, CompareOp compare, boolean write) {
    StencilFace keep = StencilFace.KEEP;
    return new DepthState(
        format, true, write, compare, false, 0, 0, 0, false, 0, 1, false, keep, keep);
  }

  private void depth() {
    float[] mesh = triangles(40, 14);
    add("depth: less")
        .mesh(Topology.TRIANGLE_LIST, mesh)
        .depth(depth(DepthFormat.D32_SFLOAT, CompareOp.LESS, true), 1, 0);
    add("depth: greater, 16 bits")
        .mesh(Topology.TRIANGLE_LIST, mesh)
        .depth(depth(DepthFormat.D16_UNORM, CompareOp.GREATER, true), 0.3f, 0);
    add("depth: not greater, perspective")
        .mesh(Topology.TRIANGLE_LIST, random(41, 30, 0.5f, 3))
        .depth(depth(DepthFormat.D32_SFLOAT, CompareOp.LESS_OR_EQUAL, true), 0.8f, 0);
    add("depth: not written")
        .mesh(Topology.TRIANGLE_LIST, mesh)
        .depth(depth(DepthFormat.D32_SFLOAT, CompareOp.GREATER_OR_EQUAL, false), 0.5f, 0);
    add("depth: never")
        .mesh(Topology.TRIANGLE_LIST, mesh)
        .depth(depth(DepthFormat.D32_SFLOAT, CompareOp.NEVER, true), 0.5f, 0);
    float[] same = new float[96];
    System.arraycopy(square(0.5f), 0, same, 0, 48);
    System.arraycopy(square(0.5f), 0, same, 48, 48);
    for (int v = 6; v < 12; v++) {
      same[8 * v] *= 0.5f;
      same[8 * v + 6] = 1;
    }
    add("depth: equal")
        .mesh(Topology.TRIANGLE_LIST, same)
        .depth(depth(DepthFormat.D32_SFLOAT, CompareOp.EQUAL, true), 0.5f, 0);
    StencilFace keep = StencilFace.KEEP;
    add("depth bias")
        .mesh(Topology.TRIANGLE_LIST, same)
        .depth(
            new DepthState(
                DepthFormat.D16_UNORM,
                true,
                true,
                CompareOp.LESS,
                false,
                -40,
                -1,
                0,
                false,
                0,
                1,
                false,
                keep,
                keep),
            0.5f,
            0);
    add("depth from the shader")
        .shaders(null, IN + OUT + "void main() { gl_FragDepth = abs(v.x - v.y); c = v; }")
        .mesh(Topology.TRIANGLE_LIST, triangles(42, 10))
        .depth(depth(DepthFormat.D32_SFLOAT, CompareOp.LESS, true), 1, 0);
    float[] deep = random(43, 24, 1, 1);
    for (int v = 0; v < 24; v++) {
      deep[8 * v + 2] = 3 * deep[8 * v + 2] - 1;
    }
    add("depth beyond the view").mesh(Topology.TRIANGLE_LIST, deep);
    add("depth clamped")
        .mesh(Topology.TRIANGLE_LIST, deep)
        .clamp()
        .depth(depth(DepthFormat.D32_SFLOAT, CompareOp.LESS_OR_EQUAL, true), 1, 0);
    add("depth range of the viewport")
        .mesh(Topology.TRIANGLE_LIST, mesh)
        .viewport(0, 0, 64, 64, 0.9f, 0.1f)
        .depth(depth(DepthFormat.D32_SFLOAT, CompareOp.LESS, true), 0.6f, 0);
    StencilOp[][] operations = {
      {StencilOp.KEEP, StencilOp.INCREMENT_AND_CLAMP, StencilOp.DECREMENT_AND_WRAP},
      {StencilOp.INVERT, StencilOp.REPLACE, StencilOp.INCREMENT_AND_WRAP},
      {StencilOp.ZERO, StencilOp.DECREMENT_AND_CLAMP, StencilOp.INVERT}
    };
    CompareOp[] compares = {CompareOp.LESS_OR_EQUAL, CompareOp.NOT_EQUAL, CompareOp.GREATER};
    for (int n = 0; n < 3; n++) {
      StencilFace front =
          new StencilFace(
              operations[n][0], operations[n][1], operations[n][2], compares[n], 0x0f, 0xff, 2);
      StencilFace back =
          new StencilFace(
              operations[2 - n][0],
              operations[n][2],
              operations[n][1],
              CompareOp.GREATER_OR_EQUAL,
              0xff,
              0x3f,
              5);
      add("stencil " + (n + 1))
          .mesh(Topology.TRIANGLE_LIST, triangles(44 + n, 16))
          .depth(
              depth(DepthFormat.D32_SFLOAT_S8_UINT, CompareOp.LESS, true).withStencil(front, back),
              0.7f,
              3);
    }
  }

  private void formats() {
    for (String format :
        List.of(
            "R8_UNORM",
            "R8G8_UNORM",
            "B8G8R8A8_UNORM",
            "R8G8B8A8_SRGB",
            "R5G6B5_UNORM_PACK16",
            "A2B10G10R10_UNORM_PACK32",
            "R16G16B16A16_UNORM",
            "R16G16_SFLOAT",
            "B10G11R11_UFLOAT_PACK32",
            "R32G32B32A32_SFLOAT",
            "R8G8B8A8_SNORM")) {
      add("target " + format).mesh(Topology.TRIANGLE_LIST, triangles(50, 8)).targets(format);
    }
    add("target R8G8B8A8_UINT")
        .shaders(
            null, IN + "layout(location = 0) out uvec4 c;\nvoid main() { c = uvec4(v * 200.0); }")
        .mesh(Topology.TRIANGLE_LIST, square(0.5f))
        .targets("R8G8B8A8_UINT")
        .clear(1, 2, 3, 4);
    add("target R32_SINT")
        .shaders(
            null,
            HEAD
                + "layout(location = 0) out int c;\n"
                + "void main() { c = int(gl_FragCoord.x) * 1000003 - int(gl_FragCoord.y) * 77777777; }")
        .mesh(Topology.TRIANGLE_LIST, triangles(51, 6))
        .targets("R32_SINT")
        .clear(-5, 0, 0, 0);
    add("several targets")
        .shaders(
            null,
            IN
                + OUT
                + "layout(location = 1) out vec4 d;\nlayout(location = 2) out vec4 e;\n"
                + "void main() { c = v; d = v.wxyz; e = vec4(v.x * v.y); }")
        .mesh(Topology.TRIANGLE_LIST, triangles(52, 8))
        .targets("R8G8B8A8_UNORM", "R16G16B16A16_SFLOAT", "R8_UNORM");
  }

  private Drawing sampled(String name, String kind, String code) {
    return add("texture: " + name)
        .shaders(
            null,
            IN
                + "layout(binding = 1) uniform "
                + kind
                + " t;\n"
                + OUT
                + "void main() { vec2 p = v.xy; "
                + code
                + " }")
        .mesh(Topology.TRIANGLE_LIST, square(0.5f));
  }

  private void textures() {
    Sampler linear = Sampler.LINEAR;
    Sampler nearest = Sampler.NEAREST;
    for (Address address : Address.values()) {
      sampled(
              "linear, " + address.name().toLowerCase(Locale.ROOT),
              "sampler2D",
              "c = textureLod(t, p * 3.0 - 1.0, 0.0);")
          .texture(View.D2, "R8G8B8A8_UNORM", 7, 5, 1, 1, linear.with(address));
    }
    sampled("nearest", "sampler2D", "c = textureLod(t, p * 2.7 - 0.83, 0.0);")
        .texture(View.D2, "R8G8B8A8_UNORM", 9, 6, 1, 1, nearest);
    sampled("white border", "sampler2D", "c = textureLod(t, p * 2.0 - 0.5, 0.0);")
        .texture(
            View.D2,
            "R8G8B8A8_UNORM",
            6,
            6,
            1,
            1,
            linear.with(Address.CLAMP_TO_BORDER).withBorder(1, 1, 1, 1));
    sampled("levels between", "sampler2D", "c = textureLod(t, p, p.x * 4.0);")
        .texture(View.D2, "R8G8B8A8_UNORM", 16, 16, 1, 5, linear);
    sampled("nearest level", "sampler2D", "c = textureLod(t, p, p.y * 3.9 + 0.03);")
        .texture(
            View.D2,
            "R8G8B8A8_UNORM",
            16,
            8,
            1,
            5,
            linear.with(Filter.LINEAR, Filter.LINEAR, Filter.NEAREST));
    sampled("limits of levels", "sampler2D", "c = textureLod(t, p, p.x * 5.0);")
        .texture(View.D2, "R8G8B8A8_UNORM", 16, 16, 1, 5, linear.withLod(0.25f, 1.5f, 3));
    sampled(
            "gradients",
            "sampler2D",
            "c = textureGrad(t, p, vec2(p.x * 0.3, 0.0), vec2(0.0, 0.1));")
        .texture(View.D2, "R8G8B8A8_UNORM", 16, 16, 1, 5, linear)
        .steps(LOGARITHM);
    sampled("levels by themselves", "sampler2D", "c = texture(t, p * 2.0);")
        .texture(View.D2, "R8G8B8A8_UNORM", 64, 64, 1, 7, linear);
    sampled("texels", "sampler2D", "c = texelFetch(t, ivec2(p * 15.9) >> 1, 1);")
        .texture(View.D2, "R8G8B8A8_UNORM", 16, 16, 1, 5, nearest);
    sampled("offsets", "sampler2D", "c = textureLodOffset(t, p, 0.0, ivec2(2, -3));")
        .texture(View.D2, "R8G8B8A8_UNORM", 8, 8, 1, 1, nearest);
    sampled("gather", "sampler2D", "c = textureGather(t, p, 1);")
        .texture(View.D2, "R8G8B8A8_UNORM", 8, 8, 1, 1, nearest);
    sampled("size", "sampler2D", "c = vec4(textureSize(t, 0), textureSize(t, 1)) / 64.0;")
        .texture(View.D2, "R8G8B8A8_UNORM", 24, 13, 1, 2, nearest);
    sampled("projection", "sampler2D", "c = textureProjLod(t, vec3(p, 0.5 + p.x), 0.0);")
        .texture(View.D2, "R8G8B8A8_UNORM", 8, 8, 1, 1, linear);
    sampled("one dimension", "sampler1D", "c = textureLod(t, p.x * 2.0, 0.0);")
        .texture(View.D1, "R8G8B8A8_UNORM", 9, 1, 1, 1, linear);
    sampled("volume", "sampler3D", "c = textureLod(t, vec3(p, p.x * p.y), p.y);")
        .texture(View.D3, "R8G8B8A8_UNORM", 8, 4, 6, 3, linear);
    sampled("array", "sampler2DArray", "c = textureLod(t, vec3(p, p.x * 4.0 - 0.8), 0.0);")
        .texture(View.D2_ARRAY, "R8G8B8A8_UNORM", 8, 8, 3, 1, linear);
    sampled("array of lines", "sampler1DArray", "c = textureLod(t, vec2(p.x, p.y * 3.0), 0.0);")
        .texture(View.D1_ARRAY, "R8G8B8A8_UNORM", 8, 1, 3, 1, linear);
    sampled(
            "cube",
            "samplerCube",
            "vec3 d = vec3(p.x * 2.0 - 1.0, p.y * 1.9 - 0.93, sin(p.x * 9.0)); c = textureLod(t, d, 0.0);")
        .texture(View.CUBE, "R8G8B8A8_UNORM", 8, 8, 6, 1, nearest);
    sampled(
            "cube without seams",
            "samplerCube",
            "float a = p.x * 6.283; vec3 d = vec3(cos(a), p.y * 3.0 - 1.5, sin(a));"
                + " c = textureLod(t, d, 0.0);")
        .texture(View.CUBE, "R8G8B8A8_UNORM", 4, 4, 6, 1, linear.with(Address.CLAMP_TO_EDGE))
        // At corners three texels meet; how they are weighed is not said.
        .steps(14);
    sampled(
            "array of cubes",
            "samplerCubeArray",
            "c = textureLod(t, vec4(p.x * 2.0 - 1.0, p.y * 1.9 - 0.93, 0.71 - p.x, p.y * 2.0 - 0.5), 0.0);")
        .texture(View.CUBE_ARRAY, "R8G8B8A8_UNORM", 8, 8, 12, 1, nearest);
    for (Compare compare : List.of(Compare.LESS, Compare.GREATER_OR_EQUAL)) {
      sampled(
              "compare, " + compare.name().toLowerCase(Locale.ROOT),
              "sampler2DShadow",
              "c = vec4(textureLod(t, vec3(p, 0.5), 0.0));")
          .texture(View.D2, "R32_SFLOAT", 8, 8, 1, 1, nearest.with(compare));
    }
    sampled("filtered comparison", "sampler2DShadow", "c = vec4(textureLod(t, vec3(p, 0.4), 0.0));")
        .texture(View.D2, "R32_SFLOAT", 8, 8, 1, 1, linear.with(Compare.LESS_OR_EQUAL));
    sampled("integers", "usampler2D", "c = vec4(textureLod(t, p, 0.0)) / 100.0;")
        .texture(View.D2, "R8G8B8A8_UINT", 8, 8, 1, 1, nearest);
    for (String format :
        List.of(
            "R8G8B8A8_SRGB",
            "R8G8B8A8_SNORM",
            "R16G16B16A16_SFLOAT",
            "R5G6B5_UNORM_PACK16",
            "A2B10G10R10_UNORM_PACK32",
            "B10G11R11_UFLOAT_PACK32",
            "R32G32_SFLOAT",
            "R8_UNORM")) {
      sampled(format, "sampler2D", "c = textureLod(t, p, 0.0);")
          .texture(View.D2, format, 8, 8, 1, 1, linear);
    }
    add("texture in perspective")
        .shaders(
            null,
            IN
                + "layout(binding = 1) uniform sampler2D t;\n"
                + OUT
                + "void main() { c = texture(t, v.xy * 4.0); }")
        .mesh(Topology.TRIANGLE_LIST, floor())
        .texture(View.D2, "R8G8B8A8_UNORM", 32, 32, 1, 6, linear)
        .steps(LOGARITHM);
    add("texture in the vertex shader")
        .shaders(
            HEAD
                + "layout(location = 0) in vec4 position;\nlayout(location = 1) in vec4 color;\n"
                + "layout(binding = 1) uniform sampler2D t;\nlayout(location = 0) out vec4 v;\n"
                + "void main() { gl_Position = position;"
                + " v = textureLod(t, position.xy, 0.0) * 0.5 + color * 0.5; }",
            null)
        .mesh(Topology.TRIANGLE_LIST, triangles(60, 8))
        .texture(View.D2, "R8G8B8A8_UNORM", 8, 8, 1, 1, linear);
  }

  private void interpolation() {
    for (String kind : List.of("flat", "noperspective", "smooth")) {
      add("interpolation: " + kind)
          .shaders(
              Drawing.VERTEX.replace("out vec4 v", kind + " out vec4 v"),
              Drawing.FRAGMENT.replace("in vec4 v", kind + " in vec4 v"))
          .mesh(Topology.TRIANGLE_LIST, random(70, 18, 0.3f, 4));
    }
    add("interpolation: flat in strips and fans")
        .shaders(
            Drawing.VERTEX.replace("out vec4 v", "flat out vec4 v"),
            Drawing.FRAGMENT.replace("in vec4 v", "flat in vec4 v"))
        .mesh(Topology.TRIANGLE_FAN, random(71, 9, 1, 1));
    add("interpolation: flat integers")
        .shaders(
            Drawing.VERTEX
                .replace("out vec4 v", "flat out ivec2 v")
                .replace("v = color", "v = ivec2(color.xy * 1000.0)"),
            HEAD
                + "layout(location = 0) flat in ivec2 v;\n"
                + OUT
                + "void main() { c = vec4(v % 256, v / 256) / 255.0; }")
        .mesh(Topology.TRIANGLE_STRIP, random(72, 10, 1, 1));
  }

  private void clipping() {
    add("corners behind the eye").mesh(Topology.TRIANGLE_LIST, random(80, 24, -1, 2));
    add("far outside")
        .mesh(
            Topology.TRIANGLE_LIST,
            -900,
            -700,
            0.5f,
            1,
            1,
            0,
            0,
            1,
            1200,
            -3,
            0.5f,
            1,
            0,
            1,
            0,
            1,
            -20,
            800,
            0.5f,
            1,
            0,
            0,
            1,
            1);
    add("clip distances")
        .shaders(
            Drawing.VERTEX.replace(
                "void main() {",
                "out gl_PerVertex { vec4 gl_Position; float gl_PointSize; float gl_ClipDistance[2]; };\n"
                    + "void main() { gl_ClipDistance[0] = position.x + 0.4 * position.y + 0.3;"
                    + " gl_ClipDistance[1] = 0.6 - position.x;"),
            null)
        .mesh(Topology.TRIANGLE_LIST, triangles(81, 10));
    add("cull distance")
        .shaders(
            Drawing.VERTEX.replace(
                "void main() {",
                "out gl_PerVertex { vec4 gl_Position; float gl_PointSize; float gl_CullDistance[1]; };\n"
                    + "void main() { gl_CullDistance[0] = color.x - 0.5;"),
            null)
        .mesh(Topology.TRIANGLE_LIST, triangles(82, 16));
  }
}
