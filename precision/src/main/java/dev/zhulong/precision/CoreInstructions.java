package dev.zhulong.precision;

import static dev.zhulong.precision.ValueKind.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * Instructions of SPIR-V itself. Limits: Vulkan specification, Precision of Core SPIR-V
 * Instructions.
 */
final class CoreInstructions {
  private static final Range ALL = Range.all();
  private static final Range MODERATE = Range.between(-1000, 1000);

  private CoreInstructions() {}

  private static Entry of(String name) {
    return Entry.of(FunctionSet.CORE, name);
  }

  private static MeasuredFunction binary(String name, DoubleBinaryOperator exact, Limit limit) {
    return of(name)
        .over("all", ALL, ALL)
        .body("%r = " + name + " %float %a %b")
        .exact(exact)
        .limit(limit);
  }

  static List<MeasuredFunction> all() {
    List<MeasuredFunction> made = new ArrayList<>();
    made.add(binary("OpFAdd", (x, y) -> x + y, Limit.correctlyRounded()));
    made.add(binary("OpFSub", (x, y) -> x - y, Limit.correctlyRounded()));
    made.add(binary("OpFMul", (x, y) -> x * y, Limit.correctlyRounded()));
    made.add(division());
    made.add(
        binary(
            "OpFRem",
            (x, y) -> x % y,
            Limit.inherited(
                "x − y·trunc(x/y)", Limit.Unit.SHARE, x -> remainder(x, CoreInstructions::trunc))));
    made.add(
        binary(
            "OpFMod",
            CoreInstructions::modulo,
            Limit.inherited("x − y·floor(x/y)", Limit.Unit.SHARE, x -> remainder(x, Math::floor))));
    made.add(
        of("OpConvertFToS")
            .over("−2^31 … 2^31", Range.between(-0x1p31, 0x1.fffffep30))
            .gives(INT)
            .body("%r = OpConvertFToS %int %a")
            .exact(CoreInstructions::trunc)
            .limit(Limit.exact()));
    made.add(
        of("OpConvertFToU")
            .over("0 … 2^32", Range.between(0, 0x1.fffffep31))
            .gives(UINT)
            .body("%r = OpConvertFToU %uint %a")
            .exact(CoreInstructions::trunc)
            .limit(Limit.exact()));
    made.add(
        of("OpConvertSToF")
            .over("all", Range.integers(Integer.MIN_VALUE, Integer.MAX_VALUE))
            .takes(INT)
            .body("%r = OpConvertSToF %float %a")
            .exact(x -> x)
            .limit(Limit.correctlyRounded()));
    made.add(
        of("OpConvertUToF")
            .over("all", Range.integers(0, 0xffffffffL))
            .takes(UINT)
            .body("%r = OpConvertUToF %float %a")
            .exact(x -> x)
            .limit(Limit.correctlyRounded()));
    made.add(
        of("OpQuantizeToF16")
            .over("all", ALL)
            .body("%r = OpQuantizeToF16 %float %a")
            .exact(x -> Float.float16ToFloat(Float.floatToFloat16((float) x)))
            .limit(Limit.exact()));
    for (int size = 2; size <= 4; size++) {
      made.add(dot(size));
    }
    for (int size = 2; size <= 4; size++) {
      made.add(matrixTimesVector(size));
    }
    return made;
  }

  private static double trunc(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }

  private static double modulo(double x, double y) {
    double rest = x % y;
    return rest != 0 && rest < 0 != y < 0 ? rest + y : rest;
  }

  private static Bounded[] remainder(Bounded[] x, java.util.function.DoubleUnaryOperator rounding) {
    Bounded whole = x[0].dividedBy(x[1]).map(rounding);
    return new Bounded[] {x[0].minus(x[1].times(whole))};
  }

  private static MeasuredFunction division() {
    return of("OpFDiv")
        .over("all", ALL, ALL)
        .body("%r = OpFDiv %float %a %b")
        .exact((x, y) -> x / y)
        .limit(Limit.ulp(2.5));
  }

  private static MeasuredFunction dot(int size) {
    ValueKind type = ValueKind.vector(size);
    return of("OpDot")
        .over("±1000, vectors of " + size, MODERATE, MODERATE)
        .takes(type, type)
        .body("%r = OpDot %float %a %b")
        .computes(
            (x, made) -> made[0] = Vectors.dot(Vectors.part(x, 0, size), Vectors.part(x, 1, size)))
        .limit(
            Limit.inherited(
                "Σ xᵢ·yᵢ",
                Limit.Unit.SHARE,
                x ->
                    new Bounded[] {
                      Vectors.dot(Vectors.part(x, 0, size), Vectors.part(x, 1, size))
                    }));
  }

  private static MeasuredFunction matrixTimesVector(int size) {
    ValueKind type = ValueKind.vector(size);
    ValueKind matrix = List.of(MAT2, MAT3, MAT4).get(size - 2);
    return of("OpMatrixTimesVector")
        .over("±1000, " + size + " × " + size, MODERATE, MODERATE)
        .takes(matrix, type)
        .gives(type)
        .body("%r = OpMatrixTimesVector " + type.id() + " %a %b")
        .computes(
            (x, made) ->
                Vectors.copy(
                    Vectors.times(Vectors.part(x, 0, size * size), Vectors.part(x, size, size)),
                    made))
        .limit(
            Limit.inherited(
                "the sums of products",
                Limit.Unit.SHARE,
                x -> Vectors.times(Vectors.part(x, 0, size * size), Vectors.part(x, size, size))));
  }
}
