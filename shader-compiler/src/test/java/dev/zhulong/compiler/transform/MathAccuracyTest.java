package dev.zhulong.compiler.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Folding;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;

/** The error of each expanded function, against double precision, over its whole range. */
class MathAccuracyTest {
  private static final long SEED = 99;
  private static final int SAMPLES = 60_000;

  /** An expansion that can be run; its inputs are two loads. */
  private static final class Expansion {
    private final Region region = new Region();
    private final Value x;
    private final Value y;
    private final Value result;

    Expansion(Opcode opcode) {
      Builder b = new Builder(region);
      x = b.make(Opcode.LOAD, Type.F32, null);
      y = b.make(Opcode.LOAD, Type.F32, null);
      result = new MathFunctions(b).expand(opcode, x, y);
    }

    int instructions() {
      return region.instructions().size() - 2;
    }

    float run(float first, float second) {
      Map<Value, Constant> values = new IdentityHashMap<>();
      values.put(x, Constant.f32(first));
      values.put(y, Constant.f32(second));
      for (Instruction i : region.instructions().subList(2, region.instructions().size())) {
        List<Constant> operands =
            i.operands().stream()
                .map(v -> v instanceof Constant c ? c : values.get(v))
                .toList();
        values.put(i.result(), Folding.fold(i.opcode(), operands).orElseThrow());
      }
      return values.get(result).asFloat();
    }
  }

  /** Largest error in ULP of the exact result, which is taken to be a normal number at least. */
  private static double worst(
      Opcode opcode, DoubleBinaryOperator exact, float low, float high, boolean logarithmic) {
    Expansion expansion = new Expansion(opcode);
    Random random = new Random(SEED);
    double worst = 0;
    float where = 0;
    for (int n = 0; n < SAMPLES; n++) {
      float x = sample(random, low, high, logarithmic);
      float y = sample(random, low, high, logarithmic);
      double want = exact.applyAsDouble(x, y);
      float got = expansion.run(x, y);
      double ulp = Math.ulp(Math.max(Math.abs((float) want), Float.MIN_NORMAL));
      double error = Math.abs(want) > Float.MAX_VALUE && Float.isInfinite(got)
          ? 0 : Math.abs(got - want) / ulp;
      if (!(error <= worst)) {
        worst = error;
        where = x;
      }
    }
    System.out.printf(
        "%-14s [%g, %g]: %.2f ULP at %g, %d instructions%n",
        opcode, low, high, worst, where, expansion.instructions());
    return worst;
  }

  private static float sample(Random random, float low, float high, boolean logarithmic) {
    if (!logarithmic) {
      return low + (high - low) * random.nextFloat();
    }
    int from = Float.floatToRawIntBits(low);
    int to = Float.floatToRawIntBits(high);
    return Float.intBitsToFloat(from + (int) (random.nextDouble() * ((double) to - from)));
  }

  private static void atMost(double limit, double error) {
    assertTrue(error <= limit, error + " ULP; limit " + limit + ", seed " + SEED);
  }

  @Test
  void exponentials() {
    atMost(2, worst(Opcode.F_EXP, (x, _) -> Math.exp(x), -87, 88.7f, false));
    atMost(2, worst(Opcode.F_EXP, (x, _) -> Math.exp(x), 1e-20f, 1, true));
    atMost(2, worst(Opcode.F_EXP2, (x, _) -> Math.pow(2, x), -126, 128, false));
    atMost(2, worst(Opcode.F_SINH, (x, _) -> Math.sinh(x), 1e-30f, 10, true));
    atMost(4, worst(Opcode.F_SINH, (x, _) -> Math.sinh(x), -88, 89, false));
    atMost(4, worst(Opcode.F_COSH, (x, _) -> Math.cosh(x), -88, 89, false));
    atMost(3, worst(Opcode.F_TANH, (x, _) -> Math.tanh(x), 1e-30f, 30, true));
  }

  @Test
  void logarithms() {
    atMost(3, worst(Opcode.F_LOG, (x, _) -> Math.log(x), 1.2e-38f, 3e38f, true));
    atMost(3, worst(Opcode.F_LOG, (x, _) -> Math.log(x), 0.5f, 2, false));
    atMost(3, worst(Opcode.F_LOG2, (x, _) -> Math.log(x) / Math.log(2), 1.2e-38f, 3e38f, true));
    atMost(3, worst(Opcode.F_LOG2, (x, _) -> Math.log(x) / Math.log(2), 0.5f, 2, false));
    atMost(4, worst(Opcode.F_ASINH, (x, _) -> asinh(x), 1e-20f, 1e18f, true));
    atMost(4, worst(Opcode.F_ACOSH, (x, _) -> Math.log(x + Math.sqrt(x * x - 1)), 1.01f, 1e18f, true));
    atMost(4, worst(Opcode.F_ATANH, (x, _) -> 0.5 * (Math.log1p(x) - Math.log1p(-x)), 1e-20f, 0.999f, true));
    atMost(2, worst(Opcode.F_INVERSE_SQRT, (x, _) -> 1 / Math.sqrt(x), 1.2e-38f, 3e38f, true));
  }

  private static double asinh(double x) {
    return Math.log1p(x + x * x / (1 + Math.sqrt(x * x + 1)));
  }

  @Test
  void powers() {
    atMost(24, worst(Opcode.F_POW, Math::pow, 0.1f, 8, false));
  }

  @Test
  void circularFunctions() {
    atMost(2.5, worst(Opcode.F_SIN, (x, _) -> Math.sin(x), -7, 7, false));
    atMost(2.5, worst(Opcode.F_SIN, (x, _) -> Math.sin(x), 1e-30f, 3, true));
    atMost(2.5, worst(Opcode.F_COS, (x, _) -> Math.cos(x), -7, 7, false));
    atMost(3, worst(Opcode.F_SIN, (x, _) -> Math.sin(x), -1e5f, 1e5f, false));
    atMost(3, worst(Opcode.F_COS, (x, _) -> Math.cos(x), -1e5f, 1e5f, false));
    atMost(5, worst(Opcode.F_TAN, (x, _) -> Math.tan(x), -7, 7, false));
    atMost(4, worst(Opcode.F_ASIN, (x, _) -> Math.asin(x), -1, 1, false));
    atMost(4, worst(Opcode.F_ACOS, (x, _) -> Math.acos(x), -1, 1, false));
    atMost(4, worst(Opcode.F_ATAN, (x, _) -> Math.atan(x), 1e-30f, 1e30f, true));
    atMost(4, worst(Opcode.F_ATAN2, Math::atan2, -5, 5, false));
  }

  @Test
  void rounding() {
    float[] numbers = {
      0, -0f, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 0.49999997f, 8388607.5f, -8388607.5f, 1e10f, -1e30f,
      Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-40f
    };
    for (float x : numbers) {
      assertEquals((float) Math.floor(x), new Expansion(Opcode.F_FLOOR).run(x, 0));
      assertEquals((float) Math.ceil(x), new Expansion(Opcode.F_CEIL).run(x, 0));
      assertEquals((float) Math.rint(x), new Expansion(Opcode.F_ROUND_EVEN).run(x, 0));
      assertEquals(
          (float) (x < 0 ? Math.ceil(x) : Math.floor(x)), new Expansion(Opcode.F_TRUNC).run(x, 0));
    }
  }

  @Test
  void limits() {
    float inf = Float.POSITIVE_INFINITY;
    assertEquals(inf, new Expansion(Opcode.F_EXP).run(89, 0));
    assertEquals(inf, new Expansion(Opcode.F_EXP2).run(128, 0));
    assertEquals(inf, new Expansion(Opcode.F_EXP).run(inf, 0));
    assertEquals(inf, new Expansion(Opcode.F_COSH).run(-90, 0));
    assertEquals(-inf, new Expansion(Opcode.F_SINH).run(-1e30f, 0));
    assertEquals(0f, new Expansion(Opcode.F_EXP).run(-inf, 0));
    assertEquals(0f, new Expansion(Opcode.F_EXP2).run(-1000, 0));
    assertEquals(1f, new Expansion(Opcode.F_EXP).run(0, 0));
    assertEquals(8f, new Expansion(Opcode.F_EXP2).run(3, 0));
    assertEquals(-inf, new Expansion(Opcode.F_LOG).run(0, 0));
    assertEquals(inf, new Expansion(Opcode.F_LOG2).run(inf, 0));
    assertEquals(-3f, new Expansion(Opcode.F_LOG2).run(0.125f, 0));
    assertEquals(0f, new Expansion(Opcode.F_POW).run(0, 0.1f));
    assertEquals(1f, new Expansion(Opcode.F_TANH).run(100, 0));
    assertEquals((float) (Math.PI / 2), new Expansion(Opcode.F_ATAN).run(inf, 0));
    assertEquals((float) Math.PI, new Expansion(Opcode.F_ATAN2).run(0, -1));
    assertEquals((float) (-Math.PI / 2), new Expansion(Opcode.F_ATAN2).run(-2, 0));
    assertEquals(0f, new Expansion(Opcode.F_ATAN2).run(0, 0));
    assertEquals(0f, new Expansion(Opcode.F_ACOS).run(1, 0));
    assertTrue(Math.abs(new Expansion(Opcode.F_SIN).run(1e30f, 0)) <= 1);
  }
}
