package dev.zhulong.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import dev.zhulong.tests.NativeTools;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images and samplers of OpenCL kernels, against values computed here. */
class OpenClImageTest {
  private static final int INVOCATIONS = 16;

  @BeforeEach
  void requireTools() {
    NativeTools.assumeOpenCl();
  }

  private static byte[] compile(String text) throws CompileException {
    ShaderSource source =
        new ShaderSource("k.cl", Language.OPENCL_C, text.getBytes(StandardCharsets.UTF_8));
    List<Integer> group = List.of(INVOCATIONS, 1, 1);
    return ShaderCompiler.compile(
            source, new CompileOptions(null, Map.of(), 2, Map.of(), true, group, List.of()))
        .elf();
  }

  /** Runs one group of a kernel whose parameter 0 is an output of words. */
  private static int[] run(Gpu gpu, String text, int words, UnaryOperator<Launch> bindings)
      throws CompileException {
    try (Kernel kernel = gpu.load(compile(text), "k");
        Buffer out = gpu.allocate(4L * words)) {
      out.write(new int[words]);
      bindings.apply(kernel.launch(1).bind(0, out)).submit().await();
      return out.readInts();
    }
  }

  private static Texture texture(
      Gpu gpu, String format, int width, int height, int depth, byte[] texels) {
    Texture made =
        gpu.texture(new TextureShape(TexelFormat.of(format), width, height, depth, 1, false));
    made.write(0, texels);
    return made;
  }

  private static byte[] bytes(int count) {
    byte[] made = new byte[count];
    new Random(count).nextBytes(made);
    return made;
  }

  private static int bits(double value) {
    return Float.floatToRawIntBits((float) value);
  }

  @ParameterizedTest
  @CsvSource({
    "CLK_ADDRESS_CLAMP, R8G8B8A8_UNORM",
    "CLK_ADDRESS_CLAMP, R8G8_UNORM",
    "CLK_ADDRESS_CLAMP_TO_EDGE, R8G8B8A8_SNORM",
    "CLK_ADDRESS_NONE, R8_UNORM",
  })
  void literalSamplersReadAtWholeCoordinates(String mode, String name) throws CompileException {
    int width = 12;
    TexelFormat format = TexelFormat.of(name);
    byte[] texels = bytes(width * 3 * format.bytes());
    String text =
        "constant sampler_t s = CLK_NORMALIZED_COORDS_FALSE | CLK_FILTER_NEAREST | "
            + mode
            + ";\nkernel void k(global float4 *out, read_only image2d_t image) {\n"
            + "  int i = get_global_id(0);\n"
            + "  out[i] = read_imagef(image, s, (int2)(i - 2, 1));\n}\n";
    try (Gpu gpu = Gpu.open("sim:");
        Texture image = texture(gpu, name, width, 3, 1, texels)) {
      int[] made = run(gpu, text, 4 * INVOCATIONS, l -> l.bind(1, image));
      for (int i = 0; i < INVOCATIONS; i++) {
        int x = i - 2;
        boolean outside = mode.equals("CLK_ADDRESS_CLAMP") && (x < 0 || x >= width);
        int nearest = Math.clamp(x, 0, width - 1);
        double[] texel =
            outside
                ? new double[] {0, 0, 0, format.bits()[3] == 0 ? 1 : 0}
                : format.decode(texels, (width + nearest) * format.bytes());
        for (int c = 0; c < 4; c++) {
          assertEquals(
              texel[c], Float.intBitsToFloat(made[4 * i + c]), 1e-6, "texel " + x + ", " + c);
        }
      }
    }
  }

  @Test
  void linearFiltersAndRepetition() throws CompileException {
    byte[] texels = {0, (byte) 255, 0, (byte) 255};
    String text =
        """
        constant sampler_t s = CLK_NORMALIZED_COORDS_TRUE | CLK_FILTER_LINEAR | CLK_ADDRESS_REPEAT;
        kernel void k(global float *out, read_only image1d_t image) {
          int i = get_global_id(0);
          out[i] = read_imagef(image, s, (i - 8) / 16.0f).x;
        }
        """;
    try (Gpu gpu = Gpu.open("sim:");
        Texture image = texture(gpu, "R8_UNORM", 4, 1, 1, texels)) {
      int[] made = run(gpu, text, INVOCATIONS, l -> l.bind(1, image));
      for (int i = 0; i < INVOCATIONS; i++) {
        double at = (i - 8) / 4.0 - 0.5;
        double part = at - Math.floor(at);
        boolean odd = Math.floorMod((int) Math.floor(at), 2) == 1;
        assertEquals(odd ? 1 - part : part, Float.intBitsToFloat(made[i]), 1e-6, "at " + i);
      }
    }
  }

  @Test
  void samplersArePassed() throws CompileException {
    String text =
        """
        float4 at(read_only image2d_t image, sampler_t s, float2 p) { return read_imagef(image, s, p); }
        kernel void k(global float *out, read_only image2d_t image, sampler_t s) {
          int i = get_global_id(0);
          out[i] = at(image, s, (float2)(i / 8.0f + 0.01f, 0.5f)).x;
        }
        """;
    try (Gpu gpu = Gpu.open("sim:");
        Texture image = texture(gpu, "R8_UINT", 4, 1, 1, new byte[] {1, 2, 3, 4});
        Texture norm = texture(gpu, "R8_UNORM", 4, 1, 1, new byte[] {0, 51, 102, (byte) 153})) {
      for (Sampler.Address mode :
          List.of(Sampler.Address.CLAMP_TO_EDGE, Sampler.Address.MIRRORED_REPEAT)) {
        Sampler sampler = Sampler.NEAREST.with(mode);
        int[] made = run(gpu, text, INVOCATIONS, l -> l.bind(1, norm).bind(0, 2, 0, sampler));
        int[] wanted =
            IntStream.range(0, INVOCATIONS)
                .map(i -> i / 2)
                .map(
                    n -> mode == Sampler.Address.CLAMP_TO_EDGE ? Math.min(n, 3) : n < 4 ? n : 7 - n)
                .map(n -> bits(n * 51 / 255.0))
                .toArray();
        assertArrayEquals(wanted, made, mode.name());
      }
      String integers =
          "kernel void k(global uint *out, read_only image2d_t image) {\n"
              + "  int i = get_global_id(0);\n"
              + "  out[i] = read_imageui(image, (int2)(i, 0)).x;\n}\n";
      int[] made = run(gpu, integers, INVOCATIONS, l -> l.bind(1, image));
      assertArrayEquals(new int[] {1, 2, 3, 4, 0}, Arrays.copyOf(made, 5));
    }
  }

  @Test
  void volumesAndArrays() throws CompileException {
    byte[] texels = bytes(4 * 3 * 2 * 4);
    String text =
        """
        kernel void k(global int *out, read_only image3d_t v, read_only image2d_array_t a,
                      read_only image1d_array_t rows) {
          int i = get_global_id(0);
          const sampler_t s = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP_TO_EDGE;
          int4 at = (int4)(i & 3, (i >> 2) % 3, i & 1, 0);
          out[3 * i] = read_imagei(v, at).y;
          out[3 * i + 1] = read_imagei(a, s, convert_float4(at) + 0.25f).z;
          out[3 * i + 2] = read_imagei(rows, s, at.xy).w;
          if (i == 15) {
            out[0] = get_image_depth(v) * 1000 + get_image_array_size(a) * 100
                + get_image_array_size(rows) * 10 + get_image_dim(v).y;
          }
        }
        """;
    try (Gpu gpu = Gpu.open("sim:");
        Texture v = texture(gpu, "R8G8B8A8_SINT", 4, 3, 2, texels);
        Texture rows = texture(gpu, "R8G8B8A8_SINT", 4, 1, 3, Arrays.copyOf(texels, 48))) {
      int[] made = run(gpu, text, 3 * INVOCATIONS, l -> l.bind(1, v).bind(2, v).bind(3, rows));
      for (int i = 0; i < INVOCATIONS; i++) {
        int row = (i >> 2) % 3;
        int texel = 4 * (((i & 1) * 3 + row) * 4 + (i & 3));
        assertEquals(i == 0 ? 2233 : texels[texel + 1], made[3 * i], "volume " + i);
        assertEquals(texels[texel + 2], made[3 * i + 1], "array " + i);
        assertEquals(texels[4 * (row * 4 + (i & 3)) + 3], made[3 * i + 2], "rows " + i);
      }
    }
  }

  @Test
  void writesFitTheFormat() throws CompileException {
    String text =
        """
        kernel void k(global int *out, write_only image2d_t f, write_only image2d_t s,
                      write_only image2d_t u, read_write image2d_t both) {
          int i = get_global_id(0);
          int2 at = (int2)(i, 0);
          write_imagef(f, at, (float4)(i / 10.0f, -1, 2, 0.5f));
          write_imagei(s, at, (int4)(i * 20 - 150, 1000, -1000, 7));
          write_imageui(u, at, (uint4)(i * 20, 0xffffffffu, 3, 255));
          float4 old = read_imagef(both, at);
          write_imagef(both, at, old * 2);
        }
        """;
    byte[] zero = new byte[16 * 4];
    byte[] floats = new byte[16 * 4];
    ByteBuffer view = ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, 16).forEach(n -> view.putFloat(4 * n, n + 0.25f));
    try (Gpu gpu = Gpu.open("sim:");
        Texture f = texture(gpu, "R8G8B8A8_UNORM", 16, 1, 1, zero);
        Texture s = texture(gpu, "R8G8B8A8_SINT", 16, 1, 1, zero);
        Texture u = texture(gpu, "R8G8B8A8_UINT", 16, 1, 1, zero);
        Texture both = texture(gpu, "R32_SFLOAT", 16, 1, 1, floats)) {
      run(gpu, text, 1, l -> l.bind(1, f).bind(2, s).bind(3, u).bind(4, both));
      byte[] madeF = f.read(0);
      byte[] madeS = s.read(0);
      byte[] madeU = u.read(0);
      ByteBuffer madeBoth = ByteBuffer.wrap(both.read(0)).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < INVOCATIONS; i++) {
        byte[] texel = Arrays.copyOfRange(madeF, 4 * i, 4 * i + 4);
        int red = (int) Math.rint(Math.min(i / 10f, 1) * 255);
        assertArrayEquals(new byte[] {(byte) red, 0, -1, (byte) 128}, texel, "unorm " + i);
        byte[] signed = Arrays.copyOfRange(madeS, 4 * i, 4 * i + 4);
        byte first = (byte) Math.clamp(i * 20 - 150, -128, 127);
        assertArrayEquals(new byte[] {first, 127, -128, 7}, signed, "signed " + i);
        byte[] unsigned = Arrays.copyOfRange(madeU, 4 * i, 4 * i + 4);
        byte least = (byte) Math.min(i * 20, 255);
        assertArrayEquals(new byte[] {least, -1, 3, -1}, unsigned, "unsigned " + i);
        assertEquals(2 * (i + 0.25f), madeBoth.getFloat(4 * i), "both " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "R8G8B8A8_UNORM, CLK_RGBA, CLK_UNORM_INT8",
    "B8G8R8A8_UNORM, CLK_BGRA, CLK_UNORM_INT8",
    "R8G8B8A8_SRGB, CLK_sRGBA, CLK_UNORM_INT8",
    "R16G16_SNORM, CLK_RG, CLK_SNORM_INT16",
    "R32_SINT, CLK_R, CLK_SIGNED_INT32",
    "R8_UINT, CLK_R, CLK_UNSIGNED_INT8",
    "R16G16B16A16_SFLOAT, CLK_RGBA, CLK_HALF_FLOAT",
    "R32G32B32A32_SFLOAT, CLK_RGBA, CLK_FLOAT",
    "R5G6B5_UNORM_PACK16, CLK_RGB, CLK_UNORM_SHORT_565",
  })
  void formatsAreKnown(String format, String order, String type) throws CompileException {
    String text =
        "kernel void k(global int *out, read_only image2d_t image) {\n"
            + "  out[0] = get_image_channel_order(image) - "
            + order
            + ";\n  out[1] = get_image_channel_data_type(image) - "
            + type
            + ";\n  out[2] = get_image_width(image) * 100 + get_image_dim(image).y;\n}\n";
    try (Gpu gpu = Gpu.open("sim:");
        Texture image = gpu.texture(TextureShape.of(TexelFormat.of(format), 5, 3))) {
      assertArrayEquals(new int[] {0, 0, 503}, run(gpu, text, 3, l -> l.bind(1, image)));
    }
  }

  @Test
  void buffersAreImagesToo() throws CompileException {
    String text =
        """
        kernel void k(global int *out, read_only image1d_buffer_t t, write_only image1d_buffer_t w) {
          int i = get_global_id(0);
          out[i] = read_imagei(t, i).x * 2 + get_image_width(t);
          write_imagei(w, i, (int4)(i * i));
        }
        """;
    try (Gpu gpu = Gpu.open("sim:");
        Buffer t = gpu.allocate(64);
        Buffer w = gpu.allocate(64)) {
      t.write(IntStream.range(0, 16).map(n -> n * 7).toArray());
      w.write(new int[16]);
      TexelFormat format = TexelFormat.of("R32_SINT");
      int[] made =
          run(
              gpu,
              text,
              INVOCATIONS,
              l -> l.bindTexels(0, 1, 0, t, format, 0, 64).bindTexels(0, 2, 0, w, format, 0, 64));
      assertArrayEquals(IntStream.range(0, 16).map(n -> n * 14 + 16).toArray(), made);
      assertArrayEquals(IntStream.range(0, 16).map(n -> n * n).toArray(), w.readInts());
    }
  }
}
