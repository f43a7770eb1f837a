package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BindGroup;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.GraphicsDevice;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Sampler.Address;
import dev.zhulong.hal.Sampler.Filter;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import dev.zhulong.tests.NativeTools;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fragment shaders that sample by the texture instructions, and on devices without them. */
class TextureUnitSamplingTest {
  private static final long SEED = 23;
  private static final String DEVICE = "sim:?config=c1w8t8";
  private static final String WITHOUT = DEVICE + "&texture=0";
  private static final int SIZE = 24;
  private static final TexelFormat FLOATS = TexelFormat.of("R32G32B32A32_SFLOAT");
  private static final List<String> FORMATS =
      List.of("R8_UNORM", "R8G8_UNORM", "R8G8B8A8_UNORM", "B8G8R8A8_UNORM");
  private static final List<Address> WRAPS =
      List.of(Address.REPEAT, Address.MIRRORED_REPEAT, Address.CLAMP_TO_EDGE);

  private static final String FRAGMENT =
      """
      #version 450
      layout(set = 0, binding = 0) uniform IMAGE image;
      layout(location = 0) out vec4 colour;
      layout(location = 1) out vec4 place;
      void main() {
        vec2 at = (gl_FragCoord.xy - vec2(9.0, 13.0)) * vec2(0.1137, 0.0791);
        float lod = gl_FragCoord.x * 0.21 - 1.3;
        float layer = mod(gl_FragCoord.y, 3.0);
        colour = SAMPLE;
        place = vec4(at, lod, layer);
      }
      """;

  /** What a picture shows: colours, and the coordinates that they were sampled at. */
  private record Shown(float[] colors, float[] places, long instructions) {}

  private static Shown show(
      String address, TextureShape shape, byte[][] texels, Sampler sampler, boolean implicit) {
    boolean array = shape.depth() > 1;
    String place = array ? "vec3(at, layer)" : "at";
    String fragment =
        FRAGMENT
            .replace("IMAGE", array ? "sampler2DArray" : "sampler2D")
            .replace(
                "SAMPLE",
                implicit
                    ? "texture(image, " + place + ")"
                    : "textureLod(image, " + place + ", lod)");
    PipelineDescriptor descriptor =
        PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, Canvas.PLAIN))
            .fragment(Canvas.shader(ShaderStage.FRAGMENT, fragment))
            .layout(
                new VertexLayout(
                    16,
                    false,
                    List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
            .target(ColorTarget.of(FLOATS))
            .target(ColorTarget.of(FLOATS));
    float[] corners = {-1, -1, 0, 1, 3, -1, 0, 1, -1, 3, 0, 1};
    try (Gpu gpu = Gpu.open(address);
        GraphicsDevice device = GraphicsDevice.on(gpu);
        RenderPipeline pipeline = device.pipeline(descriptor);
        Texture image = gpu.texture(shape);
        Texture colors = gpu.texture(TextureShape.of(FLOATS, SIZE, SIZE));
        Texture places = gpu.texture(TextureShape.of(FLOATS, SIZE, SIZE));
        Buffer vertices = gpu.allocate(4L * corners.length)) {
      for (int level = 0; level < texels.length; level++) {
        image.write(level, texels[level]);
      }
      vertices.write(corners);
      CommandEncoder encoder = device.encoder();
      encoder
          .begin(
              new RenderTargets(
                  List.of(Attachment.of(colors), Attachment.of(places)), null, SIZE, SIZE))
          .pipeline(pipeline)
          .resources(new BindGroup().texture(0, 0, image, sampler))
          .vertexBuffer(0, vertices, 0)
          .draw(3, 1, 0, 0)
          .end();
      long instructions = device.submit(encoder).fragment();
      return new Shown(floats(colors.read(0)), floats(places.read(0)), instructions);
    }
  }

  private static float[] floats(byte[] bytes) {
    float[] made = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(made);
    return made;
  }

  private static byte[][] random(TextureShape shape, Random random) {
    byte[][] texels = new byte[shape.levels()][];
    for (int level = 0; level < texels.length; level++) {
      texels[level] = new byte[(int) shape.bytes(level)];
      random.nextBytes(texels[level]);
    }
    return texels;
  }

  /** First texel, second texel, weight of the second in 256ths. */
  private static int[] axis(float u, int size, Address wrap, boolean linear) {
    double x = Math.floor(u * 0x1p24);
    switch (wrap) {
      case REPEAT -> x -= Math.floor(x / 0x1p24) * 0x1p24;
      case MIRRORED_REPEAT -> {
        x -= Math.floor(x / 0x1p25) * 0x1p25;
        x = x < 0x1p24 ? x : 0x1p25 - 1 - x;
      }
      default -> x = Math.clamp(x, -0x1p24, 0x1p25 - 1);
    }
    double places = x * size / 0x1p16;
    int position = (int) Math.floor(linear ? places + 0.5 - 128 : places);
    int first = Math.floorDiv(position, 256);
    int weight = linear ? Math.floorMod(position, 256) : 0;
    return wrap == Address.REPEAT
        ? new int[] {Math.floorMod(first, size), Math.floorMod(first + 1, size), weight}
        : new int[] {Math.clamp(first, 0, size - 1), Math.clamp(first + 1, 0, size - 1), weight};
  }

  /** A level's components at a place. */
  private static float[] filtered(
      TextureShape shape, byte[] texels, int level, Sampler s, boolean linear, float[] at) {
    int width = shape.width(level);
    int height = shape.height(level);
    int[] x = axis(at[0], width, s.u(), linear);
    int[] y = axis(at[1], height, s.v(), linear);
    int layer = shape.depth() == 1 ? 0 : (int) Math.clamp(Math.rint(at[3]), 0, shape.depth() - 1);
    float[] made = {0, 0, 0, 1};
    for (int c = 0; c < 4; c++) {
      if (shape.format().bits()[c] == 0) {
        continue;
      }
      int sum = 0;
      for (int corner = 0; corner < 4; corner++) {
        int share = (corner % 2 == 0 ? 256 - x[2] : x[2]) * (corner < 2 ? 256 - y[2] : y[2]);
        int row = (layer * height + y[corner / 2]) * width;
        int texel = (row + x[corner % 2]) * shape.format().bytes();
        sum += share * (texels[texel + shape.format().positions()[c] / 8] & 255);
      }
      made[c] = linear ? sum / 65536f * (1 / 255f) : (sum >> 16) / 255f;
    }
    return made;
  }

  private static float[] expected(TextureShape shape, byte[][] texels, Sampler s, float[] at) {
    int last = shape.levels() - 1;
    float inside = Math.clamp(at[2], 0, last);
    boolean linear = (at[2] <= 0 ? s.magnification() : s.minification()) == Filter.LINEAR;
    if (s.levels() == Filter.NEAREST) {
      int level = Math.clamp((int) Math.ceil(inside + 0.5f) - 1, 0, last);
      return filtered(shape, texels[level], level, s, linear, at);
    }
    int level = (int) inside;
    float part = inside - level;
    float[] made = filtered(shape, texels[level], level, s, linear, at);
    if (part > 0) {
      float[] next = filtered(shape, texels[level + 1], level + 1, s, linear, at);
      for (int c = 0; c < 4; c++) {
        made[c] = Math.fma(part, next[c] - made[c], made[c]);
      }
    }
    return made;
  }

  @Test
  void samplesAreTheUnitsToTheBit() {
    Random random = new Random(SEED);
    for (int n = 0; n < 48; n++) {
      int width = 1 + random.nextInt(n % 6 == 5 ? 4096 : 70);
      int height = 1 + random.nextInt(40);
      int depth = n % 5 == 4 ? 2 : 1;
      int most = 32 - Integer.numberOfLeadingZeros(Math.max(width, height));
      int levels = n % 3 == 2 ? 1 + random.nextInt(Math.min(most, 5)) : 1;
      TexelFormat format = TexelFormat.of(FORMATS.get(n % FORMATS.size()));
      TextureShape shape = new TextureShape(format, width, height, depth, levels, false);
      Filter[] filters = new Filter[3];
      for (int k = 0; k < 3; k++) {
        filters[k] = random.nextBoolean() ? Filter.LINEAR : Filter.NEAREST;
      }
      Sampler sampler =
          Sampler.LINEAR
              .with(filters[0], filters[1], filters[2])
              .with(WRAPS.get(random.nextInt(3)), WRAPS.get(random.nextInt(3)), Address.REPEAT);
      byte[][] texels = random(shape, random);
      Shown shown = show(DEVICE, shape, texels, sampler, false);
      for (int i = 0; i < shown.colors.length; i += 4) {
        float[] at = new float[4];
        System.arraycopy(shown.places, i, at, 0, 4);
        float[] expected = expected(shape, texels, sampler, at);
        for (int c = 0; c < 4; c++) {
          String what = "case " + n + ": " + shape + ", " + sampler + ", pixel " + i / 4 + ", " + c;
          assertEquals(expected[c], shown.colors[i + c], what);
        }
      }
    }
  }

  @Test
  void theCoreSamplesLikeTheSimulator() {
    NativeTools.assumeVerilator();
    Random random = new Random(SEED);
    TextureShape shape = new TextureShape(TexelFormat.of("B8G8R8A8_UNORM"), 23, 40, 2, 4, false);
    Sampler sampler =
        Sampler.LINEAR.with(Address.MIRRORED_REPEAT, Address.CLAMP_TO_EDGE, Address.REPEAT);
    byte[][] texels = random(shape, random);
    float[] expected = show("sim:?config=c1w4t4", shape, texels, sampler, false).colors;
    assertArrayEquals(expected, show("rtl:?config=c1w4t4", shape, texels, sampler, false).colors);
  }

  @Test
  void softwareIsNearAndSlower() {
    Random random = new Random(SEED);
    for (String format : FORMATS) {
      TextureShape shape = new TextureShape(TexelFormat.of(format), 33, 20, 1, 1, false);
      byte[][] texels = random(shape, random);
      Shown unit = show(DEVICE, shape, texels, Sampler.LINEAR, true);
      Shown software = show(WITHOUT, shape, texels, Sampler.LINEAR, true);
      for (int i = 0; i < unit.colors.length; i++) {
        // A weight is off by half a 256th in each direction at most.
        assertEquals(software.colors[i], unit.colors[i], 1 / 256f + 1e-6f, format + " " + i);
      }
      assertTrue(
          unit.instructions < software.instructions / 2,
          format + ": " + unit.instructions + " and " + software.instructions);
    }
  }

  @Test
  void whatTheUnitCannotIsTheSameWithoutIt() {
    Random random = new Random(SEED);
    TextureShape large = TextureShape.of(TexelFormat.of("R8_UNORM"), 4097, 2);
    TextureShape curved = TextureShape.of(TexelFormat.of("R8G8B8A8_SRGB"), 16, 16);
    TextureShape wide = TextureShape.of(TexelFormat.of("R16_UNORM"), 16, 16);
    TextureShape plain = TextureShape.of(TexelFormat.of("R8G8B8A8_UNORM"), 16, 16);
    Sampler border = Sampler.LINEAR.with(Address.CLAMP_TO_BORDER).withBorder(1, 0, 1, 1);
    Sampler once = Sampler.LINEAR.with(Address.MIRROR_CLAMP_TO_EDGE);
    Object[][] cases = {
      {large, Sampler.LINEAR},
      {curved, Sampler.LINEAR},
      {wide, Sampler.LINEAR},
      {plain, border},
      {plain, once}
    };
    for (Object[] each : cases) {
      TextureShape shape = (TextureShape) each[0];
      Sampler sampler = (Sampler) each[1];
      byte[][] texels = random(shape, random);
      float[] unit = show(DEVICE, shape, texels, sampler, true).colors;
      float[] software = show(WITHOUT, shape, texels, sampler, true).colors;
      for (int i = 0; i < unit.length; i++) {
        assertEquals(software[i], unit[i], shape + " " + sampler + " " + i);
      }
    }
  }

  @Test
  void imagesThatNeedTheUnitAreRefusedWithoutIt() {
    KernelInfo info =
        new KernelInfo(
            "picture",
            8,
            1,
            1,
            0,
            0,
            true,
            false,
            0,
            List.of(),
            List.of(),
            List.of(),
            KernelInfo.Proof.NONE,
            Set.of(Extension.TEXTURE));
    assertEquals(info, KernelInfo.parse(info.toText()));
    ElfFile.Section text =
        ElfFile.Section.of(
            ".text", ElfFile.ALLOCATE | ElfFile.EXECUTE, MemoryMap.PROGRAM, 4, new byte[4]);
    ElfFile.Section facts =
        ElfFile.Section.of(
            KernelInfo.SECTION, 0, 0, 1, info.toText().getBytes(StandardCharsets.UTF_8));
    byte[] elf =
        ElfFile.executable(
                "picture",
                MemoryMap.PROGRAM,
                ElfFile.FLAG_FLOAT_ABI_SINGLE,
                List.of(text, facts),
                List.of())
            .toBytes();
    try (Gpu gpu = Gpu.open(DEVICE)) {
      gpu.load(elf, "picture").close();
    }
    try (Gpu gpu = Gpu.open(WITHOUT)) {
      Exception refused =
          assertThrows(IllegalArgumentException.class, () -> gpu.load(elf, "picture"));
      assertTrue(refused.getMessage().contains("TEXTURE"), refused.getMessage());
    }
  }
}
