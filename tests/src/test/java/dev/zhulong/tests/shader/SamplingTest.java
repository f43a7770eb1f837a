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
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Sampler.Address;
import dev.zhulong.hal.Sampler.Filter;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import dev.zhulong.tests.NativeTools;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples of random textures at random coordinates, against a reference written from the rules. */
class SamplingTest {
  private static final long SEED = 20;
  private static final int SAMPLES = 256;
  private static final String[] FORMATS = {
    "R8G8B8A8_UNORM",
    "R8G8_SNORM",
    "B8G8R8A8_UNORM",
    "R8G8B8A8_SRGB",
    "R5G6B5_UNORM_PACK16",
    "A2B10G10R10_UNORM_PACK32",
    "B10G11R11_UFLOAT_PACK32",
    "E5B9G9R9_UFLOAT_PACK32",
    "R16_UNORM",
    "R16G16B16A16_SFLOAT",
    "R32G32_SFLOAT",
    "R32G32B32A32_SFLOAT"
  };

  private static String shader(String type, String coordinate) {
    return """
        #version 460
        layout(local_size_x = 32) in;
        layout(binding = 0) uniform %s image;
        layout(binding = 1) buffer In { vec4 at[]; };
        layout(binding = 2) buffer Lods { float lods[]; };
        layout(binding = 3) buffer Out { vec4 result[]; };
        void main() {
          uint i = gl_GlobalInvocationID.x;
          vec4 p = at[i];
          result[i] = textureLod(image, %s, lods[i]);
        }
        """
        .formatted(type, coordinate);
  }

  private static byte[] compile(String text) throws CompileException {
    ShaderSource source =
        new ShaderSource("sample.comp", Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
    return ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), 2)).elf();
  }

  /** The texels of a texture, decoded. */
  private record Pixels(TextureShape shape, byte[][] levels) {
    double[] at(int level, int x, int y, int z) {
      int index = (z * shape.height(level) + y) * shape.width(level) + x;
      return shape.format().decode(levels[level], index * shape.format().bytes());
    }
  }

  private static Pixels random(TextureShape shape, Random random) {
    byte[][] levels = new byte[shape.levels()][];
    for (int level = 0; level < levels.length; level++) {
      levels[level] = new byte[(int) shape.bytes(level)];
      int texel = shape.format().bytes();
      for (int at = 0; at < levels[level].length; at += texel) {
        double[] c = random.doubles(4).toArray();
        shape.format().encode(c, levels[level], at);
      }
    }
    return new Pixels(shape, levels);
  }

  private static float[] run(
      Gpu gpu, byte[] elf, Pixels pixels, Sampler sampler, float[] at, float[] lods) {
    try (Kernel kernel = gpu.load(elf, "sample");
        Texture texture = gpu.texture(pixels.shape);
        Buffer in = gpu.allocate(4L * at.length);
        Buffer levels = gpu.allocate(4L * lods.length);
        Buffer out = gpu.allocate(4L * at.length)) {
      for (int level = 0; level < pixels.levels.length; level++) {
        texture.write(level, pixels.levels[level]);
      }
      in.write(at);
      levels.write(lods);
      kernel
          .launch(lods.length / 32, 1, 1)
          .bind(0, texture, sampler)
          .bind(1, in)
          .bind(2, levels)
          .bind(3, out)
          .submit()
          .await();
      return out.readFloats();
    }
  }

  private static float[] coordinates(Random random, int count) {
    float[] made = new float[4 * count];
    for (int n = 0; n < made.length; n++) {
      made[n] = random.nextFloat() * 3 - 1;
    }
    return made;
  }

  private static float[] lods(Random random, int count) {
    float[] made = new float[count];
    for (int n = 0; n < count; n++) {
      made[n] = random.nextFloat() * 5 - 1;
    }
    return made;
  }

  /** The texel that an index stands for; −1 for the border. */
  private static int wrap(int i, int size, Address mode) {
    return switch (mode) {
      case REPEAT -> Math.floorMod(i, size);
      case MIRRORED_REPEAT -> {
        int m = Math.floorMod(i, 2 * size);
        yield m < size ? m : 2 * size - 1 - m;
      }
      case CLAMP_TO_EDGE -> Math.clamp(i, 0, size - 1);
      case CLAMP_TO_BORDER -> i < 0 || i >= size ? -1 : i;
      case MIRROR_CLAMP_TO_EDGE -> Math.clamp(i < 0 ? -1 - i : i, 0, size - 1);
    };
  }

  private static double[] level(
      Pixels p, Sampler s, int dimensions, float[] at, int level, boolean linear) {
    int[] sizes = {p.shape.width(level), p.shape.height(level), p.shape.depth(level)};
    Address[] modes = {s.u(), s.v(), s.w()};
    double[] sum = new double[4];
    for (int corner = 0; corner < (linear ? 1 << dimensions : 1); corner++) {
      double weight = 1;
      int[] texel = new int[3];
      boolean border = false;
      for (int d = 0; d < dimensions; d++) {
        // In floats, as a device may have it: near the middle between texels all depends on it.
        float u = at[d] * sizes[d] - (linear ? 0.5f : 0);
        int bit = corner >> d & 1;
        double part = u - Math.floor(u);
        weight *= !linear ? 1 : bit == 1 ? part : 1 - part;
        texel[d] = wrap((int) Math.floor(u) + bit, sizes[d], modes[d]);
        border |= texel[d] < 0;
      }
      double[] colour = {0.25, 0.5, 0.75, 1};
      if (!border) {
        colour = p.at(level, texel[0], texel[1], texel[2]);
      }
      for (int c = 0; c < 4; c++) {
        sum[c] += weight * colour[c];
      }
    }
    return sum;
  }

  private static double[] reference(Pixels p, Sampler s, int dimensions, float[] at, float lod) {
    boolean linear = (lod <= 0 ? s.magnification() : s.minification()) == Filter.LINEAR;
    int last = p.shape.levels() - 1;
    double d = Math.clamp(lod, 0, last);
    if (s.levels() == Filter.NEAREST) {
      return level(p, s, dimensions, at, (int) Math.ceil(d + 0.5) - 1, linear);
    }
    int lower = (int) d;
    double[] a = level(p, s, dimensions, at, lower, linear);
    double[] b = level(p, s, dimensions, at, Math.min(lower + 1, last), linear);
    for (int c = 0; c < 4; c++) {
      a[c] += (d - lower) * (b[c] - a[c]);
    }
    return a;
  }

  private static void compare(
      Pixels p, Sampler s, int dimensions, float[] at, float[] lods, float[] got) {
    for (int n = 0; n < lods.length; n++) {
      float[] one = {at[4 * n], at[4 * n + 1], at[4 * n + 2]};
      double[] want = reference(p, s, dimensions, one, lods[n]);
      for (int c = 0; c < 4; c++) {
        int sample = n;
        assertEquals(
            want[c],
            got[4 * n + c],
            2e-5,
            () -> p.shape + " " + s + " sample " + sample + " seed " + SEED);
      }
    }
  }

  private static List<Sampler> samplers() {
    List<Sampler> made = new ArrayList<>();
    for (Address mode : Address.values()) {
      made.add(Sampler.LINEAR.with(mode).withBorder(0.25f, 0.5f, 0.75f, 1));
    }
    made.add(Sampler.NEAREST);
    made.add(Sampler.LINEAR.with(Filter.LINEAR, Filter.NEAREST, Filter.NEAREST));
    made.add(
        Sampler.LINEAR
            .with(Filter.NEAREST, Filter.LINEAR, Filter.LINEAR)
            .with(Address.REPEAT, Address.CLAMP_TO_EDGE, Address.MIRRORED_REPEAT));
    return made;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void filtersAndAddressModes(int dimensions) throws CompileException {
    Random random = new Random(SEED);
    String type = "sampler" + dimensions + "D";
    byte[] elf = compile(shader(type, new String[] {"p.x", "p.xy", "p.xyz"}[dimensions - 1]));
    TexelFormat format = TexelFormat.of("R32G32B32A32_SFLOAT");
    try (Gpu gpu = Gpu.open("sim:")) {
      for (Sampler sampler : samplers()) {
        TextureShape shape =
            new TextureShape(
                format, 8, dimensions > 1 ? 6 : 1, dimensions > 2 ? 5 : 1, 4, dimensions > 2);
        Pixels pixels = random(shape, random);
        float[] at = coordinates(random, SAMPLES);
        float[] lods = lods(random, SAMPLES);
        compare(pixels, sampler, dimensions, at, lods, run(gpu, elf, pixels, sampler, at, lods));
      }
    }
  }

  @Test
  void formats() throws CompileException {
    Random random = new Random(SEED);
    byte[] elf = compile(shader("sampler2D", "p.xy"));
    try (Gpu gpu = Gpu.open("sim:")) {
      for (String name : FORMATS) {
        TextureShape shape = new TextureShape(TexelFormat.of(name), 7, 5, 1, 3, false);
        Pixels pixels = random(shape, random);
        float[] at = coordinates(random, SAMPLES);
        float[] lods = lods(random, SAMPLES);
        float[] got = run(gpu, elf, pixels, Sampler.LINEAR, at, lods);
        compare(pixels, Sampler.LINEAR, 2, at, lods, got);
      }
    }
  }

  @Test
  void theCycleModelSamplesAlike() throws CompileException {
    NativeTools.assumeVerilator();
    Random random = new Random(SEED);
    byte[] elf = compile(shader("sampler2D", "p.xy"));
    Pixels pixels =
        random(new TextureShape(TexelFormat.of("R8G8B8A8_UNORM"), 16, 16, 1, 5, false), random);
    float[] at = coordinates(random, 32);
    float[] lods = lods(random, 32);
    try (Gpu gpu = Gpu.open("rtl:?config=c1w4t4")) {
      compare(pixels, Sampler.LINEAR, 2, at, lods, run(gpu, elf, pixels, Sampler.LINEAR, at, lods));
    }
  }

  /** In the middle of faces, cubes are six images; layers come between. */
  @Test
  void cubesAndLayers() throws CompileException {
    Random random = new Random(SEED);
    byte[] elf = compile(shader("samplerCubeArray", "p"));
    TextureShape shape =
        new TextureShape(TexelFormat.of("R32G32B32A32_SFLOAT"), 8, 8, 18, 1, false);
    Pixels pixels = random(shape, random);
    float[] at = new float[4 * SAMPLES];
    int[] slices = new int[SAMPLES];
    float[][] within = new float[SAMPLES][];
    for (int n = 0; n < SAMPLES; n++) {
      int face = random.nextInt(6);
      float s = random.nextFloat() * 1.7f - 0.85f;
      float t = random.nextFloat() * 1.7f - 0.85f;
      float length = random.nextFloat() * 5 + 0.1f;
      float[][] directions = {
        {1, -t, -s}, {-1, -t, s}, {s, 1, t}, {s, -1, -t}, {s, -t, 1}, {-s, -t, -1}
      };
      int layer = random.nextInt(3);
      for (int c = 0; c < 3; c++) {
        at[4 * n + c] = directions[face][c] * length;
      }
      at[4 * n + 3] = layer + (random.nextFloat() - 0.5f) * 0.9f;
      slices[n] = 6 * layer + face;
      within[n] = new float[] {(s + 1) / 2, (t + 1) / 2};
    }
    try (Gpu gpu = Gpu.open("sim:")) {
      float[] got = run(gpu, elf, pixels, Sampler.LINEAR, at, new float[SAMPLES]);
      for (int n = 0; n < SAMPLES; n++) {
        byte[] slice = new byte[8 * 8 * 16];
        System.arraycopy(pixels.levels[0], slices[n] * slice.length, slice, 0, slice.length);
        Pixels face = new Pixels(TextureShape.of(shape.format(), 8, 8), new byte[][] {slice});
        Sampler edge = Sampler.LINEAR.with(Address.CLAMP_TO_EDGE);
        double[] want = level(face, edge, 2, within[n], 0, true);
        for (int c = 0; c < 4; c++) {
          assertEquals(want[c], got[4 * n + c], 1e-4, "sample " + n + " seed " + SEED);
        }
      }
    }
  }

  /** Across an edge a cube has no seam: what is left and right of it differs by little. */
  @Test
  void cubesHaveNoSeams() throws CompileException {
    byte[] elf = compile(shader("samplerCube", "p.xyz"));
    TextureShape shape = new TextureShape(TexelFormat.of("R32_SFLOAT"), 16, 16, 6, 1, false);
    Random random = new Random(SEED);
    Pixels pixels = random(shape, random);
    float[] at = new float[4 * SAMPLES];
    for (int n = 0; n < SAMPLES; n += 2) {
      int axis = random.nextInt(3);
      int other = (axis + 1 + random.nextInt(2)) % 3;
      int rest = 3 - axis - other;
      float a = random.nextBoolean() ? 1 : -1;
      float b = random.nextBoolean() ? 1 : -1;
      float along = random.nextFloat() * 1.6f - 0.8f;
      for (int side = 0; side < 2; side++) {
        at[4 * (n + side) + axis] = a * (side == 0 ? 1.0002f : 1f);
        at[4 * (n + side) + other] = b * (side == 0 ? 1f : 1.0002f);
        at[4 * (n + side) + rest] = along;
      }
    }
    try (Gpu gpu = Gpu.open("sim:")) {
      float[] got = run(gpu, elf, pixels, Sampler.LINEAR, at, new float[SAMPLES]);
      for (int n = 0; n < SAMPLES; n += 2) {
        assertEquals(got[4 * n], got[4 * (n + 1)], 0.01, "edge " + n + " seed " + SEED);
      }
    }
  }
}
