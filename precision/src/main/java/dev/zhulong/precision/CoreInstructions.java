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
    made.add(vectorTimesScalar());
    made.add(vectorTimesMatrix());
    made.add(matrixTimesMatrix());
    made.add(outerProduct());
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

  private static MeasuredFunction vectorTimesScalar() {
    return of("OpVectorTimesScalar")
        .over("all", ALL, ALL)
        .takes(VEC3, FLOAT)
        .gives(VEC3)
        .body("%r = OpVectorTimesScalar %vec3 %a %b")
        .computes((x, made) -> Vectors.copy(Vectors.scaled(Vectors.part(x, 0, 3), x[3]), made))
        .limit(Limit.correctlyRounded());
  }

  private static MeasuredFunction vectorTimesMatrix() {
    return of("OpVectorTimesMatrix")
        .over("±1000, 3 × 3", MODERATE, MODERATE)
        .takes(VEC3, MAT3)
        .gives(VEC3)
        .body("%r = OpVectorTimesMatrix %vec3 %a %b")
        .computes(
            (x, made) -> {
              for (int c = 0; c < 3; c++) {
                made[c] = Vectors.dot(Vectors.part(x, 0, 3), Vectors.part(x, c + 1, 3));
              }
            })
        .limit(
            Limit.inherited(
                "the sums of products",
                Limit.Unit.SHARE,
                x -> {
                  Bounded[] made = new Bounded[3];
                  for (int c = 0; c < 3; c++) {
                    made[c] = Vectors.dot(Vectors.part(x, 0, 3), Vectors.part(x, c + 1, 3));
                  }
                  return made;
                }));
  }

  private static MeasuredFunction matrixTimesMatrix() {
    return of("OpMatrixTimesMatrix")
        .over("±1000, 3 × 3", MODERATE, MODERATE)
        .takes(MAT3, MAT3)
        .gives(MAT3)
        .body("%r = OpMatrixTimesMatrix %mat3 %a %b")
        .computes(
            (x, made) -> {
              for (int c = 0; c < 3; c++) {
                double[] column = Vectors.part(x, c + 3, 3);
                double[] product = Vectors.times(Vectors.part(x, 0, 9), column);
                System.arraycopy(product, 0, made, 3 * c, 3);
              }
            })
        .limit(
            Limit.inherited(
                "the sums of products",
                Limit.Unit.SHARE,
                x -> {
                  Bounded[] made = new Bounded[9];
                  for (int c = 0; c < 3; c++) {
                    Bounded[] column = Vectors.part(x, c + 3, 3);
                    Bounded[] product = Vectors.times(Vectors.part(x, 0, 9), column);
                    System.arraycopy(product, 0, made, 3 * c, 3);
                  }
                  return made;
                }));
  }

  private static MeasuredFunction outerProduct() {
    return of("OpOuterProduct")
        .over("all, 3 × 3", ALL, ALL)
        .takes(VEC3, VEC3)
        .gives(MAT3)
        .body("%r = OpOuterProduct %mat3 %a %b")
        .computes(
            (x, made) -> {
              for (int c = 0; c < 3; c++) {
                double[] column = Vectors.scaled(Vectors.part(x, 0, 3), x[3 + c]);
                System.arraycopy(column, 0, made, 3 * c, 3);
              }
            })
        .limit(Limit.correctlyRounded());
  }
}
