package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.testing.Glsl;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;

/** Arithmetic of 8, 16 and 64 bits and of halves, against Java's own. */
class WidthsTest {
  private static final long SEED = 11;
  private static final int RUNS = 64;
  private static final String EXTENSION =
      """
      #extension GL_EXT_shader_explicit_arithmetic_types : require
      """;

  private static final long[] SPECIAL = {
    0,
    1,
    -1,
    2,
    31,
    32,
    33,
    63,
    0x7fffffffL,
    0x80000000L,
    0xffffffffL,
    1L << 32,
    1L << 33,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    0xffffff80_00000000L,
    0x1000001_00000000L,
    -3,
    10
  };

  private static long[] inputs() {
    Random random = new Random(SEED);
    long[] made = new long[2 * RUNS];
    for (int n = 0; n < made.length; n++) {
      long value =
          random.nextInt(5) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextLong();
      made[n] = random.nextBoolean() ? value : value >> random.nextInt(64);
    }
    System.arraycopy(SPECIAL, 0, made, 0, SPECIAL.length);
    return made;
  }

  private static void wide(String expression, LongBinaryOperator expected) {
    long[] in = inputs();
    int[] words = new int[2 * in.length];
    for (int n = 0; n < in.length; n++) {
      words[2 * n] = (int) in[n];
      words[2 * n + 1] = (int) (in[n] >>> 32);
    }
    int[] out =
        Glsl.run(
            EXTENSION,
            """
            uint64_t a = packUint2x32(uvec2(in_[2 * i], in_[2 * i + 1]));
            uint64_t b = packUint2x32(uvec2(in_[2 * i + 128], in_[2 * i + 129]));
            int64_t sa = int64_t(a), sb = int64_t(b);
            uvec2 r = unpackUint2x32(uint64_t(%s));
            out_[2 * i] = r.x;
            out_[2 * i + 1] = r.y;
            """
                .formatted(expression),
            words,
            2 * RUNS);
    for (int n = 0; n < RUNS; n++) {
      long got = (long) out[2 * n + 1] << 32 | out[2 * n] & 0xffffffffL;
      long a = in[n];
      long b = in[n + RUNS];
      assertEquals(
          Long.toHexString(expected.applyAsLong(a, b)),
          Long.toHexString(got),
          () -> expression + " of " + a + " and " + b + ", seed " + SEED);
    }
  }

  @Test
  void sums() {
    wide("a + b", (a, b) -> a + b);
    wide("a - b", (a, b) -> a - b);
    wide("a * b", (a, b) -> a * b);
    wide("-sa", (a, b) -> -a);
    wide("~a & b | (a ^ 5ul)", (a, b) -> ~a & b | a ^ 5);
  }

  @Test
  void quotients() {
    wide("a / (b | 1ul)", (a, b) -> Long.divideUnsigned(a, b | 1));
    wide("a % (b | 1ul)", (a, b) -> Long.remainderUnsigned(a, b | 1));
    wide("sa / (sb | 1l)", (a, b) -> a / (b | 1));
    wide(
        "(sa & 0x7fffffffffffl) % (b >> 40 | 1)", (a, b) -> (a & 0x7fffffffffffL) % (b >>> 40 | 1));
  }

  @Test
  void shifts() {
    wide("a << uint(b & 63ul)", (a, b) -> a << b);
    wide("a >> uint(b & 63ul)", (a, b) -> a >>> b);
    wide("sa >> uint(b & 63ul)", (a, b) -> a >> b);
    wide("a << 32 | a >> 47", (a, b) -> a << 32 | a >>> 47);
  }

  @Test
  void comparisons() {
    wide("a < b ? 1 : 0", (a, b) -> Long.compareUnsigned(a, b) < 0 ? 1 : 0);
    wide("sa < sb ? 1 : 0", (a, b) -> a < b ? 1 : 0);
    wide("a >= b ? 1 : 0", (a, b) -> Long.compareUnsigned(a, b) >= 0 ? 1 : 0);
    wide("sa <= sb ? 1 : 0", (a, b) -> a <= b ? 1 : 0);
    wide("a == b || sa != 10l ? 1 : 0", (a, b) -> a == b || a != 10 ? 1 : 0);
    wide("max(sa, sb) - min(sa, sb)", (a, b) -> Math.max(a, b) - Math.min(a, b));
    wide("abs(sa) + sign(sb)", (a, b) -> Math.abs(a) + Long.signum(b));
    wide(
        "clamp(a, 5ul, b | 5ul)",
        (a, b) -> {
          long low = Long.compareUnsigned(a, 5) < 0 ? 5 : a;
          return Long.compareUnsigned(low, b | 5) > 0 ? b | 5 : low;
        });
  }

  @Test
  void conversions() {
    wide("uint64_t(floatBitsToUint(float(sa)))", (a, b) -> bits((float) a));
    wide("uint64_t(floatBitsToUint(float(a)))", (a, b) -> bits(unsignedToFloat(a)));
    wide("int64_t(float(sa) * 0.5)", (a, b) -> (long) ((float) a * 0.5f));
    wide("uint64_t(float(a >> 1))", (a, b) -> unsignedFromFloat(unsignedToFloat(a >>> 1)));
    wide("int64_t(int8_t(a)) + int64_t(uint16_t(b))", (a, b) -> (byte) a + (b & 0xffff));
    wide("int64_t(int(a)) ^ uint64_t(uint(b))", (a, b) -> (int) a ^ b & 0xffffffffL);
  }

  private static long bits(float x) {
    return Float.floatToRawIntBits(x) & 0xffffffffL;
  }

  private static float unsignedToFloat(long a) {
    return new java.math.BigInteger(Long.toUnsignedString(a)).floatValue();
  }

  private static long unsignedFromFloat(float x) {
    return new java.math.BigDecimal(x).toBigInteger().longValue();
  }

  @Test
  void variablesOfWideVectors() {
    wide(
        "u64vec3(a, b, a + b)[uint(a) % 3u]",
        (a, b) -> new long[] {a, b, a + b}[Integer.remainderUnsigned((int) a, 3)]);
    wide(
        "(a > b ? u64vec2(a, b) : u64vec2(b, a)).yx.y",
        (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b);
  }

  private static void narrow(String type, String expression, IntBinaryOperator expected) {
    Random random = new Random(SEED);
    int[] in = random.ints(2 * RUNS).toArray();
    int[] special = {0, 1, -1, 127, 128, -128, 255, 32767, 32768, -32768, 65535};
    System.arraycopy(special, 0, in, 0, special.length);
    System.arraycopy(special, 0, in, RUNS + 3, special.length);
    int[] out =
        Glsl.run(
            EXTENSION,
            "%1$s a = %1$s(in_[i]), b = %1$s(in_[i + 64]); out_[i] = uint(%2$s);"
                .formatted(type, expression),
            in,
            RUNS);
    for (int n = 0; n < RUNS; n++) {
      int a = in[n];
      int b = in[n + RUNS];
      assertEquals(
          expected.applyAsInt(a, b),
          out[n],
          () -> type + ": " + expression + " of " + a + " and " + b + ", seed " + SEED);
    }
  }

  @Test
  void bytes() {
    narrow("int8_t", "a + b", (a, b) -> (byte) (a + b));
    narrow("int8_t", "a * b", (a, b) -> (byte) (a * b));
    narrow("int8_t", "-a", (a, b) -> (byte) -a);
    narrow("int8_t", "a / (b | int8_t(1))", (a, b) -> (byte) ((byte) a / ((byte) b | 1)));
    narrow("int8_t", "a >> (b & int8_t(7))", (a, b) -> (byte) a >> (b & 7));
    narrow("int8_t", "a << (b & int8_t(7))", (a, b) -> (byte) ((byte) a << (b & 7)));
    narrow("int8_t", "a < b ? 1 : 0", (a, b) -> (byte) a < (byte) b ? 1 : 0);
    narrow("uint8_t", "a + b", (a, b) -> a + b & 0xff);
    narrow("uint8_t", "a - b", (a, b) -> a - b & 0xff);
    narrow("uint8_t", "~a", (a, b) -> ~a & 0xff);
    narrow("uint8_t", "a / (b | uint8_t(1))", (a, b) -> (a & 0xff) / (b & 0xff | 1));
    narrow("uint8_t", "a >> (b & uint8_t(7))", (a, b) -> (a & 0xff) >> (b & 7));
    narrow("uint8_t", "int(int8_t(a)) + int(b)", (a, b) -> (byte) a + (b & 0xff));
    narrow("uint8_t", "max(a, b) - min(a, b)", (a, b) -> Math.abs((a & 0xff) - (b & 0xff)));
  }

  @Test
  void shorts() {
    narrow("int16_t", "a + b", (a, b) -> (short) (a + b));
    narrow("int16_t", "a * b", (a, b) -> (short) (a * b));
    narrow("int16_t", "a % int16_t(7)", (a, b) -> Math.floorMod((short) a, 7));
    narrow(
        "int16_t",
        "abs(a) + sign(b)",
        (a, b) -> (short) ((short) Math.abs((short) a) + Integer.signum((short) b)));
    narrow("uint16_t", "a * b", (a, b) -> a * b & 0xffff);
    narrow("uint16_t", "a % (b | uint16_t(1))", (a, b) -> (a & 0xffff) % (b & 0xffff | 1));
    narrow("uint16_t", "a > b ? 1 : 0", (a, b) -> (a & 0xffff) > (b & 0xffff) ? 1 : 0);
    narrow("uint16_t", "pack32(u16vec2(a, b))", (a, b) -> a & 0xffff | b << 16);
    narrow("uint16_t", "unpack16(in_[i]).y", (a, b) -> a >>> 16);
    narrow("uint16_t", "unpack8(in_[i]).z", (a, b) -> a >>> 16 & 0xff);
  }

  private static void half(String expression, HalfOperator expected) {
    int[] in = new Random(SEED).ints(2 * RUNS).toArray();
    int[] special = {0, 0x8000, 0x3c00, 0x7bff, 0xfbff, 1, 0x8001, 0x3ff, 0x400, 0x7c00, 0xfc00};
    System.arraycopy(special, 0, in, 0, special.length);
    System.arraycopy(special, 0, in, RUNS + 2, special.length);
    int[] out =
        Glsl.run(
            EXTENSION,
            "float16_t a = uint16BitsToFloat16(uint16_t(in_[i])), b ="
                + " uint16BitsToFloat16(uint16_t(in_[i + 64])); out_[i] ="
                + " uint(float16BitsToUint16("
                + expression
                + "));",
            in,
            RUNS);
    for (int n = 0; n < RUNS; n++) {
      float a = Float.float16ToFloat((short) in[n]);
      float b = Float.float16ToFloat((short) in[n + RUNS]);
      float want = expected.apply(a, b);
      float got = Float.float16ToFloat((short) out[n]);
      assertEquals(
          Float.isNaN(want) ? "NaN" : Integer.toHexString(Float.floatToFloat16(want) & 0xffff),
          Float.isNaN(got) ? "NaN" : Integer.toHexString(out[n]),
          () -> expression + " of " + a + " and " + b + ", seed " + SEED);
    }
  }

  private interface HalfOperator {
    float apply(float a, float b);
  }

  private static float rounded(double x) {
    return Float.float16ToFloat(Float.floatToFloat16((float) x));
  }

  @Test
  void halves() {
    half("a + b", (a, b) -> rounded(a + b));
    half("a - b", (a, b) -> rounded(a - b));
    half("a * b", (a, b) -> rounded(a * b));
    half("a / b", (a, b) -> rounded(a / b));
    half("-a", (a, b) -> -a);
    half("sqrt(abs(a))", (a, b) -> rounded(Math.sqrt(Math.abs(a))));
    half("floor(a)", (a, b) -> (float) Math.floor(a));
    half("float16_t(float(a) * 0.0001)", (a, b) -> rounded(a * 0.0001f));
  }
}
