package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Sampler.Address;
import dev.zhulong.hal.Sampler.Compare;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of image instruction at random places, against formulas of the Vulkan specification,
 * chapter Image Operations.
 */
class ImageOperationsTest {
  private static final long SEED = 99;
  private static final int COUNT = 64;
  private static final int WIDTH = 8;
  private static final int HEIGHT = 4;

  /** Texels with one float each; a texel's place in a level's list is its slice, row and column. */
  private record Floats(TextureShape shape, float[][] levels) {
    static Floats random(int width, int height, int depth, int levels, Random random) {
      TexelFormat format = TexelFormat.of("R32_SFLOAT");
      TextureShape shape = new TextureShape(format, width, height, depth, levels, false);
      float[][] made = new float[levels][];
      for (int level = 0; level < levels; level++) {
        made[level] = new float[(int) shape.bytes(level) / 4];
        for (int n = 0; n < made[level].length; n++) {
          made[level][n] = random.nextFloat();
        }
      }
      return new Floats(shape, made);
    }

    /** A texel of an image that repeats. */
    float at(int level, int x, int y, int z) {
      int width = shape.width(level);
      int height = shape.height(level);
      int row = z * height + Math.floorMod(y, height);
      return levels[level][row * width + Math.floorMod(x, width)];
    }

    /** The linear filter at a place given in texels. */
    double linear(int level, double u, double v, int z) {
      double x = u - 0.5;
      double y = v - 0.5;
      int i = (int) Math.floor(x);
      int j = (int) Math.floor(y);
      double a = x - i;
      double b = y - j;
      return (1 - b) * ((1 - a) * at(level, i, j, z) + a * at(level, i + 1, j, z))
          + b * ((1 - a) * at(level, i, j + 1, z) + a * at(level, i + 1, j + 1, z));
    }

    Texture upload(Gpu gpu) {
      Texture texture = gpu.texture(shape);
      for (int level = 0; level < levels.length; level++) {
        ByteBuffer bytes =
            ByteBuffer.allocate(4 * levels[level].length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(levels[level]);
        texture.write(level, bytes.array());
      }
      return texture;
    }
  }

  /** Runs a shader whose function {@code vec4 f(vec4 p)} is given, over random points. */
  private static float[] run(
      String declaration, String body, Floats image, Sampler sampler, float[] points)
      throws CompileException {
    String text =
        """
        #version 460
        layout(local_size_x = 32) in;
        layout(binding = 0) uniform %s image;
        layout(binding = 1) readonly buffer In { vec4 at[]; };
        layout(binding = 2) buffer Out { vec4 result[]; };
        vec4 f(vec4 p) { %s }
        void main() {
          uint i = gl_GlobalInvocationID.x;
          result[i] = f(at[i]);
        }
        """
            .formatted(declaration, body);
    ShaderSource source =
        new ShaderSource("image.comp", Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
    byte[] elf = ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), 2)).elf();
    try (Gpu gpu = Gpu.open("sim:");
        Kernel kernel = gpu.load(elf, "image");
        Texture texture = image.upload(gpu);
        Buffer in = gpu.allocate(4L * points.length);
        Buffer out = gpu.allocate(4L * points.length)) {
      in.write(points);
      Launch launch = kernel.launch(points.length / 128, 1, 1);
      launch.bind(0, texture, sampler).bind(1, in).bind(2, out).submit().await();
      return out.readFloats();
    }
  }

  private static float[] points(Random random) {
    float[] made = new float[4 * COUNT];
    for (int n = 0; n < made.length; n++) {
      made[n] = random.nextFloat() * 2 - 0.5f;
    }
    return made;
  }

  private interface Expected {
    double[] of(float x, float y, float z, float w);
  }

  private static void check(float[] points, float[] got, double tolerance, Expected expected) {
    for (int n = 0; n < COUNT; n++) {
      double[] want =
          expected.of(points[4 * n], points[4 * n + 1], points[4 * n + 2], points[4 * n + 3]);
      for (int c = 0; c < want.length; c++) {
        assertEquals(
            want[c], got[4 * n + c], tolerance, "sample " + n + "[" + c + "] seed " + SEED);
      }
    }
  }

  private static double[] one(double value) {
    return new double[] {value, 0, 0, 1};
  }

  @Test
  void offsetsCountTexels() throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(WIDTH, HEIGHT, 1, 1, random);
    float[] at = points(random);
    Sampler sampler = Sampler.LINEAR.with(Address.REPEAT);
    String body = "return textureLodOffset(image, p.xy, 0.0, ivec2(3, -2));";
    float[] got = run("sampler2D", body, image, sampler, at);
    check(at, got, 2e-5, (x, y, _, _) -> one(image.linear(0, x * 8 + 3, y * 4 - 2, 0)));
  }

  @Test
  void projectionDivides() throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(WIDTH, HEIGHT, 1, 1, random);
    float[] at = points(random);
    Sampler sampler = Sampler.LINEAR.with(Address.REPEAT);
    String three = "return textureProjLod(image, vec3(p.xy, 2.0 + p.z), 0.0);";
    check(
        at,
        run("sampler2D", three, image, sampler, at),
        2e-5,
        (x, y, z, _) -> one(image.linear(0, x / (2 + z) * 8, y / (2 + z) * 4, 0)));
    String four = "return textureProjLod(image, vec4(p.xyz, 2.0 + p.w), 0.0);";
    check(
        at,
        run("sampler2D", four, image, sampler, at),
        2e-5,
        (x, y, _, w) -> one(image.linear(0, x / (2 + w) * 8, y / (2 + w) * 4, 0)));
  }

  @Test
  void gradientsChooseTheLevel() throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(16, 16, 1, 5, random);
    float[] at = points(random);
    Sampler sampler = Sampler.LINEAR.with(Address.REPEAT);
    String body = "return textureGrad(image, p.xy, vec2(p.z, 0.1), vec2(0.05, p.w));";
    float[] got = run("sampler2D", body, image, sampler, at);
    check(
        at,
        got,
        1e-4,
        (x, y, z, w) -> {
          double longest = Math.max(Math.hypot(z * 16, 1.6), Math.hypot(0.8, w * 16));
          double lod = Math.clamp(Math.log(longest) / Math.log(2), 0, 4);
          int lower = (int) lod;
          int upper = Math.min(4, lower + 1);
          double low = image.linear(lower, x * (16 >> lower), y * (16 >> lower), 0);
          double high = image.linear(upper, x * (16 >> upper), y * (16 >> upper), 0);
          return one(low + (lod - lower) * (high - low));
        });
  }

  @Test
  void biasesAndLimitsOfTheSamplerCount() throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(16, 16, 1, 5, random);
    float[] at = points(random);
    Sampler sampler = Sampler.LINEAR.with(Address.REPEAT).withLod(1.5f, 1, 2.5f);
    String body = "return textureLod(image, p.xy, p.z * 2.0);";
    check(
        at,
        run("sampler2D", body, image, sampler, at),
        1e-4,
        (x, y, z, _) -> {
          double lod = Math.clamp(z * 2 + 1.5, 1, 2.5);
          int lower = (int) lod;
          double low = image.linear(lower, x * (16 >> lower), y * (16 >> lower), 0);
          double high = image.linear(lower + 1, x * (8 >> lower), y * (8 >> lower), 0);
          return one(low + (lod - lower) * (high - low));
        });
  }

  @Test
  void layersAreTheNearest() throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(WIDTH, HEIGHT, 3, 1, random);
    float[] at = points(random);
    Sampler sampler = Sampler.LINEAR.with(Address.REPEAT);
    String body = "return textureLod(image, vec3(p.xy, p.z * 4.0), 0.0);";
    float[] got = run("sampler2DArray", body, image, sampler, at);
    check(
        at,
        got,
        2e-5,
        (x, y, z, _) ->
            one(image.linear(0, x * 8, y * 4, (int) Math.clamp(Math.rint(z * 4), 0, 2))));
    Floats rows = Floats.random(WIDTH, 1, 3, 1, random);
    String line = "return textureLod(image, vec2(p.x, p.z * 4.0), 0.0);";
    check(
        at,
        run("sampler1DArray", line, rows, sampler, at),
        2e-5,
        (x, _, z, _) -> one(rows.linear(0, x * 8, 0.5, (int) Math.clamp(Math.rint(z * 4), 0, 2))));
  }

  @Test
  void gathersTakeTheFourTexelsOfTheFilter() throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(WIDTH, HEIGHT, 1, 1, random);
    float[] at = points(random);
    Sampler sampler = Sampler.LINEAR.with(Address.REPEAT);
    int[][] corners = {{0, 1}, {1, 1}, {1, 0}, {0, 0}};
    check(
        at,
        run("sampler2D", "return textureGather(image, p.xy);", image, sampler, at),
        0,
        (x, y, _, _) -> gathered(image, x, y, corners));
    String spread =
        """
        const ivec2 o[4] = ivec2[4](ivec2(-3, 0), ivec2(2, 2), ivec2(5, -1), ivec2(0, 3));
        return textureGatherOffsets(image, p.xy, o);
        """;
    int[][] offsets = {{-3, 0}, {2, 2}, {5, -1}, {0, 3}};
    check(
        at,
        run("sampler2D", spread, image, sampler, at),
        0,
        (x, y, _, _) -> gathered(image, x, y, offsets));
  }

  private static double[] gathered(Floats image, float x, float y, int[][] places) {
    int i = (int) Math.floor(x * 8 - 0.5f);
    int j = (int) Math.floor(y * 4 - 0.5f);
    double[] made = new double[4];
    for (int n = 0; n < 4; n++) {
      made[n] = image.at(0, i + places[n][0], j + places[n][1], 0);
    }
    return made;
  }

  @ParameterizedTest
  @EnumSource(Compare.class)
  void comparisonsAreFiltered(Compare compare) throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(WIDTH, HEIGHT, 1, 1, random);
    for (float[] level : image.levels) {
      for (int n = 0; n < level.length; n++) {
        level[n] = Math.round(level[n] * 4) / 4f;
      }
    }
    float[] at = points(random);
    for (int n = 2; n < at.length; n += 4) {
      at[n] = Math.round(at[n] * 4) / 4f;
    }
    Floats results = new Floats(image.shape, new float[][] {image.levels[0].clone()});
    Sampler sampler = Sampler.LINEAR.with(Address.REPEAT).with(compare);
    String body = "return vec4(textureLod(image, p.xyz, 0.0));";
    float[] got = run("sampler2DShadow", body, image, sampler, at);
    check(
        at,
        got,
        2e-5,
        (x, y, z, _) -> {
          for (int n = 0; n < image.levels[0].length; n++) {
            results.levels[0][n] = holds(compare, z, image.levels[0][n]) ? 1 : 0;
          }
          return new double[] {results.linear(0, x * 8, y * 4, 0)};
        });
  }

  private static boolean holds(Compare compare, float reference, float texel) {
    return switch (compare) {
      case NEVER -> false;
      case LESS -> reference < texel;
      case EQUAL -> reference == texel;
      case LESS_OR_EQUAL -> reference <= texel;
      case GREATER -> reference > texel;
      case NOT_EQUAL -> reference != texel;
      case GREATER_OR_EQUAL -> reference >= texel;
      case ALWAYS -> true;
    };
  }

  @Test
  void coordinatesMayCountTexels() throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(WIDTH, HEIGHT, 1, 1, random);
    float[] at = points(random);
    Sampler sampler = Sampler.LINEAR.with(Address.CLAMP_TO_EDGE).unnormalized();
    String body = "return textureLod(image, 1.25 + p.xy, 0.0);";
    check(
        at,
        run("sampler2D", body, image, sampler, at),
        2e-5,
        (x, y, _, _) -> one(image.linear(0, 1.25 + x, 1.25 + y, 0)));
  }

  @Test
  void fetchesOutsideGiveZero() throws CompileException {
    Random random = new Random(SEED);
    Floats image = Floats.random(WIDTH, HEIGHT, 1, 3, random);
    float[] at = points(random);
    String body =
        """
        ivec2 t = ivec2(floor(p.xy * 8.0));
        int level = int(floor(p.z * 4.0));
        return vec4(texelFetch(image, t, level).r, texelFetch(image, ivec2(t.x, 4), 0).r,
            texelFetch(image, ivec2(2, -1), 0).r, texelFetch(image, ivec2(1, 2), 1).r);
        """;
    check(
        at,
        run("sampler2D", body, image, Sampler.NEAREST, at),
        0,
        (x, y, z, _) -> {
          int i = (int) Math.floor(x * 8);
          int j = (int) Math.floor(y * 8);
          int level = (int) Math.floor(z * 4);
          boolean inside =
              level >= 0 && level < 3 && i >= 0 && i < 8 >> level && j >= 0 && j < 4 >> level;
          return new double[] {inside ? image.at(level, i, j, 0) : 0, 0, 0, 0};
        });
  }

  @Test
  void sizesAndLevelsAreKnown() throws CompileException {
    Floats image = Floats.random(16, 4, 6, 3, new Random(SEED));
    float[] at = points(new Random(SEED));
    String body = "ivec3 s = textureSize(image, 1); return vec4(s, textureQueryLevels(image));";
    float[] got = run("sampler2DArray", body, image, Sampler.NEAREST, at);
    check(at, got, 0, (_, _, _, _) -> new double[] {8, 2, 6, 3});
  }

  /** Coordinates that are no numbers, or huge, stay within the image's memory. */
  @Test
  void strangeCoordinatesReadTheImage() throws CompileException {
    Floats image = Floats.random(WIDTH, HEIGHT, 6, 1, new Random(SEED));
    float[] strange = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f, -3e38f, 1e10f, 0, -0f
    };
    Random random = new Random(SEED);
    float[] at = new float[4 * COUNT];
    for (int n = 0; n < at.length; n++) {
      at[n] = strange[random.nextInt(strange.length)];
    }
    for (Address mode : Address.values()) {
      run(
          "sampler2D",
          "return textureLod(image, p.xy, p.z);",
          image,
          Sampler.LINEAR.with(mode),
          at);
    }
    Floats cube = Floats.random(4, 4, 6, 1, random);
    String body = "return textureLod(image, p.xyz, p.w);";
    run("samplerCube", body, cube, Sampler.LINEAR, at);
    run("sampler2DArray", body, image, Sampler.LINEAR, at);
  }
}
