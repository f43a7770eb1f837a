package dev.zhulong.tests.shader;

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
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import dev.zhulong.tests.NativeTools;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads, stores and atomics of storage images, in every format that SPIR-V names. */
class StorageImageTest {
  private static final long SEED = 7;
  private static final int WIDTH = 5;
  private static final int HEIGHT = 3;

  /** GLSL's name, bits of each component, and what they are: f, n, s(norm), i, u. */
  private static final String[] FORMATS = {
    "rgba32f 32,32,32,32 f",
    "rgba16f 16,16,16,16 f",
    "rg32f 32,32 f",
    "rg16f 16,16 f",
    "r11f_g11f_b10f 11,11,10 f",
    "r32f 32 f",
    "r16f 16 f",
    "rgba16 16,16,16,16 n",
    "rgb10_a2 10,10,10,2 n",
    "rgba8 8,8,8,8 n",
    "rg16 16,16 n",
    "rg8 8,8 n",
    "r16 16 n",
    "r8 8 n",
    "rgba16_snorm 16,16,16,16 s",
    "rgba8_snorm 8,8,8,8 s",
    "rg16_snorm 16,16 s",
    "rg8_snorm 8,8 s",
    "r16_snorm 16 s",
    "r8_snorm 8 s",
    "rgba32i 32,32,32,32 i",
    "rgba16i 16,16,16,16 i",
    "rgba8i 8,8,8,8 i",
    "rg32i 32,32 i",
    "rg16i 16,16 i",
    "rg8i 8,8 i",
    "r32i 32 i",
    "r16i 16 i",
    "r8i 8 i",
    "rgba32ui 32,32,32,32 u",
    "rgba16ui 16,16,16,16 u",
    "rgb10_a2ui 10,10,10,2 u",
    "rgba8ui 8,8,8,8 u",
    "rg32ui 32,32 u",
    "rg16ui 16,16 u",
    "rg8ui 8,8 u",
    "r32ui 32 u",
    "r16ui 16 u",
    "r8ui 8 u"
  };

  private record Format(String glsl, int[] bits, char kind) {
    static Format of(String line) {
      String[] parts = line.split(" ");
      String[] widths = parts[1].split(",");
      int[] bits = new int[widths.length];
      for (int n = 0; n < bits.length; n++) {
        bits[n] = Integer.parseInt(widths[n]);
      }
      return new Format(parts[0], bits, parts[2].charAt(0));
    }

    int bytes() {
      int sum = 0;
      for (int width : bits) {
        sum += width;
      }
      return sum / 8;
    }

    String prefix() {
      return switch (kind) {
        case 'i' -> "i";
        case 'u' -> "u";
        default -> "";
      };
    }

    /** Vulkan's name. */
    TexelFormat vulkan() {
      StringBuilder name = new StringBuilder();
      boolean packed = bits[0] == 10 || bits[0] == 11;
      for (int n = 0; n < bits.length; n++) {
        String part = "RGBA".charAt(n) + Integer.toString(bits[n]);
        name.insert(packed ? 0 : name.length(), part);
      }
      name.append(
          switch (kind) {
            case 'f' -> bits[0] == 11 ? "_UFLOAT" : "_SFLOAT";
            case 'n' -> "_UNORM";
            case 's' -> "_SNORM";
            case 'i' -> "_SINT";
            default -> "_UINT";
          });
      return TexelFormat.of(name + (packed ? "_PACK32" : ""));
    }

    /** The words that a load gives for the bytes of a texel. */
    int[] load(byte[] bytes, int offset) {
      int[] made = {0, 0, 0, kind == 'i' || kind == 'u' ? 1 : Float.floatToRawIntBits(1)};
      int at = 0;
      for (int n = 0; n < bits.length; n++) {
        long field = 0;
        for (int k = 0; k < bits[n]; k++) {
          int bit = at + k;
          field |= (long) (bytes[offset + bit / 8] >> bit % 8 & 1) << k;
        }
        at += bits[n];
        made[n] = value(field, bits[n]);
      }
      return made;
    }

    private int value(long field, int width) {
      int signed = (int) (field << 64 - width >> 64 - width);
      return switch (kind) {
        case 'u' -> (int) field;
        case 'i' -> signed;
        case 'n' -> Float.floatToRawIntBits((float) ((double) field / ((1 << width) - 1)));
        case 's' ->
            Float.floatToRawIntBits(
                (float) Math.max(-1.0, (double) signed / ((1 << width - 1) - 1)));
        default -> width == 32 ? (int) field : Float.floatToRawIntBits(small(field, width));
      };
    }

    /** A float of 5 bits of exponent. */
    private static float small(long field, int width) {
      int fraction = width == 16 ? 10 : width - 5;
      int exponent = (int) (field >> fraction & 31);
      long rest = field & (1 << fraction) - 1;
      double magnitude =
          exponent == 0
              ? Math.scalb((double) rest, -14 - fraction)
              : exponent == 31
                  ? rest == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                  : Math.scalb((double) (rest | 1 << fraction), exponent - 15 - fraction);
      return (float) (width == 16 && field >> 15 != 0 ? -magnitude : magnitude);
    }
  }

  private static byte[] compile(String text) throws CompileException {
    ShaderSource source =
        new ShaderSource("image.comp", Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
    return ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), 2)).elf();
  }

  private static String copier(String from, String to, String prefix) {
    String bits = prefix.isEmpty() ? "floatBitsToUint(v)" : "uvec4(v)";
    return """
        #version 460
        #extension GL_EXT_shader_image_load_formatted : enable
        layout(local_size_x = 8, local_size_y = 4) in;
        layout(binding = 0%s) uniform %simage2D from;
        layout(binding = 1%s) writeonly uniform %simage2D to;
        layout(binding = 2) buffer Out { uvec4 seen[]; };
        void main() {
          ivec2 p = ivec2(gl_GlobalInvocationID.xy);
          %svec4 v = imageLoad(from, p);
          seen[p.y * 8 + p.x] = %s;
          imageStore(to, p, v);
          imageStore(to, p - ivec2(100, 0), v);
        }
        """
        .formatted(from, prefix, to, prefix, prefix, bits);
  }

  /** Random texels without NaN and without what several texels stand for. */
  private static byte[] texels(Format format, Random random) {
    byte[] bytes = new byte[WIDTH * HEIGHT * format.bytes()];
    for (int at = 0; at < bytes.length; at += format.bytes()) {
      boolean good = false;
      while (!good) {
        for (int n = 0; n < format.bytes(); n++) {
          bytes[at + n] = (byte) random.nextInt();
        }
        good = true;
        for (int word : format.load(bytes, at)) {
          boolean integer = format.kind == 'i' || format.kind == 'u';
          float value = Float.intBitsToFloat(word);
          good &= integer || !Float.isNaN(value) && (format.kind != 's' || value > -1);
        }
      }
    }
    return bytes;
  }

  private static void copies(Gpu gpu, Format format, String from, String to, Random random)
      throws CompileException {
    byte[] wanted = texels(format, random);
    TextureShape shape = TextureShape.of(format.vulkan(), WIDTH, HEIGHT);
    try (Kernel kernel = gpu.load(compile(copier(from, to, format.prefix())), format.glsl);
        Texture source = gpu.texture(shape);
        Texture target = gpu.texture(shape);
        Buffer out = gpu.allocate(8 * 4 * 16)) {
      source.write(0, wanted);
      kernel.launch(1, 1, 1).bind(0, source).bind(1, target).bind(2, out).submit().await();
      int[] seen = out.readInts();
      for (int n = 0; n < 32; n++) {
        int x = n % 8;
        int y = n / 8;
        boolean inside = x < WIDTH && y < HEIGHT;
        int[] want = inside ? format.load(wanted, (y * WIDTH + x) * format.bytes()) : new int[4];
        for (int c = 0; c < 4; c++) {
          assertEquals(
              Integer.toHexString(want[c]),
              Integer.toHexString(seen[4 * n + c]),
              format.glsl + " texel " + x + "," + y + " component " + c + " seed " + SEED);
        }
      }
      assertArrayEquals(wanted, target.read(0), format.glsl + " stored, seed " + SEED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyFormatIsLoadedAndStored(boolean declared) throws CompileException {
    Random random = new Random(SEED);
    try (Gpu gpu = Gpu.open("sim:")) {
      for (String line : FORMATS) {
        Format format = Format.of(line);
        String layout = declared ? ", " + format.glsl : "";
        copies(gpu, format, layout, layout, random);
      }
    }
  }

  @Test
  void theCycleModelLoadsAndStoresAlike() throws CompileException {
    NativeTools.assumeVerilator();
    Random random = new Random(SEED);
    try (Gpu gpu = Gpu.open("rtl:?config=c1w8t8")) {
      for (int n : new int[] {1, 4, 8, 18, 38}) {
        Format format = Format.of(FORMATS[n]);
        copies(gpu, format, ", " + format.glsl, "", random);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"sim:", "rtl:?config=c1w4t4"})
  void atomicsOutsideDoNothing(String device) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    byte[] elf =
        compile(
            """
            #version 460
            #extension GL_EXT_shader_atomic_float : enable
            layout(local_size_x = 16) in;
            layout(binding = 0, r32ui) uniform uimage2D counts;
            layout(binding = 1, r32f) uniform image2D sums;
            layout(binding = 2) buffer Out { uint old[]; };
            void main() {
              int i = int(gl_LocalInvocationIndex);
              ivec2 p = ivec2(i % 4 - 1, i / 4 - 1);
              old[i] = imageAtomicAdd(counts, p, 10u);
              imageAtomicMax(counts, ivec2(1, 1), uint(i));
              imageAtomicExchange(sums, ivec2(-1, 0), 5.0);
              imageAtomicAdd(sums, ivec2(p.x, 0), 0.5);
              imageAtomicCompSwap(counts, ivec2(0, 2), 0u, 9u);
            }
            """);
    TexelFormat words = TexelFormat.of("R32_UINT");
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "atomics");
        Texture counts = gpu.texture(TextureShape.of(words, 2, 2));
        Texture sums = gpu.texture(TextureShape.of(TexelFormat.of("R32_SFLOAT"), 2, 1));
        Buffer out = gpu.allocate(64)) {
      counts.write(0, new byte[16]);
      sums.write(0, new byte[8]);
      kernel.launch(1, 1, 1).bind(0, counts).bind(1, sums).bind(2, out).submit().await();
      byte[] bytes = counts.read(0);
      assertEquals(10, bytes[0]);
      assertEquals(10, bytes[4]);
      assertEquals(10, bytes[8]);
      byte[] floats = sums.read(0);
      for (int at = 0; at < 8; at += 4) {
        // Four lanes with this column add a half: 2.0.
        assertArrayEquals(
            new byte[] {0, 0, 0, 0x40},
            new byte[] {floats[at], floats[at + 1], floats[at + 2], floats[at + 3]});
      }
      int[] old = out.readInts();
      for (int i = 0; i < 16; i++) {
        boolean last = i == 10;
        assertEquals(last ? bytes[12] - 10 > 0 ? old[i] : 0 : 0, old[i], "lane " + i);
      }
    }
  }

  /** Two declarations at one binding are views of the same image, or of the same buffer. */
  @Test
  void declarationsMayShareABinding() throws CompileException {
    byte[] elf =
        compile(
            """
            #version 460
            layout(local_size_x = 4) in;
            layout(binding = 0, r32ui) uniform uimage2D words;
            layout(binding = 0, rgba8) uniform image2D colours;
            layout(binding = 1) buffer Floats { float f[]; };
            layout(binding = 1) buffer Words { uint u[8]; };
            void main() {
              int i = int(gl_LocalInvocationIndex);
              vec4 c = imageLoad(colours, ivec2(i, 0));
              imageStore(words, ivec2(i, 0), uvec4(packUnorm4x8(c.bgra)));
              f[i] = float(i);
              memoryBarrierBuffer();
              u[4 + i] = u[i];
            }
            """);
    try (Gpu gpu = Gpu.open("sim:");
        Kernel kernel = gpu.load(elf, "views");
        Texture image = gpu.texture(TextureShape.of(TexelFormat.of("R8G8B8A8_UNORM"), 4, 1));
        Buffer out = gpu.allocate(32)) {
      image.write(0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
      kernel.launch(1, 1, 1).bind(0, image).bind(1, out).submit().await();
      assertArrayEquals(
          new byte[] {3, 2, 1, 4, 7, 6, 5, 8, 11, 10, 9, 12, 15, 14, 13, 16}, image.read(0));
      float[] floats = out.readFloats();
      for (int i = 0; i < 4; i++) {
        assertEquals(i, floats[i]);
        assertEquals(i, floats[4 + i]);
      }
    }
  }
}
