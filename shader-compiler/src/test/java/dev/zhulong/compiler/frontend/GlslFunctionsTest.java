package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.testing.Glsl;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The functions of GLSL.std.450 against Java. */
class GlslFunctionsTest {
  private static final long SEED = 11;
  private static final double TOLERANCE = 3e-6;

  private static int[] inputs() {
    Random random = new Random(SEED);
    int[] words = new int[128];
    for (int n = 0; n < words.length; n++) {
      words[n] = Float.floatToRawIntBits(random.nextFloat() * 6 - 3);
    }
    words[0] = Float.floatToRawIntBits(0f);
    words[1] = Float.floatToRawIntBits(-0f);
    words[2] = Float.floatToRawIntBits(2.5f);
    words[3] = Float.floatToRawIntBits(-1.5f);
    words[4] = Float.floatToRawIntBits(1e20f);
    return words;
  }

  private static void binary(String expression, DoubleBinaryOperator expected) {
    int[] in = inputs();
    int[] out =
        Glsl.run(
            "",
            "float x = uintBitsToFloat(in_[i]), y = uintBitsToFloat(in_[i + 64]);"
                + " out_[i] = floatBitsToUint(float("
                + expression
                + "));",
            in,
            64);
    for (int n = 0; n < 64; n++) {
      float x = Float.intBitsToFloat(in[n]);
      float y = Float.intBitsToFloat(in[n + 64]);
      double want = expected.applyAsDouble(x, y);
      double got = Float.intBitsToFloat(out[n]);
      double limit = TOLERANCE * Math.max(1, Math.abs(want));
      if (Double.isFinite((float) want)) {
        assertEquals(want, got, limit, expression + " of " + x + ", " + y + "; seed " + SEED);
      }
    }
  }

  private static void unary(String expression, DoubleUnaryOperator expected) {
    binary(expression, (x, _) -> expected.applyAsDouble(x));
  }

  @Test
  void rounding() {
    unary("floor(x) + 2 * ceil(x)", x -> Math.floor(x) + 2 * Math.ceil(x));
    unary("trunc(x)", x -> x < 0 ? Math.ceil(x) : Math.floor(x));
    unary("roundEven(x)", Math::rint);
    unary("fract(x)", x -> x - Math.floor(x));
    unary("float(int(floor(x))) + float(int(round(x))) * 4", x -> x > 1e10 ? 5.0 * 0x1p31f : Math.floor(x) + 4 * Math.rint(x));
    binary("mod(x, y)", (x, y) -> Math.abs(x) > 10 ? Double.NaN : x - y * Math.floor((float) x / (float) y));
  }

  @Test
  void simpleFunctions() {
    unary("sign(x) + abs(x)", x -> Math.signum(x) + Math.abs(x));
    binary("min(x, y) * 2 + max(x, y)", (x, y) -> Math.min(x, y) * 2 + Math.max(x, y));
    unary("clamp(x, -1.0, 0.5)", x -> Math.min(Math.max(x, -1), 0.5));
    binary("mix(x, y, 0.25)", (x, y) -> 0.75 * x + 0.25 * y);
    binary("step(x, y)", (x, y) -> y < x ? 0 : 1);
    unary("smoothstep(-1.0, 2.0, x)", GlslFunctionsTest::smooth);
    binary("fma(x, y, 0.5)", (x, y) -> x * y + 0.5);
    unary("radians(x) + degrees(x)", x -> Math.toRadians(x) + Math.toDegrees(x));
    unary("isnan(x / 0.0) ? 7.0 : isinf(x / 0.0) ? 8.0 : 9.0", x -> x == 0 ? 7 : 8);
  }

  private static double smooth(double x) {
    double t = Math.min(Math.max((x + 1) / 3, 0), 1);
    return t * t * (3 - 2 * t);
  }

  @Test
  void transcendentalFunctions() {
    unary("exp(x) - exp2(y)".replace("y", "-x"), x -> Math.exp(x) - Math.pow(2, -x));
    unary("log(abs(x) + 0.1) + log2(abs(x) + 0.1)",
        x -> Math.log(Math.abs(x) + 0.1) + Math.log(Math.abs(x) + 0.1) / Math.log(2));
    binary("pow(abs(y), 1.7)", (_, y) -> Math.pow(Math.abs(y), 1.7));
    binary("pow(y, 3.0) + pow(abs(y), 0.5)", (_, y) -> y * y * y + Math.sqrt(Math.abs(y)));
    binary("sin(y) + 2 * cos(y)", (_, y) -> Math.sin(y) + 2 * Math.cos(y));
    binary("atan(x, y) + atan(y)", (x, y) -> Math.atan2(x, y) + Math.atan(y));
    binary("asin(y / 3) + acos(y / 3)", (_, _) -> Math.PI / 2);
    binary("sinh(y) + cosh(y) + tanh(y)", (_, y) -> Math.exp(y) + Math.tanh(y));
    binary("inversesqrt(y * y + 1) * sqrt(2.0)", (_, y) -> Math.sqrt(2 / (y * y + 1)));
  }

  @Test
  void exponents() {
    binary("ldexp(y, 5)", (_, y) -> y * 32);
    binary("ldexp(ldexp(y, -140), 140)", (_, y) -> Math.scalb(Math.scalb((float) y, -140), 140));
  }

  @Test
  void splitting() {
    String program =
        """
        float x = uintBitsToFloat(in_[i]); int e; float w; vec2 wv;
        float m = frexp(x, e); float f = modf(x, w);
        out_[i * 4] = floatBitsToUint(m); out_[i * 4 + 1] = uint(e);
        out_[i * 4 + 2] = floatBitsToUint(f); out_[i * 4 + 3] = floatBitsToUint(w);
        """;
    int[] in = inputs();
    int[] out = Glsl.run("", program, in, 256);
    for (int n = 0; n < 64; n++) {
      float x = Float.intBitsToFloat(in[n]);
      int exponent = x == 0 ? 0 : Math.getExponent(x) + 1;
      assertEquals(Math.scalb(x, -exponent), Float.intBitsToFloat(out[n * 4]));
      assertEquals(exponent, out[n * 4 + 1]);
      float whole = (float) (x < 0 ? Math.ceil(x) : Math.floor(x));
      assertEquals(x - whole, Float.intBitsToFloat(out[n * 4 + 2]), 0f);
      assertEquals(whole, Float.intBitsToFloat(out[n * 4 + 3]), 0f);
    }
  }

  @Test
  void packing() {
    String program =
        """
        vec2 v = uintBitsToFloat(uvec2(in_[i], in_[i + 64]));
        out_[i * 4] = packHalf2x16(v);
        out_[i * 4 + 1] = packSnorm4x8(vec4(v, 1, -1)); out_[i * 4 + 2] = packUnorm2x16(v);
        vec2 h = unpackHalf2x16(packHalf2x16(v)); vec4 s = unpackSnorm4x8(out_[i * 4 + 1]);
        out_[i * 4 + 3] = floatBitsToUint(h.y) ^ (s.z == 1.0 && s.w == -1.0 ? 0u : 1u);
        """;
    int[] in = inputs();
    int[] out = Glsl.run("", program, in, 256);
    for (int n = 0; n < 64; n++) {
      float x = Float.intBitsToFloat(in[n]);
      float y = Float.intBitsToFloat(in[n + 64]);
      int half = Float.floatToFloat16(x) & 0xffff | Float.floatToFloat16(y) << 16;
      assertEquals(half, out[n * 4], "half of " + x + ", " + y);
      int snorm = snorm(x) & 0xff | (snorm(y) & 0xff) << 8 | 127 << 16 | 0x81 << 24;
      assertEquals(snorm, out[n * 4 + 1]);
      int unorm = unorm(x) | unorm(y) << 16;
      assertEquals(unorm, out[n * 4 + 2]);
      assertEquals(
          Float.floatToRawIntBits(Float.float16ToFloat(Float.floatToFloat16(y))), out[n * 4 + 3]);
    }
  }

  private static int snorm(float x) {
    return (int) Math.rint(Math.min(Math.max(x, -1f), 1f) * 127f);
  }

  private static int unorm(float x) {
    return (int) Math.rint(Math.min(Math.max(x, 0f), 1f) * 65535f);
  }

  @Test
  void allHalves() {
    int[] in = new int[64];
    int[] out =
        Glsl.run(
            "",
            "for (uint k = 0; k < 512; ++k) { uint h = i * 512 + k;"
                + " uint w = floatBitsToUint(unpackHalf2x16(h).x);"
                + " out_[h] = w; out_[32768 + h] = packHalf2x16(vec2(uintBitsToFloat(w), 0)); }",
            in,
            65536);
    for (int h = 0; h < 32768; h++) {
      float want = Float.float16ToFloat((short) h);
      if (!Float.isNaN(want)) {
        assertEquals(Float.floatToRawIntBits(want), out[h], "half " + h);
        assertEquals(h, out[32768 + h], "float " + want);
      }
    }
  }

  @Test
  void geometry() {
    binary("length(vec3(y, 2, 1)) + distance(vec2(y, 0), vec2(0, 1))",
        (_, y) -> Math.sqrt(y * y + 5) + Math.sqrt(y * y + 1));
    binary("dot(cross(vec3(y, 1, 2), vec3(3, y, 1)), vec3(1, 2, 3))",
        (_, y) -> 1 - 2 * y + 2 * (6 - y) + 3 * (y * y - 3));
    binary("normalize(vec2(y, 2)).x", (_, y) -> y / Math.sqrt(y * y + 4));
    binary("reflect(vec2(y, -1), vec2(0, 1)).y + faceforward(vec2(1), vec2(y, 0), vec2(1, 0)).x",
        (_, y) -> 1 + (y < 0 ? 1 : -1));
    binary("refract(vec2(0.6, -0.8), vec2(0, 1), 0.5 + y * 0).y",
        (_, _) -> -Math.sqrt(1 - 0.25 * 0.36));
  }
}
