package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.tests.NativeTools;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scalars of all widths side by side, in buffers, shared memory, variables and on the stack. */
class MixedWidthsTest {
  private static final long SEED = 5;
  private static final int GROUP = 16;
  private static final int GROUPS = 4;
  private static final int ITEMS = GROUP * GROUPS;

  /** Bytes of an element of the input: 1 + 1 + 2 + 2 + 2 + 8. */
  private static final int ELEMENT = 16;

  private static final String SHADER =
      """
      #version 460
      #extension GL_EXT_shader_explicit_arithmetic_types : require
      #extension GL_EXT_shader_8bit_storage : require
      #extension GL_EXT_shader_16bit_storage : require
      #extension GL_EXT_scalar_block_layout : require
      #extension GL_AMD_shader_trinary_minmax : require
      layout(local_size_x = 16) in;
      struct Item { int8_t a; uint8_t b; int16_t c; uint16_t d; float16_t h; int64_t q; };
      layout(binding = 0, scalar) readonly buffer In { Item item[]; };
      layout(binding = 1, scalar) buffer Out { int64_t sum; Item item[]; } o;
      shared Item held[16];
      shared uint8_t bytes[16];
      int64_t total(Item x) {
        return int64_t(x.a) + int64_t(x.b) + int64_t(x.c) + int64_t(x.d) + x.q;
      }
      void main() {
        uint i = gl_GlobalInvocationID.x;
        uint k = gl_LocalInvocationIndex;
        held[k] = item[i];
        bytes[k] = item[i].b;
        Item own[12];
        for (uint n = 0; n < 12; n++) own[n] = item[(i + n) % 64];
        barrier();
        Item other = held[15 - k];
        Item chosen = own[uint(other.b) % 12];
        Item made;
        made.a = other.a * chosen.a;
        made.b = bytes[15 - k] + chosen.b;
        made.c = max3(other.c, chosen.c, int16_t(0));
        made.d = other.d / (chosen.d | uint16_t(1));
        made.h = other.h * chosen.h;
        made.q = total(other) * total(chosen);
        o.item[i] = made;
        if (i == 0) o.sum = made.q >> 3;
      }
      """;

  private record Item(byte a, byte b, short c, short d, short h, long q) {
    static Item read(ByteBuffer from, int at) {
      return new Item(
          from.get(at),
          from.get(at + 1),
          from.getShort(at + 2),
          from.getShort(at + 4),
          from.getShort(at + 6),
          from.getLong(at + 8));
    }

    long total() {
      return a + (b & 0xff) + c + (d & 0xffff) + q;
    }
  }

  @ParameterizedTest
  @CsvSource({"0, sim:", "2, sim:", "2, sim:?cores=2&warps=8&threads=8", "2, rtl:?config=c1w4t4"})
  void agreesWithJava(int level, String device) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    byte[] in = new byte[ITEMS * ELEMENT];
    new Random(SEED).nextBytes(in);
    ByteBuffer input = ByteBuffer.wrap(in).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer output = ByteBuffer.allocate(8 + ITEMS * ELEMENT).order(ByteOrder.LITTLE_ENDIAN);
    ShaderSource source =
        new ShaderSource("m.comp", Language.GLSL, SHADER.getBytes(StandardCharsets.UTF_8));
    byte[] elf = ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), level)).elf();
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "m");
        Buffer from = gpu.allocate(in.length);
        Buffer to = gpu.allocate(output.capacity())) {
      from.write(0, MemorySegment.ofArray(in));
      kernel.launch(GROUPS, 1, 1).bind(0, from).bind(1, to).submit().await();
      to.read(0, MemorySegment.ofArray(output.array()));
    }
    for (int i = 0; i < ITEMS; i++) {
      Item other = Item.read(input, (i / GROUP * GROUP + GROUP - 1 - i % GROUP) * ELEMENT);
      Item chosen = Item.read(input, (i + (other.b & 0xff) % 12) % ITEMS * ELEMENT);
      Item got = Item.read(output, 8 + i * ELEMENT);
      String place = "invocation " + i + ", seed " + SEED;
      assertEquals((byte) (other.a * chosen.a), got.a, place);
      assertEquals((byte) (other.b + chosen.b), got.b, place);
      assertEquals(Math.max(Math.max(other.c, chosen.c), 0), got.c, place);
      assertEquals((short) ((other.d & 0xffff) / (chosen.d & 0xffff | 1)), got.d, place);
      float product = Float.float16ToFloat(other.h) * Float.float16ToFloat(chosen.h);
      assertEquals(
          Float.float16ToFloat(Float.floatToFloat16(product)), Float.float16ToFloat(got.h), place);
      assertEquals(other.total() * chosen.total(), got.q, place);
      if (i == 0) {
        assertEquals(got.q >> 3, output.getLong(0), place);
      }
    }
  }
}
