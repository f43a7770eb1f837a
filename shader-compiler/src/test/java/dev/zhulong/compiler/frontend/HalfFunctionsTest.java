package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.testing.Glsl;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The functions of GLSL.std.450 on 16-bit floats, against double precision. */
class HalfFunctionsTest {
  private static final long SEED = 41;
  private static final int RUNS = 64;

  private interface Function {
    double apply(double a, double b);
  }

  /**
   * Requires a function's results within so many units in the last place of a half.
   *
   * @param low where the first argument's range starts
   * @param high where it ends
   */
  private static void near(
      int units, double low, double high, String expression, Function expected) {
    Random random = new Random(SEED);
    int[] in = new int[2 * RUNS];
    for (int n = 0; n < in.length; n++) {
      double x = low + (high - low) * random.nextDouble();
      in[n] = Float.floatToFloat16((float) (n == 0 ? low : n == 1 ? high : x)) & 0xffff;
    }
    int[] out =
        Glsl.run(
            "#extension GL_EXT_shader_explicit_arithmetic_types : require",
            """
            float16_t a = uint16BitsToFloat16(uint16_t(in_[i]));
            float16_t b = uint16BitsToFloat16(uint16_t(in_[i + 64]));
            float16_t r;
            int e;
            %s;
            out_[i] = uint(float16BitsToUint16(r));
            """
                .formatted(expression),
            in,
            RUNS);
    for (int n = 0; n < RUNS; n++) {
      double a = Float.float16ToFloat((short) in[n]);
      double b = Float.float16ToFloat((short) in[n + RUNS]);
      short want = Float.floatToFloat16((float) expected.apply(a, b));
      int difference = Math.abs(ordered(want) - ordered((short) out[n]));
      float got = Float.float16ToFloat((short) out[n]);
      assertTrue(
          difference <= units || Float.isNaN(got) && Float.isNaN(Float.float16ToFloat(want)),
          () -> expression + " of " + a + " and " + b + ": " + got + ", seed " + SEED);
    }
  }

  /** Halves as whole numbers, neighbours side by side. */
  private static int ordered(short half) {
    return half < 0 ? -(half & 0x7fff) : half;
  }

  @Test
  void exactFunctions() {
    near(0, -70, 70, "r = floor(a)", (a, b) -> Math.floor(a));
    near(0, -70, 70, "r = ceil(a)", (a, b) -> Math.ceil(a));
    near(0, -70, 70, "r = trunc(a)", (a, b) -> a < 0 ? Math.ceil(a) : Math.floor(a));
    near(0, -70, 70, "r = roundEven(a)", (a, b) -> Math.rint(a));
    near(0, -70, 70, "r = fract(a)", (a, b) -> a - Math.floor(a));
    near(0, -70, 70, "r = abs(a) + sign(b)", (a, b) -> Math.abs(a) + Math.signum(b));
    near(0, -70, 70, "r = min(a, b)", Math::min);
    near(0, -70, 70, "r = max(a, b)", Math::max);
    near(0, -70, 70, "r = clamp(a, -5.0hf, 5.0hf)", (a, b) -> Math.clamp(a, -5, 5));
    near(0, -70, 70, "r = step(a, b)", (a, b) -> b < a ? 0 : 1);
    near(0, -70, 70, "r = a < b ? a : b", Math::min);
    near(0, 0, 65504, "r = sqrt(a)", (a, b) -> Math.sqrt(a));
    near(0, -2, 2, "r = ldexp(a, 7)", (a, b) -> a * 128);
    near(0, -2, 2, "r = ldexp(a, -20)", (a, b) -> a * 0x1p-20);
    near(0, 0.001, 9, "r = frexp(a, e)", (a, b) -> a / Math.scalb(2.0, Math.getExponent(a)));
    near(0, 0.001, 9, "r = frexp(a, e); r = float16_t(e)", (a, b) -> Math.getExponent(a) + 1);
    near(0, -60, 60, "r = modf(a, b)", (a, b) -> a - (a < 0 ? Math.ceil(a) : Math.floor(a)));
    near(0, -60, 60, "modf(a, r)", (a, b) -> a < 0 ? Math.ceil(a) : Math.floor(a));
  }

  @Test
  void roundedFunctions() {
    near(1, 0.01, 900, "r = inversesqrt(a)", (a, b) -> 1 / Math.sqrt(a));
    near(1, -10, 11, "r = exp(a)", (a, b) -> Math.exp(a));
    near(1, -14, 15, "r = exp2(a)", (a, b) -> Math.pow(2, a));
    near(1, 0.01, 60000, "r = log(a)", (a, b) -> Math.log(a));
    near(1, 0.01, 60000, "r = log2(a)", (a, b) -> Math.log(a) / Math.log(2));
    near(1, 0.01, 10, "r = pow(a, b)", Math::pow);
    near(1, -3, 3, "r = sin(a)", (a, b) -> Math.sin(a));
    near(1, -3, 3, "r = cos(a)", (a, b) -> Math.cos(a));
    near(1, -3, 3, "r = atan(a, b)", Math::atan2);
    near(1, -3, 3, "r = tanh(a)", (a, b) -> Math.tanh(a));
    near(1, -9, 9, "r = mix(a, b, 0.5hf)", (a, b) -> 0.5 * a + 0.5 * b);
    near(1, -9, 9, "r = fma(a, b, 1.0hf)", (a, b) -> a * b + 1);
    near(1, -9, 9, "r = length(f16vec2(a, b))", Math::hypot);
    near(1, -9, 9, "r = dot(f16vec3(a, b, 1), f16vec3(b, a, 2))", (a, b) -> 2 * a * b + 2);
    near(1, 1, 9, "r = determinant(f16mat2(a, 0, b, a))", (a, b) -> a * a);
    near(1, 1, 9, "r = (f16mat2(a, 1, 0, b) * f16vec2(b, 2)).y", (a, b) -> b + 2 * b);
    near(
        1,
        1,
        9,
        "r = radians(a) + degrees(b)",
        (a, b) -> rounded(Math.toRadians(a)) + rounded(Math.toDegrees(b)));
  }

  private static double rounded(double x) {
    return Float.float16ToFloat(Float.floatToFloat16((float) x));
  }
}
