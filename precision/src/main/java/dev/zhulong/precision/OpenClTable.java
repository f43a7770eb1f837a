package dev.zhulong.precision;

import static dev.zhulong.precision.ValueKind.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * The float functions of OpenCL.std. Limits: OpenCL SPIR-V Environment Specification, ULP values
 * for math instructions, full profile.
 */
final class OpenClTable {
  private static final Range ALL = Range.all();
  private static final Range MODERATE = Range.between(-1000, 1000);
  private static final Range NUMBERS =
      Range.between(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  private static final String SECOND_FLOAT = "\n%r1 = OpLoad %float %float_place";
  private static final String SECOND_INT = "\n%r1 = OpLoad %uint %int_place";
  private static final double EPSILON = 0x1p-23;

  private final Mpfr oracle;
  private final List<MeasuredFunction> made = new ArrayList<>();

  private OpenClTable(Mpfr oracle) {
    this.oracle = oracle;
  }

  static List<MeasuredFunction> all(Mpfr oracle) {
    OpenClTable table = new OpenClTable(oracle);
    table.unary();
    table.binary();
    table.powers();
    table.twofold();
    table.exact();
    table.common();
    table.half();
    table.natives();
    for (int size = 2; size <= 4; size++) {
      table.geometric(size);
    }
    return List.copyOf(table.made);
  }

  private static Entry of(String name) {
    return Entry.of(FunctionSet.OPENCL, name);
  }

  private void one(String name, String of, double limit) {
    made.add(of(name).over("all", ALL).exact(oracle.unary(of)).limit(Limit.ulp(limit)));
  }

  private void unary() {
    Range unit = Range.oneOf(ALL, Range.between(-1, 1));
    for (String name : new String[] {"acos", "asin"}) {
      made.add(of(name).over("all", unit).exact(oracle.unary("mpfr_" + name)).limit(Limit.ulp(4)));
      made.add(
          of(name + "pi")
              .over("all", unit)
              .exact(oracle.unary("mpfr_" + name + "pi"))
              .limit(Limit.ulp(5)));
    }
    one("acosh", "mpfr_acosh", 4);
    one("asinh", "mpfr_asinh", 4);
    one("atan", "mpfr_atan", 5);
    made.add(of("atanh").over("all", unit).exact(oracle.unary("mpfr_atanh")).limit(Limit.ulp(5)));
    one("atanpi", "mpfr_atanpi", 5);
    one("cbrt", "mpfr_cbrt", 2);
    one("cos", "mpfr_cos", 4);
    one("cosh", "mpfr_cosh", 4);
    one("cospi", "mpfr_cospi", 4);
    made.add(
        of("erf")
            .over("all", Range.oneOf(ALL, Range.between(-5, 5)))
            .exact(oracle.unary("mpfr_erf"))
            .limit(Limit.ulp(16)));
    made.add(
        of("erfc")
            .over("all", Range.oneOf(ALL, Range.between(-5, 11)))
            .exact(oracle.unary("mpfr_erfc"))
            .limit(Limit.ulp(16)));
    one("exp", "mpfr_exp", 3);
    one("exp2", "mpfr_exp2", 3);
    one("exp10", "mpfr_exp10", 3);
    one("expm1", "mpfr_expm1", 3);
    Range positive = Range.oneOf(ALL, Range.near(1, 0.5));
    for (String name : new String[] {"log", "log2", "log10"}) {
      made.add(
          of(name).over("all", positive).exact(oracle.unary("mpfr_" + name)).limit(Limit.ulp(3)));
    }
    one("log1p", "mpfr_log1p", 2);
    made.add(
        of("lgamma")
            .over(
                "0 … ∞",
                Range.oneOf(Range.between(0, Double.POSITIVE_INFINITY), Range.between(0, 40)))
            .computes(oracle.logGamma())
            .limit(Limit.none("none")));
    made.add(
        of("lgamma")
            .over("all", Range.oneOf(ALL, Range.between(-40, 40)))
            .computes(oracle.logGamma())
            .limit(Limit.none("none")));
    made.add(
        of("tgamma")
            .over("all", Range.oneOf(ALL, Range.between(-42, 36)))
            .exact(oracle.unary("mpfr_gamma"))
            .limit(Limit.ulp(16)));
    made.add(of("rsqrt").over("all", ALL).exact(rootReciprocal()).limit(Limit.ulp(2)));
    one("sin", "mpfr_sin", 4);
    one("sinh", "mpfr_sinh", 4);
    one("sinpi", "mpfr_sinpi", 4);
    one("sqrt", "mpfr_sqrt", 3);
    one("tan", "mpfr_tan", 5);
    one("tanh", "mpfr_tanh", 5);
    one("tanpi", "mpfr_tanpi", 6);
  }

  /** Of −0, unlike MPFR's, minus infinity. */
  private DoubleUnaryOperator rootReciprocal() {
    DoubleUnaryOperator function = oracle.unary("mpfr_rec_sqrt");
    return x -> x == 0 ? 1 / x : function.applyAsDouble(x);
  }

  /** Of NaN, unlike MPFR's, always NaN. */
  private DoubleBinaryOperator realPower() {
    DoubleBinaryOperator function = oracle.binary("mpfr_powr");
    return (x, y) -> Double.isNaN(y) ? y : function.applyAsDouble(x, y);
  }

  private void two(String name, DoubleBinaryOperator exact, Limit limit) {
    made.add(of(name).over("all", ALL, ALL).exact(exact).limit(limit));
  }

  private void binary() {
    two("atan2", oracle.binary("mpfr_atan2"), Limit.ulp(6));
    two("atan2pi", oracle.binary("mpfr_atan2pi"), Limit.ulp(6));
    two("hypot", oracle.binary("mpfr_hypot"), Limit.ulp(4));
    two("fmod", oracle.binary("mpfr_fmod"), Limit.exact());
    two("remainder", oracle.binary("mpfr_remainder"), Limit.exact());
    two("fdim", (x, y) -> x <= y ? 0 : x - y, Limit.correctlyRounded());
  }

  private void powers() {
    Range base = Range.oneOf(ALL, Range.near(1, 0.5), Range.near(-1, 0.5), Range.between(-16, 16));
    Range exponent = Range.oneOf(ALL, Range.between(-200, 200), Range.integers(-60, 60));
    DoubleBinaryOperator power = oracle.binary("mpfr_pow");
    Range integers =
        Range.oneOf(
            Range.integers(-1000, 1000), Range.integers(Integer.MIN_VALUE, Integer.MAX_VALUE));
    made.add(of("pow").over("all", base, exponent).exact(power).limit(Limit.ulp(16)));
    made.add(of("powr").over("all", base, exponent).exact(realPower()).limit(Limit.ulp(16)));
    made.add(
        of("pown").over("all", base, integers).takes(FLOAT, INT).exact(power).limit(Limit.ulp(16)));
    made.add(
        of("rootn")
            .over("all", base, integers)
            .takes(FLOAT, INT)
            .exact(oracle.withInteger("mpfr_rootn_si"))
            .limit(Limit.ulp(16)));
  }

  private static String stored(String name, String pointer, String second) {
    return "%r0 = OpExtInst %float %std " + name + " " + pointer + second;
  }

  private void twofold() {
    DoubleUnaryOperator sine = oracle.unary("mpfr_sin");
    DoubleUnaryOperator cosine = oracle.unary("mpfr_cos");
    made.add(
        of("sincos")
            .over("all", ALL)
            .gives(FLOAT, FLOAT)
            .body(stored("sincos", "%a %float_place", SECOND_FLOAT))
            .computes(
                (x, to) -> {
                  to[0] = sine.applyAsDouble(x[0]);
                  to[1] = cosine.applyAsDouble(x[0]);
                })
            .limit(Limit.ulp(4), Limit.ulp(4)));
    made.add(
        of("modf")
            .over("all", ALL)
            .gives(FLOAT, FLOAT)
            .body(stored("modf", "%a %float_place", SECOND_FLOAT))
            .computes(
                (x, to) -> {
                  to[1] = trunc(x[0]);
                  to[0] = Double.isInfinite(x[0]) ? Math.copySign(0, x[0]) : x[0] - to[1];
                })
            .limit(Limit.exact(), Limit.exact()));
    made.add(
        of("fract")
            .over("all", ALL)
            .gives(FLOAT, FLOAT)
            .body(stored("fract", "%a %float_place", SECOND_FLOAT))
            .computes(
                (x, to) -> {
                  to[1] = Math.floor(x[0]);
                  double rest = Double.isInfinite(x[0]) ? 0 : x[0] - to[1];
                  to[0] = rest > 0x1.fffffep-1 ? 0x1.fffffep-1 : rest;
                })
            .limit(Limit.correctlyRounded(), Limit.exact()));
    made.add(
        of("frexp")
            .over("finite", Range.between(-Float.MAX_VALUE, Float.MAX_VALUE))
            .gives(FLOAT, INT)
            .body(stored("frexp", "%a %int_place", SECOND_INT))
            .computes(GlslTable::frexp)
            .limit(Limit.exact(), Limit.exact()));
    made.add(
        of("remquo")
            .over("all", ALL, ALL)
            .gives(FLOAT, INT)
            .body(stored("remquo", "%a %b %int_place", SECOND_INT))
            .computes(oracle.remainderWithQuotient())
            .limit(Limit.exact(), Limit.exact()));
    made.add(
        of("lgamma_r")
            .over("not infinite or a pole", Range.oneOf(ALL, Range.between(-40, 40)))
            .where(x -> Double.isFinite(x[0]) && (x[0] > 0 || x[0] != Math.floor(x[0])))
            .gives(FLOAT, INT)
            .body(stored("lgamma_r", "%a %int_place", SECOND_INT))
            .computes(oracle.logGamma())
            .limit(Limit.none("none"), Limit.exact()));
  }

  private static double trunc(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }

  private void exact() {
    same("ceil", Math::ceil);
    same("fabs", Math::abs);
    same("floor", Math::floor);
    same("rint", Math::rint);
    same("round", x -> Math.copySign(Math.floor(Math.abs(x) + 0.5), x));
    same("trunc", OpenClTable::trunc);
    same("sign", x -> Double.isNaN(x) ? 0 : Math.signum(x));
    same("logb", OpenClTable::logb);
    made.add(
        of("ilogb")
            .over("numbers but 0, ∞", ALL)
            .where(x -> Double.isFinite(x[0]) && x[0] != 0)
            .gives(INT)
            .exact(OpenClTable::logb)
            .limit(Limit.exact()));
    made.add(
        of("copysign")
            .over("numbers", NUMBERS, NUMBERS)
            .exact(Math::copySign)
            .limit(Limit.exact()));
    two("fmax", (x, y) -> -minimum(-x, -y), Limit.exact());
    two("fmin", OpenClTable::minimum, Limit.exact());
    two("maxmag", (x, y) -> largest(x, y), Limit.exact());
    two("minmag", (x, y) -> smallest(x, y), Limit.exact());
    two(
        "nextafter",
        (x, y) -> Double.isNaN(x) || Double.isNaN(y) ? Double.NaN : Math.nextAfter((float) x, y),
        Limit.exact());
    made.add(
        of("ldexp")
            .over(
                "all",
                ALL,
                Range.oneOf(
                    Range.integers(-300, 300),
                    Range.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)))
            .takes(FLOAT, INT)
            .exact((x, n) -> Math.scalb(x, (int) n))
            .limit(Limit.correctlyRounded()));
    made.add(
        of("fma")
            .over("all", ALL, ALL, ALL)
            .computes((x, to) -> to[0] = Math.fma(x[0], x[1], x[2]))
            .limit(Limit.correctlyRounded()));
    made.add(
        of("mad")
            .over("all", ALL, ALL, ALL)
            .computes((x, to) -> to[0] = Math.fma(x[0], x[1], x[2]))
            .limit(Limit.correctlyRounded()));
  }

  private void same(String name, DoubleUnaryOperator function) {
    made.add(of(name).over("all", ALL).exact(function).limit(Limit.exact()));
  }

  private static double logb(double x) {
    if (x == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    return Double.isFinite(x) ? Math.getExponent(x) : Math.abs(x);
  }

  private static double minimum(double x, double y) {
    if (Double.isNaN(x)) {
      return y;
    }
    return Double.isNaN(y) ? x : Math.min(x, y);
  }

  private static double largest(double x, double y) {
    if (Math.abs(x) > Math.abs(y)) {
      return x;
    }
    return Math.abs(y) > Math.abs(x) ? y : -minimum(-x, -y);
  }

  private static double smallest(double x, double y) {
    if (Math.abs(x) < Math.abs(y)) {
      return x;
    }
    return Math.abs(y) < Math.abs(x) ? y : minimum(x, y);
  }

  private void common() {
    made.add(
        of("fclamp")
            .over("numbers, y ≤ z", NUMBERS, NUMBERS, NUMBERS)
            .where(x -> x[1] <= x[2])
            .computes((x, to) -> to[0] = Math.min(Math.max(x[0], x[1]), x[2]))
            .limit(Limit.exact()));
    made.add(of("degrees").over("all", ALL).exact(x -> x * (180 / Math.PI)).limit(Limit.ulp(2)));
    made.add(of("radians").over("all", ALL).exact(x -> x * (Math.PI / 180)).limit(Limit.ulp(2)));
    for (String name : new String[] {"fmax_common", "fmin_common"}) {
      made.add(
          of(name)
              .over("numbers", NUMBERS, NUMBERS)
              .exact((x, y) -> name.startsWith("fmax") ? Math.max(x, y) : Math.min(x, y))
              .limit(Limit.exact()));
    }
    made.add(
        of("mix")
            .over("±1000; ±1000; 0 … 1", MODERATE, MODERATE, Range.between(0, 1))
            .computes((x, to) -> to[0] = x[0] + (x[1] - x[0]) * x[2])
            .limit(Limit.absolute(1e-3, "10⁻³ absolute")));
    made.add(
        of("step")
            .over("numbers", NUMBERS, NUMBERS)
            .exact((edge, x) -> x < edge ? 0 : 1)
            .limit(Limit.exact()));
    made.add(
        of("smoothstep")
            .over("±1000, x < y", MODERATE, MODERATE, MODERATE)
            .where(x -> x[0] < x[1])
            .computes(
                (x, to) -> {
                  double t = Math.clamp((x[2] - x[0]) / (x[1] - x[0]), 0, 1);
                  to[0] = t * t * (3 - 2 * t);
                })
            .limit(Limit.absolute(1e-5, "10⁻⁵ absolute")));
  }

  /** Arguments of the half-precision functions lie between −2^16 and 2^16 for circles. */
  private void half() {
    Range circle = Range.between(-0x1p16, 0x1p16);
    rough("half_cos", "±2^16", circle, "mpfr_cos");
    rough("half_sin", "±2^16", circle, "mpfr_sin");
    rough("half_tan", "±2^16", circle, "mpfr_tan");
    rough("half_exp", "all", ALL, "mpfr_exp");
    rough("half_exp2", "all", ALL, "mpfr_exp2");
    rough("half_exp10", "all", ALL, "mpfr_exp10");
    rough("half_log", "all", ALL, "mpfr_log");
    rough("half_log2", "all", ALL, "mpfr_log2");
    rough("half_log10", "all", ALL, "mpfr_log10");
    made.add(of("half_rsqrt").over("all", ALL).exact(rootReciprocal()).limit(Limit.ulp(8192)));
    rough("half_sqrt", "all", ALL, "mpfr_sqrt");
    two("half_divide", (x, y) -> x / y, Limit.ulp(8192));
    made.add(of("half_recip").over("all", ALL).exact(x -> 1 / x).limit(Limit.ulp(8192)));
    made.add(
        of("half_powr")
            .over(
                "0 … ∞; all",
                Range.oneOf(Range.between(0, Float.MAX_VALUE), Range.near(1, 0.5)),
                Range.oneOf(ALL, Range.between(-200, 200)))
            .exact(realPower())
            .limit(Limit.ulp(8192)));
  }

  private void rough(String name, String text, Range range, String function) {
    made.add(of(name).over(text, range).exact(oracle.unary(function)).limit(Limit.ulp(8192)));
  }

  private void natives() {
    Range circle = Range.between(-Math.PI, Math.PI);
    Range positive = Range.between(Float.MIN_NORMAL, Float.MAX_VALUE);
    Range power = Range.between(-37, 37);
    free("native_cos", "−π … π", circle, "mpfr_cos");
    free("native_sin", "−π … π", circle, "mpfr_sin");
    free("native_tan", "−π … π", circle, "mpfr_tan");
    free("native_exp", "−37 … 37", power, "mpfr_exp");
    free("native_exp2", "−37 … 37", power, "mpfr_exp2");
    free("native_exp10", "−37 … 37", power, "mpfr_exp10");
    free("native_log", "normal, positive", positive, "mpfr_log");
    free("native_log2", "normal, positive", positive, "mpfr_log2");
    free("native_log10", "normal, positive", positive, "mpfr_log10");
    free("native_rsqrt", "normal, positive", positive, "mpfr_rec_sqrt");
    free("native_sqrt", "normal, positive", positive, "mpfr_sqrt");
    made.add(
        of("native_divide")
            .over("normal, positive", positive, positive)
            .exact((x, y) -> x / y)
            .limit(Limit.none("none")));
    made.add(
        of("native_recip")
            .over("normal, positive", positive)
            .exact(x -> 1 / x)
            .limit(Limit.none("none")));
    made.add(
        of("native_powr")
            .over("1/16 … 16; −10 … 10", Range.between(0.0625, 16), Range.between(-10, 10))
            .exact(oracle.binary("mpfr_powr"))
            .limit(Limit.none("none")));
  }

  private void free(String name, String text, Range range, String function) {
    made.add(of(name).over(text, range).exact(oracle.unary(function)).limit(Limit.none("none")));
  }

  /** Fast functions take squares as they are. */
  private static boolean fits(double[] x, String speed) {
    return speed.isEmpty() || Vectors.length(x) > 0x1p-40;
  }

  private void geometric(int size) {
    ValueKind type = ValueKind.vector(size);
    String vectors = ", vectors of " + size;
    Range far = Range.oneOf(MODERATE, Range.between(-0x1p126, 0x1p126));
    for (String speed : new String[] {"", "fast_"}) {
      double more = speed.isEmpty() ? 0 : 8189;
      Range range = speed.isEmpty() ? far : MODERATE;
      String over = (speed.isEmpty() ? "±2^126" : "±1000") + vectors;
      made.add(
          of(speed + "length")
              .over(over, range)
              .takes(type)
              .where(x -> fits(x, speed))
              .computes((x, to) -> to[0] = Vectors.length(x))
              .limit(
                  Limit.ulp(
                      speed.isEmpty()
                          ? 3 + 0.5 * (0.5 * size + 0.5 * (size - 1))
                          : more + 3 + 0.5 * size + 0.5 * (size - 1))));
      made.add(
          of(speed + "distance")
              .over("±1000" + vectors, MODERATE)
              .takes(type, type)
              .where(
                  x ->
                      fits(
                          Vectors.minus(Vectors.part(x, 0, size), Vectors.part(x, 1, size)), speed))
              .computes(
                  (x, to) ->
                      to[0] =
                          Vectors.length(
                              Vectors.minus(Vectors.part(x, 0, size), Vectors.part(x, 1, size))))
              .limit(Limit.ulp(more + 3 + 1.5 * size + 0.5 * (size - 1))));
      made.add(
          of(speed + "normalize")
              .over(over, range)
              .where(x -> Vectors.length(x) > 0 && fits(x, speed))
              .takes(type)
              .gives(type)
              .computes((x, to) -> Vectors.copy(Vectors.scaled(x, 1 / Vectors.length(x)), to))
              .limit(Limit.ulp((speed.isEmpty() ? 2.5 : 8192.5) + 0.5 * size + 0.5 * (size - 1))));
    }
    if (size > 2) {
      made.add(
          of("cross")
              .over("±1000" + vectors, MODERATE)
              .where(x -> Vectors.length(x) > 0x1p-40)
              .takes(type, type)
              .gives(type)
              .computes(
                  (x, to) -> {
                    Arrays.fill(to, 0);
                    double[] left = Arrays.copyOf(Vectors.part(x, 0, size), 3);
                    double[] right = Arrays.copyOf(Vectors.part(x, 1, size), 3);
                    System.arraycopy(Vectors.cross(left, right), 0, to, 0, 3);
                  })
              .limit(
                  Limit.of(
                      "3·max²·2⁻²³ absolute",
                      Limit.Unit.SHARE,
                      (x, _, _) -> {
                        double max = Arrays.stream(x).map(Math::abs).max().orElseThrow();
                        return 3 * max * max * EPSILON;
                      })));
    }
  }
}
