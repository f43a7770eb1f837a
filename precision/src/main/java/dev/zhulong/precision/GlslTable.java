package dev.zhulong.precision;

import static dev.zhulong.precision.ValueKind.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * The float functions of GLSL.std.450. Limits: Vulkan specification, Precision of GLSL.std.450
 * Instructions.
 */
final class GlslTable {
  private static final Range ALL = Range.all();
  private static final Range NUMBERS =
      Range.between(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  private static final Range POSITIVE = Range.between(0, Double.POSITIVE_INFINITY);
  private static final Range UNIT = Range.between(0, 1);
  private static final Range SIGNED_UNIT = Range.between(-1, 1);
  private static final Range MODERATE = Range.between(-1000, 1000);
  private static final Range SMALL = Range.between(-10, 10);
  private static final Bounded ONE = Bounded.of(1);
  private static final Bounded HALF = Bounded.of(0.5);

  private final Mpfr oracle;
  private final List<MeasuredFunction> made = new ArrayList<>();

  private GlslTable(Mpfr oracle) {
    this.oracle = oracle;
  }

  static List<MeasuredFunction> all(Mpfr oracle) {
    GlslTable table = new GlslTable(oracle);
    table.rounding();
    table.exponentials();
    table.circular();
    table.hyperbolic();
    table.common();
    table.packing();
    table.made.addAll(IntegerFunctions.all());
    for (int size = 2; size <= 4; size++) {
      table.geometric(size);
      table.matrices(size);
    }
    return List.copyOf(table.made);
  }

  private static Entry of(String name) {
    return Entry.of(FunctionSet.GLSL, name);
  }

  private void exactly(String name, DoubleUnaryOperator function) {
    made.add(of(name).over("all", ALL).exact(function).limit(Limit.correctlyRounded()));
  }

  private static double trunc(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }

  private void rounding() {
    exactly("Round", Math::rint);
    exactly("RoundEven", Math::rint);
    exactly("Trunc", GlslTable::trunc);
    exactly("FAbs", Math::abs);
    exactly("FSign", x -> Double.isNaN(x) ? 0 : Math.signum(x));
    exactly("Floor", Math::floor);
    exactly("Ceil", Math::ceil);
    made.add(
        of("Fract")
            .over("finite", Range.between(-Float.MAX_VALUE, Float.MAX_VALUE))
            .exact(x -> x - Math.floor(x))
            .limit(Limit.correctlyRounded()));
    made.add(
        of("ModfStruct")
            .over("finite", Range.between(-Float.MAX_VALUE, Float.MAX_VALUE))
            .gives(FLOAT, FLOAT)
            .body(struct("ModfStruct", "%two_floats", "%float"))
            .computes(
                (x, to) -> {
                  to[0] = x[0] - trunc(x[0]);
                  to[1] = trunc(x[0]);
                })
            .limit(Limit.correctlyRounded(), Limit.exact()));
    made.add(
        of("Modf")
            .over("finite", Range.between(-Float.MAX_VALUE, Float.MAX_VALUE))
            .gives(FLOAT, FLOAT)
            .body(
                "%r0 = OpExtInst %float %std Modf %a %float_place\n"
                    + "%r1 = OpLoad %float %float_place")
            .computes(
                (x, to) -> {
                  to[0] = x[0] - trunc(x[0]);
                  to[1] = trunc(x[0]);
                })
            .limit(Limit.correctlyRounded(), Limit.exact()));
    made.add(
        of("Frexp")
            .over("finite", Range.between(-Float.MAX_VALUE, Float.MAX_VALUE))
            .gives(FLOAT, INT)
            .body(
                "%r0 = OpExtInst %float %std Frexp %a %int_place\n"
                    + "%r1 = OpLoad %int %int_place")
            .computes(GlslTable::frexp)
            .limit(Limit.exact(), Limit.exact()));
    made.add(
        of("FrexpStruct")
            .over("finite", Range.between(-Float.MAX_VALUE, Float.MAX_VALUE))
            .gives(FLOAT, INT)
            .body(struct("FrexpStruct", "%float_and_int", "%int"))
            .computes(GlslTable::frexp)
            .limit(Limit.exact(), Limit.exact()));
    made.add(
        of("Ldexp")
            .over("all; −126 … 128", ALL, Range.integers(-126, 128))
            .takes(FLOAT, INT)
            .exact((x, n) -> Math.scalb(x, (int) n))
            .limit(Limit.correctlyRounded()));
  }

  private static String struct(String name, String type, String second) {
    return String.format(
        "%%both = OpExtInst %s %%std %s %%a%n"
            + "%%r0 = OpCompositeExtract %%float %%both 0%n"
            + "%%r1 = OpCompositeExtract %s %%both 1",
        type, name, second);
  }

  static void frexp(double[] x, double[] to) {
    boolean zero = x[0] == 0 || Double.isInfinite(x[0]) || Double.isNaN(x[0]);
    int exponent = zero ? 0 : Math.getExponent(x[0]) + 1;
    to[0] = Math.scalb(x[0], -exponent);
    to[1] = exponent;
  }

  private void exponentials() {
    Limit exponential =
        Limit.of(
            "3 + 2·abs(x) ULP", Limit.Unit.ULP, (x, y, _) -> (3 + 2 * Math.abs(x[0])) * Ulp.of(y));
    made.add(of("Exp").over("numbers", NUMBERS).exact(oracle.unary("mpfr_exp")).limit(exponential));
    made.add(
        of("Exp2").over("numbers", NUMBERS).exact(oracle.unary("mpfr_exp2")).limit(exponential));
    for (String name : new String[] {"Log", "Log2"}) {
      DoubleUnaryOperator exact = oracle.unary("mpfr_" + name.toLowerCase(Locale.ROOT));
      made.add(
          of(name)
              .over("0 … ∞ without ½ … 2", POSITIVE)
              .where(x -> x[0] > 0 && !(x[0] >= 0.5 && x[0] <= 2))
              .exact(exact)
              .limit(Limit.ulp(3)));
      made.add(
          of(name)
              .over("½ … 2", Range.oneOf(Range.between(0.5, 2), Range.near(1, 0.25)))
              .exact(exact)
              .limit(Limit.absolute(0x1p-21, "2⁻²¹ absolute")));
      made.add(
          of(name)
              .over("½ … 2, in ULP", Range.oneOf(Range.between(0.5, 2), Range.near(1, 0.25)))
              .exact(exact)
              .limit(Limit.none("none")));
    }
    made.add(
        of("Pow")
            .over(
                "0 … ∞; all",
                Range.oneOf(
                    Range.between(0, Float.MAX_VALUE), Range.near(1, 0.5), Range.between(0, 16)),
                Range.oneOf(ALL, Range.between(-200, 200)))
            .where(x -> x[0] > 0 && !Double.isNaN(x[1]) && !Double.isInfinite(x[1]))
            .exact(oracle.binary("mpfr_pow"))
            .limit(Limit.inherited("exp2(y·log2(x))", x -> x[1].times(x[0].log2()).exp2())));
    made.add(
        of("Sqrt")
            .over("0 … ∞", POSITIVE)
            .exact(oracle.unary("mpfr_sqrt"))
            .limit(Limit.inherited("1/inversesqrt(x)", x -> x[0].squareRoot())));
    made.add(
        of("InverseSqrt")
            .over("0 … ∞", POSITIVE)
            .where(x -> x[0] > 0)
            .exact(oracle.unary("mpfr_rec_sqrt"))
            .limit(Limit.ulp(2)));
  }

  private void circular() {
    Range turn = Range.between(-Math.PI, Math.PI);
    Range large = Range.between(-100_000, 100_000);
    Range finite = Range.between(-Float.MAX_VALUE, Float.MAX_VALUE);
    for (String name : new String[] {"Sin", "Cos"}) {
      DoubleUnaryOperator exact = oracle.unary("mpfr_" + name.toLowerCase(Locale.ROOT));
      made.add(
          of(name)
              .over("−π … π", turn)
              .exact(exact)
              .limit(Limit.absolute(0x1p-11, "2⁻¹¹ absolute")));
      made.add(of(name).over("±10⁵", large).exact(exact).limit(Limit.none("none")));
      made.add(
          of(name)
              .over("finite", finite)
              .exact(exact)
              .limit(
                  new Limit("none", Limit.Unit.ABSOLUTE, (_, _, _) -> Double.POSITIVE_INFINITY)));
    }
    DoubleUnaryOperator tangent = oracle.unary("mpfr_tan");
    made.add(
        of("Tan")
            .over("−π … π", turn)
            .exact(tangent)
            .limit(Limit.inherited("sin(x)/cos(x)", x -> x[0].sine().dividedBy(x[0].cosine()))));
    made.add(of("Tan").over("±10⁵", large).exact(tangent).limit(Limit.none("none")));
    made.add(
        of("Asin")
            .over("−1 … 1", SIGNED_UNIT)
            .exact(oracle.unary("mpfr_asin"))
            .limit(
                Limit.inherited(
                    "atan2(x, sqrt(1 − x·x))",
                    x -> x[0].arcTangent2(ONE.minus(x[0].times(x[0])).squareRoot()))));
    made.add(
        of("Acos")
            .over("−1 … 1", SIGNED_UNIT)
            .exact(oracle.unary("mpfr_acos"))
            .limit(
                Limit.inherited(
                    "atan2(sqrt(1 − x·x), x)",
                    x -> ONE.minus(x[0].times(x[0])).squareRoot().arcTangent2(x[0]))));
    made.add(
        of("Atan")
            .over("numbers", NUMBERS)
            .exact(oracle.unary("mpfr_atan"))
            .limit(Limit.ulp(4096)));
    made.add(
        of("Atan2")
            .over("finite, not both zero", ALL, ALL)
            .where(
                x -> Double.isFinite(x[0]) && Double.isFinite(x[1]) && (!tiny(x[0]) || !tiny(x[1])))
            .exact(oracle.binary("mpfr_atan2"))
            .limit(Limit.ulp(4096)));
  }

  private static boolean tiny(double x) {
    return Math.abs(x) < Float.MIN_NORMAL;
  }

  private static Bounded hyperbolicSine(Bounded x) {
    return x.exp().minus(x.negated().exp()).times(HALF);
  }

  private static Bounded hyperbolicCosine(Bounded x) {
    return x.exp().plus(x.negated().exp()).times(HALF);
  }

  private void hyperbolic() {
    made.add(
        of("Sinh")
            .over("all", ALL)
            .exact(oracle.unary("mpfr_sinh"))
            .limit(Limit.inherited("(exp(x) − exp(−x))·½", x -> hyperbolicSine(x[0]))));
    made.add(
        of("Cosh")
            .over("all", ALL)
            .exact(oracle.unary("mpfr_cosh"))
            .limit(Limit.inherited("(exp(x) + exp(−x))·½", x -> hyperbolicCosine(x[0]))));
    made.add(
        of("Tanh")
            .over("all", ALL)
            .exact(oracle.unary("mpfr_tanh"))
            .limit(
                Limit.inherited(
                    "sinh(x)/cosh(x)",
                    x -> hyperbolicSine(x[0]).dividedBy(hyperbolicCosine(x[0])))));
    made.add(
        of("Asinh")
            .over("all", ALL)
            .exact(oracle.unary("mpfr_asinh"))
            .limit(
                Limit.inherited(
                    "log(x + sqrt(x·x + 1))",
                    x -> x[0].plus(x[0].times(x[0]).plus(ONE).squareRoot()).log())));
    made.add(
        of("Acosh")
            .over("1 … ∞", Range.oneOf(Range.between(1, Float.MAX_VALUE), Range.between(1, 3)))
            .exact(oracle.unary("mpfr_acosh"))
            .limit(
                Limit.inherited(
                    "log(x + sqrt(x·x − 1))",
                    x -> x[0].plus(x[0].times(x[0]).minus(ONE).squareRoot()).log())));
    made.add(
        of("Atanh")
            .over("−1 … 1", SIGNED_UNIT)
            .where(x -> Math.abs(x[0]) < 1)
            .exact(oracle.unary("mpfr_atanh"))
            .limit(
                Limit.inherited(
                    "log((1 + x)/(1 − x))·½",
                    x -> ONE.plus(x[0]).dividedBy(ONE.minus(x[0])).log().times(HALF))));
  }

  private void common() {
    made.add(
        of("Radians")
            .over("all", ALL)
            .exact(x -> x * (Math.PI / 180))
            .limit(
                Limit.inherited(
                    "x·C", x -> x[0].times(new Bounded(Math.PI / 180, Ulp.of(Math.PI / 180))))));
    made.add(
        of("Degrees")
            .over("all", ALL)
            .exact(x -> x * (180 / Math.PI))
            .limit(
                Limit.inherited(
                    "x·C", x -> x[0].times(new Bounded(180 / Math.PI, Ulp.of(180 / Math.PI))))));
    made.add(
        of("FMin")
            .over("numbers", ALL, ALL)
            .where(GlslTable::numbers)
            .exact(Math::min)
            .limit(Limit.exact()));
    made.add(
        of("FMax")
            .over("numbers", ALL, ALL)
            .where(GlslTable::numbers)
            .exact(Math::max)
            .limit(Limit.exact()));
    made.add(of("NMin").over("all", ALL, ALL).exact(GlslTable::minimum).limit(Limit.exact()));
    made.add(
        of("NMax").over("all", ALL, ALL).exact((x, y) -> -minimum(-x, -y)).limit(Limit.exact()));
    for (String name : new String[] {"FClamp", "NClamp"}) {
      made.add(
          of(name)
              .over("numbers, y ≤ z", ALL, ALL, ALL)
              .where(x -> numbers(x) && x[1] <= x[2])
              .computes((x, to) -> to[0] = Math.min(Math.max(x[0], x[1]), x[2]))
              .limit(Limit.exact()));
    }
    made.add(
        of("FMix")
            .over("±1000; ±1000; 0 … 1", MODERATE, MODERATE, UNIT)
            .computes((x, to) -> to[0] = x[0] * (1 - x[2]) + x[1] * x[2])
            .limit(
                Limit.inherited(
                    "x·(1 − a) + y·a",
                    Limit.Unit.SHARE,
                    x -> new Bounded[] {x[0].times(ONE.minus(x[2])).plus(x[1].times(x[2]))})));
    made.add(
        of("Step")
            .over("numbers", ALL, ALL)
            .where(GlslTable::numbers)
            .exact((edge, x) -> x < edge ? 0 : 1)
            .limit(Limit.exact()));
    made.add(
        of("SmoothStep")
            .over("±1000, x < y", MODERATE, MODERATE, MODERATE)
            .where(x -> x[0] < x[1])
            .computes(
                (x, to) -> {
                  double t = Math.clamp((x[2] - x[0]) / (x[1] - x[0]), 0, 1);
                  to[0] = t * t * (3 - 2 * t);
                })
            .limit(
                Limit.inherited(
                    "t·t·(3 − 2·t), t = clamp((z − x)/(y − x), 0, 1)",
                    x -> {
                      Bounded t =
                          x[2].minus(x[0])
                              .dividedBy(x[1].minus(x[0]))
                              .map(v -> Math.clamp(v, 0.0, 1.0));
                      Bounded slope = Bounded.of(3).minus(Bounded.of(2).times(t));
                      return t.times(t).times(slope);
                    })));
    made.add(
        of("Fma")
            .over("all", ALL, ALL, ALL)
            .computes((x, to) -> to[0] = Math.fma(x[0], x[1], x[2]))
            .limit(Limit.inherited("OpFMul, OpFAdd", x -> x[0].times(x[1]).plus(x[2]))));
  }

  private static boolean numbers(double[] x) {
    return Arrays.stream(x).noneMatch(Double::isNaN);
  }

  private static double minimum(double x, double y) {
    if (Double.isNaN(x)) {
      return y;
    }
    return Double.isNaN(y) ? x : Math.min(x, y);
  }

  private void packing() {
    pack("PackSnorm4x8", VEC4, 8, -1, 127);
    pack("PackUnorm4x8", VEC4, 8, 0, 255);
    pack("PackSnorm2x16", VEC2, 16, -1, 32767);
    pack("PackUnorm2x16", VEC2, 16, 0, 65535);
    unpack("UnpackSnorm4x8", VEC4, 8, true);
    unpack("UnpackUnorm4x8", VEC4, 8, false);
    unpack("UnpackSnorm2x16", VEC2, 16, true);
    unpack("UnpackUnorm2x16", VEC2, 16, false);
    made.add(
        of("PackHalf2x16")
            .over("numbers", ALL)
            .takes(VEC2)
            .where(GlslTable::numbers)
            .gives(UINT)
            .computes(
                (x, to) ->
                    to[0] =
                        Short.toUnsignedInt(Float.floatToFloat16((float) x[0]))
                            | Short.toUnsignedLong(Float.floatToFloat16((float) x[1])) << 16)
            .limit(Limit.exact()));
    made.add(
        of("UnpackHalf2x16")
            .over("all", Range.integers(0, 0xffffffffL))
            .takes(UINT)
            .gives(VEC2)
            .computes(
                (x, to) -> {
                  to[0] = Float.float16ToFloat((short) (long) x[0]);
                  to[1] = Float.float16ToFloat((short) ((long) x[0] >> 16));
                })
            .limit(Limit.exact()));
  }

  /** Ties of the rounding are left open: round() may take either way. */
  private void pack(String name, ValueKind type, int bits, double low, double scale) {
    made.add(
        of(name)
            .over("−2 … 2", Range.between(-2, 2))
            .takes(type)
            .gives(UINT)
            .where(
                x ->
                    Arrays.stream(x)
                        .map(v -> (float) Math.clamp(v, low, 1) * (float) scale)
                        .allMatch(v -> Math.abs(Math.abs(v % 1) - 0.5) > 0x1p-7))
            .computes(
                (x, to) -> {
                  long word = 0;
                  for (int n = 0; n < type.words(); n++) {
                    long field = (long) Math.rint(Math.clamp(x[n], low, 1) * scale);
                    word |= (field & (1L << bits) - 1) << n * bits;
                  }
                  to[0] = word;
                })
            .limit(Limit.exact()));
  }

  private void unpack(String name, ValueKind type, int bits, boolean signed) {
    double scale = (1 << (signed ? bits - 1 : bits)) - 1;
    made.add(
        of(name)
            .over("all", Range.integers(0, 0xffffffffL))
            .takes(UINT)
            .gives(type)
            .computes(
                (x, to) -> {
                  for (int n = 0; n < to.length; n++) {
                    long top = (long) x[0] << 64 - bits - n * bits;
                    long field = signed ? top >> 64 - bits : top >>> 64 - bits;
                    to[n] = Math.max(field / scale, -1);
                  }
                })
            .limit(
                Limit.inherited(
                    "the division",
                    Limit.Unit.ULP,
                    x -> {
                      Bounded[] each = new Bounded[type.words()];
                      for (int n = 0; n < each.length; n++) {
                        long top = (long) x[0].value() << 64 - bits - n * bits;
                        long field = signed ? top >> 64 - bits : top >>> 64 - bits;
                        each[n] = Bounded.of(field).dividedBy(Bounded.of(scale));
                      }
                      return each;
                    })));
  }

  private void geometric(int size) {
    ValueKind type = ValueKind.vector(size);
    String vectors = ", vectors of " + size;
    made.add(
        of("Length")
            .over("±1000" + vectors, MODERATE)
            .takes(type)
            .computes((x, to) -> to[0] = Vectors.length(x))
            .limit(Limit.inherited("sqrt(dot(x, x))", Vectors::length)));
    made.add(
        of("Distance")
            .over("±1000" + vectors, MODERATE)
            .takes(type, type)
            .computes(
                (x, to) ->
                    to[0] =
                        Vectors.length(
                            Vectors.minus(Vectors.part(x, 0, size), Vectors.part(x, 1, size))))
            .limit(
                Limit.inherited(
                    "length(x − y)",
                    x ->
                        Vectors.length(
                            Vectors.minus(Vectors.part(x, 0, size), Vectors.part(x, 1, size))))));
    made.add(
        of("Normalize")
            .over("±1000" + vectors, MODERATE)
            .takes(type)
            .gives(type)
            .computes((x, to) -> Vectors.copy(Vectors.scaled(x, 1 / Vectors.length(x)), to))
            .limit(
                Limit.inherited(
                    "x·inversesqrt(dot(x, x))",
                    Limit.Unit.ULP,
                    x -> Vectors.scaled(x, Vectors.dot(x, x).inverseSquareRoot()))));
    if (size == 3) {
      made.add(
          of("Cross")
              .over("±1000", MODERATE)
              .takes(type, type)
              .gives(type)
              .computes(
                  (x, to) ->
                      Vectors.copy(Vectors.cross(Vectors.part(x, 0, 3), Vectors.part(x, 1, 3)), to))
              .limit(
                  Limit.inherited(
                      "the differences of products",
                      Limit.Unit.SHARE,
                      x -> Vectors.cross(Vectors.part(x, 0, 3), Vectors.part(x, 1, 3)))));
    }
    made.add(
        of("FaceForward")
            .over("±1000" + vectors, MODERATE)
            .takes(type, type, type)
            .gives(type)
            .computes(
                (x, to) -> {
                  double d = Vectors.dot(Vectors.part(x, 2, size), Vectors.part(x, 1, size));
                  Vectors.copy(Vectors.scaled(Vectors.part(x, 0, size), d < 0 ? 1 : -1), to);
                })
            .limit(
                Limit.inherited(
                    "dot(z, y) < 0 ? x : −x",
                    Limit.Unit.SHARE,
                    x -> {
                      Bounded d = Vectors.dot(Vectors.part(x, 2, size), Vectors.part(x, 1, size));
                      boolean open = Math.abs(d.value()) <= d.error();
                      Bounded[] faced = Vectors.part(x, 0, size);
                      Arrays.setAll(
                          faced,
                          n -> new Bounded(faced[n].value(), open ? Double.POSITIVE_INFINITY : 0));
                      return faced;
                    })));
    made.add(
        of("Reflect")
            .over("±10" + vectors, SMALL)
            .takes(type, type)
            .gives(type)
            .computes(
                (x, to) ->
                    Vectors.copy(
                        Vectors.reflect(Vectors.part(x, 0, size), Vectors.part(x, 1, size)), to))
            .limit(
                Limit.inherited(
                    "x − 2·dot(y, x)·y",
                    Limit.Unit.SHARE,
                    x -> Vectors.reflect(Vectors.part(x, 0, size), Vectors.part(x, 1, size)))));
    made.add(
        of("Refract")
            .over(
                "±2; 0 … 2" + vectors,
                Range.between(-2, 2),
                Range.between(-2, 2),
                Range.between(0, 2))
            .takes(type, type, FLOAT)
            .gives(type)
            .computes(
                (x, to) ->
                    Vectors.copy(
                        Vectors.refract(
                            Vectors.part(x, 0, size), Vectors.part(x, 1, size), x[2 * size]),
                        to))
            .limit(
                Limit.inherited(
                    "eta·x − (eta·d + sqrt(k))·y",
                    Limit.Unit.SHARE,
                    x ->
                        Vectors.refract(
                            Vectors.part(x, 0, size), Vectors.part(x, 1, size), x[2 * size]))));
  }

  private void matrices(int size) {
    ValueKind type = List.of(MAT2, MAT3, MAT4).get(size - 2);
    String shape = ", " + size + " × " + size;
    made.add(
        of("Determinant")
            .over("±10" + shape, SMALL)
            .takes(type)
            .computes((x, to) -> to[0] = Vectors.determinant(x, size))
            .limit(new Limit("none", Limit.Unit.ABSOLUTE, (_, _, _) -> Double.POSITIVE_INFINITY)));
    Range[] regular = new Range[size * size];
    Arrays.setAll(
        regular, n -> n % (size + 1) == 0 ? Range.between(1.5, 2.5) : Range.between(-0.5, 0.5));
    made.add(
        of("MatrixInverse")
            .over("1½ … 2½ on the diagonal, else ±½" + shape, regular)
            .takes(type)
            .gives(type)
            .computes((x, to) -> Vectors.copy(Vectors.inverse(x, size), to))
            .limit(new Limit("none", Limit.Unit.ABSOLUTE, (_, _, _) -> Double.POSITIVE_INFINITY)));
  }
}
