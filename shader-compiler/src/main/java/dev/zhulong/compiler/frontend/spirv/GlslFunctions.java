package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;
import java.util.Arrays;

/** Translates the extended instructions of GLSL.std.450. SPIR-V Extended Instructions for GLSL. */
final class GlslFunctions {
  /** Number of Modf, which stores its second result through a pointer. */
  static final int MODF = 35;

  /** Number of Frexp, which stores its second result through a pointer. */
  static final int FREXP = 51;

  private static final Constant ZERO = Constant.i32(0);
  private static final Constant F_ZERO = Constant.f32(0);
  private static final Constant F_ONE = Constant.f32(1);

  private final Ids ids;
  private final Builder b;
  private final ValueTranslator arithmetic;

  GlslFunctions(Ids ids, Builder builder, ValueTranslator arithmetic) {
    this.ids = ids;
    this.b = builder;
    this.arithmetic = arithmetic;
  }

  /** A function of the corresponding components of up to three operands. */
  private interface Scalar {
    Value apply(Value x, Value y, Value z);
  }

  /** The scalars of the result; for Modf and Frexp the two results one after the other. */
  Value[] translate(SpirvInstruction i) {
    if (WideIntegers.isWide(Ids.component(ids.typeOf(i.operand(2))))) {
      Value[] wide = new WideIntegers(ids, b).extended(i);
      if (wide != null) {
        return wide;
      }
      throw SpirvErrors.at(
          i.location(), "GLSL.std.450 function %d has no form for 64 bits", i.operand(1));
    }
    return switch (i.operand(1)) {
      case 1, 2 -> each(i, F_ROUND_EVEN);
      case 3 -> each(i, F_TRUNC);
      case 4 -> each(i, F_ABS);
      case 5 -> map(i, (x, _, _) -> b.op(MAX_S, x, b.op(SUB, ZERO, x)));
      case 6 -> map(i, (x, _, _) -> sign(x));
      case 7 -> map(i, (x, _, _) -> b.op(MIN_S, b.op(MAX_S, x, i(-1)), i(1)));
      case 8 -> each(i, F_FLOOR);
      case 9 -> each(i, F_CEIL);
      case 10 -> map(i, (x, _, _) -> b.op(F_SUB, x, b.op(F_FLOOR, x)));
      case 11 -> map(i, (x, _, _) -> b.op(F_MUL, x, f((float) (Math.PI / 180))));
      case 12 -> map(i, (x, _, _) -> b.op(F_MUL, x, f((float) (180 / Math.PI))));
      case 13 -> each(i, F_SIN);
      case 14 -> each(i, F_COS);
      case 15 -> each(i, F_TAN);
      case 16 -> each(i, F_ASIN);
      case 17 -> each(i, F_ACOS);
      case 18 -> each(i, F_ATAN);
      case 19 -> each(i, F_SINH);
      case 20 -> each(i, F_COSH);
      case 21 -> each(i, F_TANH);
      case 22 -> each(i, F_ASINH);
      case 23 -> each(i, F_ACOSH);
      case 24 -> each(i, F_ATANH);
      case 25 -> each(i, F_ATAN2);
      case 26 -> each(i, F_POW);
      case 27 -> each(i, F_EXP);
      case 28 -> each(i, F_LOG);
      case 29 -> each(i, F_EXP2);
      case 30 -> each(i, F_LOG2);
      case 31 -> each(i, F_SQRT);
      case 32 -> each(i, F_INVERSE_SQRT);
      case 33 -> new Value[] {determinant(square(i))};
      case 34 -> inverse(square(i));
      case MODF, 36 -> join(map(i, this::fraction), each(i, F_TRUNC));
      case 37, 79 -> each(i, F_MIN);
      case 38 -> each(i, MIN_U);
      case 39 -> each(i, MIN_S);
      case 40, 80 -> each(i, F_MAX);
      case 41 -> each(i, MAX_U);
      case 42 -> each(i, MAX_S);
      case 43, 81 -> map(i, (x, low, high) -> b.op(F_MIN, b.op(F_MAX, x, low), high));
      case 44 -> map(i, (x, low, high) -> b.op(MIN_U, b.op(MAX_U, x, low), high));
      case 45 -> map(i, (x, low, high) -> b.op(MIN_S, b.op(MAX_S, x, low), high));
      case 46 -> map(i, (x, y, a) -> b.op(F_MA, a, y, b.op(F_MA, b.op(F_NEG, a), x, x)));
      case 48 -> map(i, (edge, x, _) -> b.op(SELECT, b.op(F_LT, x, edge), F_ZERO, F_ONE));
      case 49 -> map(i, this::smoothStep);
      case 50 -> map(i, (x, y, z) -> b.op(F_MA, x, y, z));
      case FREXP, 52 -> join(map(i, this::significand), map(i, this::exponent));
      case 53 -> map(i, this::loadExponent);
      case 54 -> pack(i, 8, -1, 127);
      case 55 -> pack(i, 8, 0, 255);
      case 56 -> pack(i, 16, -1, 32767);
      case 57 -> pack(i, 16, 0, 65535);
      case 58 -> packHalf(i);
      case 60 -> unpack(i, 16, true);
      case 61 -> unpack(i, 16, false);
      case 62 -> unpackHalf(i);
      case 63 -> unpack(i, 8, true);
      case 64 -> unpack(i, 8, false);
      case 66 -> new Value[] {length(i, argument(i, 0))};
      case 67 -> new Value[] {length(i, subtract(argument(i, 0), argument(i, 1)))};
      case 68 -> cross(argument(i, 0), argument(i, 1));
      case 69 -> normalize(i, argument(i, 0));
      case 70 -> faceForward(i, argument(i, 0));
      case 71 -> reflect(i, argument(i, 0), argument(i, 1));
      case 72 -> refract(i, argument(i, 0), argument(i, 1));
      case 73 -> map(i, (x, _, _) -> b.op(SELECT, b.op(EQ, x, ZERO), i(-1), b.op(CTZ, x)));
      case 74 -> map(i, (x, _, _) -> highestBit(b.op(XOR, x, b.op(SHR_S, x, i(31)))));
      case 75 -> map(i, (x, _, _) -> highestBit(x));
      default ->
          throw SpirvErrors.at(
              i.location(), "GLSL.std.450 function %d is not supported", i.operand(1));
    };
  }

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  private static Constant f(float value) {
    return Constant.f32(value);
  }

  private Value[] argument(SpirvInstruction i, int n) {
    int id = i.operand(n + 2);
    Value[] words = ids.value(id);
    return switch (i.operand(1)) {
      case 5, 7, 39, 42, 45, 74 -> arithmetic.extended(Ids.component(ids.typeOf(id)), words, true);
      case 38, 41, 44, 75 -> arithmetic.extended(Ids.component(ids.typeOf(id)), words, false);
      default -> words;
    };
  }

  private Value scalarArgument(SpirvInstruction i, int n) {
    return ids.scalar(i.operand(n + 2));
  }

  private Value[] each(SpirvInstruction i, Opcode opcode) {
    boolean binary = opcode.signature().indexOf(':') == 2;
    return map(i, (x, y, _) -> binary ? b.op(opcode, x, y) : b.op(opcode, x));
  }

  private Value[] map(SpirvInstruction i, Scalar function) {
    Value[] x = argument(i, 0);
    int operands = i.operands().length - 2;
    Value[] y = operands > 1 && !ids.isPointer(i.operand(3)) ? argument(i, 1) : x;
    Value[] z = operands > 2 ? argument(i, 2) : x;
    if (y.length != x.length || z.length != x.length) {
      throw SpirvErrors.at(
          i.location(), "GLSL.std.450 function %d has operands of unequal size", i.operand(1));
    }
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = function.apply(x[n], y[n], z[n]);
    }
    return made;
  }

  private static Value[] join(Value[] first, Value[] second) {
    Value[] made = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, made, first.length, second.length);
    return made;
  }

  private Value sign(Value x) {
    Value one = b.op(SELECT, b.op(F_LT, F_ZERO, b.op(F_ABS, x)), F_ONE, F_ZERO);
    return b.op(F_COPYSIGN, one, x);
  }

  private Value fraction(Value x, Value y, Value z) {
    return b.op(F_COPYSIGN, b.op(F_SUB, x, b.op(F_TRUNC, x)), x);
  }

  private Value smoothStep(Value low, Value high, Value x) {
    Value t = b.op(F_DIV, b.op(F_SUB, x, low), b.op(F_SUB, high, low));
    Value clamped = b.op(F_MIN, b.op(F_MAX, t, F_ZERO), F_ONE);
    Value slope = b.op(F_MA, f(-2), clamped, f(3));
    return b.op(F_MUL, b.op(F_MUL, clamped, clamped), slope);
  }

  // Exponents.

  /** Whether a float is zero, infinite or NaN: then it is its own significand. */
  private Value hasNoExponent(Value x) {
    Value magnitude = b.op(F_TO_BITS, b.op(F_ABS, x));
    return b.op(GE_U, b.op(SUB, magnitude, i(1)), i(0x7f7fffff));
  }

  private Value isSubnormal(Value x) {
    return b.op(F_LT, b.op(F_ABS, x), f(Float.MIN_NORMAL));
  }

  /** Bits of a number with the same significand and an exponent field above zero. */
  private Value normalBits(Value x) {
    return b.op(F_TO_BITS, b.op(SELECT, isSubnormal(x), b.op(F_MUL, x, f(0x1p24f)), x));
  }

  private Value significand(Value x, Value y, Value z) {
    Value bits = b.op(OR, b.op(AND, normalBits(x), i(0x807fffff)), i(0x3f000000));
    return b.op(SELECT, hasNoExponent(x), x, b.op(BITS_TO_F, bits));
  }

  private Value exponent(Value x, Value y, Value z) {
    Value field = b.op(AND, b.op(SHR_U, normalBits(x), i(23)), i(0xff));
    Value bias = b.op(SELECT, isSubnormal(x), i(126 + 24), i(126));
    return b.op(SELECT, hasNoExponent(x), ZERO, b.op(SUB, field, bias));
  }

  /** x·2^n in two steps, of which the first is all where the factor is a normal number. */
  private Value loadExponent(Value x, Value n, Value z) {
    Value near = b.op(MIN_S, b.op(MAX_S, n, i(-126)), i(127));
    Value rest = b.op(MIN_S, b.op(MAX_S, b.op(SUB, n, near), i(-126)), i(127));
    return b.op(F_MUL, b.op(F_MUL, x, powerOfTwo(near)), powerOfTwo(rest));
  }

  private Value powerOfTwo(Value n) {
    return b.op(BITS_TO_F, b.op(SHL, b.op(ADD, n, i(127)), i(23)));
  }

  // Packing.

  private Value[] pack(SpirvInstruction i, int bits, float low, float scale) {
    Value word = ZERO;
    Value[] x = argument(i, 0);
    for (int n = 0; n < x.length; n++) {
      Value clamped = b.op(F_MIN, b.op(F_MAX, x[n], f(low)), F_ONE);
      Value rounded = b.op(F_TO_S_NEAREST, b.op(F_MUL, clamped, f(scale)));
      Value field = b.op(AND, rounded, i((1 << bits) - 1));
      word = b.op(OR, b.op(SHL, field, i(n * bits)), word);
    }
    return new Value[] {word};
  }

  private Value[] unpack(SpirvInstruction i, int bits, boolean signed) {
    Value word = scalarArgument(i, 0);
    Value[] made = new Value[32 / bits];
    float scale = 1f / ((1 << (signed ? bits - 1 : bits)) - 1);
    for (int n = 0; n < made.length; n++) {
      Value top = b.op(SHL, word, i(32 - bits - n * bits));
      Value field = b.op(signed ? SHR_S : SHR_U, top, i(32 - bits));
      Value number = b.op(F_MUL, b.op(signed ? S_TO_F : U_TO_F, field), f(scale));
      made[n] = signed ? b.op(F_MAX, number, f(-1)) : number;
    }
    return made;
  }

  private Value[] packHalf(SpirvInstruction i) {
    Packing packing = new Packing(b);
    Value[] x = argument(i, 0);
    Value high = b.op(SHL, packing.floatToHalf(x[1]), i(16));
    return new Value[] {b.op(OR, packing.floatToHalf(x[0]), high)};
  }

  private Value[] unpackHalf(SpirvInstruction i) {
    Packing packing = new Packing(b);
    Value word = scalarArgument(i, 0);
    return new Value[] {packing.halfToFloat(word), packing.halfToFloat(b.op(SHR_U, word, i(16)))};
  }

  private Value highestBit(Value x) {
    return b.op(SUB, i(31), b.op(CLZ, x));
  }

  // Vectors.

  private Value length(SpirvInstruction i, Value[] x) {
    return x.length == 1 ? b.op(F_ABS, x[0]) : b.op(F_SQRT, arithmetic.dot(i, x, x));
  }

  private Value[] subtract(Value[] x, Value[] y) {
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = b.op(F_SUB, x[n], y[n]);
    }
    return made;
  }

  private Value[] scale(Value[] x, Value s) {
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = b.op(F_MUL, x[n], s);
    }
    return made;
  }

  /** x + s·y. */
  private Value[] addScaled(Value[] x, Value s, Value[] y) {
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = b.op(F_MA, s, y[n], x[n]);
    }
    return made;
  }

  private Value[] cross(Value[] x, Value[] y) {
    Value[] made = new Value[3];
    for (int n = 0; n < 3; n++) {
      int j = (n + 1) % 3;
      int k = (n + 2) % 3;
      made[n] = b.op(F_MA, x[j], y[k], b.op(F_NEG, b.op(F_MUL, y[j], x[k])));
    }
    return made;
  }

  private Value[] normalize(SpirvInstruction i, Value[] x) {
    return scale(x, b.op(F_INVERSE_SQRT, arithmetic.dot(i, x, x)));
  }

  private Value[] faceForward(SpirvInstruction i, Value[] normal) {
    Value facing = b.op(F_LT, arithmetic.dot(i, argument(i, 2), argument(i, 1)), F_ZERO);
    Value[] made = new Value[normal.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = b.op(SELECT, facing, normal[n], b.op(F_NEG, normal[n]));
    }
    return made;
  }

  private Value[] reflect(SpirvInstruction i, Value[] incident, Value[] normal) {
    Value twice = b.op(F_MUL, arithmetic.dot(i, normal, incident), f(-2));
    return addScaled(incident, twice, normal);
  }

  private Value[] refract(SpirvInstruction i, Value[] incident, Value[] normal) {
    Value eta = scalarArgument(i, 2);
    Value cosine = arithmetic.dot(i, normal, incident);
    Value sineSquared = b.op(F_MA, b.op(F_NEG, cosine), cosine, F_ONE);
    Value k = b.op(F_MA, b.op(F_NEG, b.op(F_MUL, eta, eta)), sineSquared, F_ONE);
    Value along = b.op(F_NEG, b.op(F_MA, eta, cosine, b.op(F_SQRT, k)));
    Value[] bent = addScaled(scale(incident, eta), along, normal);
    Value none = b.op(F_LT, k, F_ZERO);
    for (int n = 0; n < bent.length; n++) {
      bent[n] = b.op(SELECT, none, F_ZERO, bent[n]);
    }
    return bent;
  }

  // Matrices, as [column][row].

  private Value[][] square(SpirvInstruction i) {
    Value[] scalars = argument(i, 0);
    int size = (int) Math.round(Math.sqrt(scalars.length));
    if (size * size != scalars.length || size < 2 || size > 4) {
      throw SpirvErrors.at(i.location(), "a square matrix is needed");
    }
    Value[][] matrix = new Value[size][];
    for (int c = 0; c < size; c++) {
      matrix[c] = Arrays.copyOfRange(scalars, c * size, (c + 1) * size);
    }
    return matrix;
  }

  private Value determinant(Value[][] m) {
    if (m.length == 1) {
      return m[0][0];
    }
    Value sum = null;
    for (int c = 0; c < m.length; c++) {
      Value element = c % 2 == 0 ? m[c][0] : b.op(F_NEG, m[c][0]);
      Value minor = determinant(without(m, c, 0));
      sum = sum == null ? b.op(F_MUL, element, minor) : b.op(F_MA, element, minor, sum);
    }
    return sum;
  }

  private static Value[][] without(Value[][] m, int column, int row) {
    int size = m.length - 1;
    Value[][] minor = new Value[size][size];
    for (int c = 0; c < size; c++) {
      for (int r = 0; r < size; r++) {
        minor[c][r] = m[c < column ? c : c + 1][r < row ? r : r + 1];
      }
    }
    return minor;
  }

  /** The adjugate over the determinant. */
  private Value[] inverse(Value[][] m) {
    int size = m.length;
    Value reciprocal = b.op(F_DIV, F_ONE, determinant(m));
    Value negative = b.op(F_NEG, reciprocal);
    Value[] made = new Value[size * size];
    for (int c = 0; c < size; c++) {
      for (int r = 0; r < size; r++) {
        Value minor = determinant(without(m, r, c));
        made[c * size + r] = b.op(F_MUL, minor, (c + r) % 2 == 0 ? reciprocal : negative);
      }
    }
    return made;
  }
}
