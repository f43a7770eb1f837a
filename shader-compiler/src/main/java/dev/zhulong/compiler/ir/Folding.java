package dev.zhulong.compiler.ir;

import dev.zhulong.firmware.texel.CoverageUnit;
import dev.zhulong.firmware.texel.MergeUnit;
import dev.zhulong.firmware.texel.TextureUnit;
import java.util.List;
import java.util.Optional;

/** What pure instructions make of constants: the machine's arithmetic, bit for bit. */
public final class Folding {
  private static final int CANONICAL_NAN = 0x7fc00000;

  private Folding() {}

  /** The constant that a pure opcode makes of its operands, if all are constants. */
  public static Optional<Constant> fold(Opcode opcode, List<? extends Value> operands) {
    if (!opcode.pure() || operands.isEmpty()) {
      return Optional.empty();
    }
    int[] bits = new int[3];
    for (int i = 0; i < operands.size(); i++) {
      if (!(operands.get(i) instanceof Constant c)) {
        return Optional.empty();
      }
      bits[i] = c.bits();
    }
    if (opcode == Opcode.SELECT) {
      return Optional.of((Constant) operands.get(bits[0] != 0 ? 1 : 2));
    }
    Type type =
        switch (opcode.signature().charAt(opcode.signature().length() - 1)) {
          case 'f' -> Type.F32;
          case 'b' -> Type.BOOL;
          default -> Type.I32;
        };
    return Optional.of(new Constant(type, evaluate(opcode, bits[0], bits[1], bits[2])));
  }

  private static int evaluate(Opcode opcode, int a, int b, int c) {
    return switch (opcode) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case MULH_S -> (int) ((long) a * b >> 32);
      case MULH_U -> (int) ((a & 0xffffffffL) * (b & 0xffffffffL) >>> 32);
      case DIV_S -> b == 0 ? -1 : a / b;
      case DIV_U -> b == 0 ? -1 : Integer.divideUnsigned(a, b);
      case REM_S -> b == 0 ? a : a % b;
      case REM_U -> b == 0 ? a : Integer.remainderUnsigned(a, b);
      case AND, B_AND -> a & b;
      case OR, B_OR -> a | b;
      case XOR, B_XOR -> a ^ b;
      case SHL -> a << b;
      case SHR_S -> a >> b;
      case SHR_U -> a >>> b;
      case ROTL -> Integer.rotateLeft(a, b);
      case MIN_S -> Math.min(a, b);
      case MAX_S -> Math.max(a, b);
      case MIN_U -> Integer.compareUnsigned(a, b) < 0 ? a : b;
      case MAX_U -> Integer.compareUnsigned(a, b) > 0 ? a : b;
      case CLZ -> Integer.numberOfLeadingZeros(a);
      case CTZ -> Integer.numberOfTrailingZeros(a);
      case POPCOUNT -> Integer.bitCount(a);
      case BYTE_SWAP -> Integer.reverseBytes(a);
      case EXTEND_S8 -> (byte) a;
      case EXTEND_S16 -> (short) a;
      case EXTEND_U16 -> a & 0xffff;
      case EQ -> bit(a == b);
      case NE -> bit(a != b);
      case LT_S -> bit(a < b);
      case LT_U, INSIDE -> bit(Integer.compareUnsigned(a, b) < 0);
      case GE_S -> bit(a >= b);
      case GE_U -> bit(Integer.compareUnsigned(a, b) >= 0);
      case B_NOT -> a ^ 1;
      case BOOL_TO_INT, BITS_TO_F, F_TO_BITS -> a;
      case TEX_COORDINATE -> TextureUnit.coordinate(a, b);
      case TEX_MIX_LOW -> TextureUnit.mix(a, b, c);
      case TEX_MIX_HIGH -> TextureUnit.mix(a >>> 16, b >>> 16, c);
      case TEX_COLOR_LOW -> TextureUnit.color(a, b, c);
      case TEX_COLOR_HIGH -> TextureUnit.color(a >>> 16, b >>> 16, c);
      case MERGE_PACK8_LOW -> MergeUnit.pack8Low(a, b, c);
      case MERGE_PACK8_HIGH -> MergeUnit.pack8High(a, b, c);
      case MERGE_PACK10_LOW -> MergeUnit.pack10Low(a, b, c);
      case MERGE_PACK10_HIGH -> MergeUnit.pack10High(a, b, c);
      case MERGE_PACK565_LOW -> MergeUnit.pack565Low(a, b, c);
      case MERGE_PACK565_HIGH -> MergeUnit.pack565High(a, c);
      case MERGE_UNPACK8 -> MergeUnit.unpack(a, b, 8);
      case MERGE_UNPACK10 -> MergeUnit.unpack(a, b, 10);
      case MERGE_UNPACK5 -> MergeUnit.unpack(a, b, 5);
      case MERGE_UNPACK6 -> MergeUnit.unpack(a, b, 6);
      case MERGE_UNPACK2 -> MergeUnit.unpack(a, b, 2);
      case COVER_ROW -> CoverageUnit.row(a, b, c);
      default -> evaluateFloat(opcode, a, b, c);
    };
  }

  private static int evaluateFloat(Opcode opcode, int a, int b, int c) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    return switch (opcode) {
      case F_ADD -> bits(x + y);
      case F_SUB -> bits(x - y);
      case F_MUL -> bits(x * y);
      case F_DIV -> bits(x / y);
      case F_MIN -> minimumNumber(x, y);
      case F_MAX ->
          minimumNumber(-x, -y) ^ (Float.isNaN(x) && Float.isNaN(y) ? 0 : Integer.MIN_VALUE);
      case F_COPYSIGN -> a & Integer.MAX_VALUE | b & Integer.MIN_VALUE;
      case F_MA -> bits(Math.fma(x, y, Float.intBitsToFloat(c)));
      case F_SQRT -> bits((float) Math.sqrt(x));
      case F_NEG -> a ^ Integer.MIN_VALUE;
      case F_ABS -> a & Integer.MAX_VALUE;
      case F_EQ -> bit(x == y);
      case F_LT -> bit(x < y);
      case F_LE -> bit(x <= y);
      case F_CLASS -> classMask(a);
      case F_TO_S -> saturateSigned(x, x);
      case F_TO_S_NEAREST -> saturateSigned(Math.rint(x), x);
      case F_TO_S_DOWN -> saturateSigned(Math.floor(x), x);
      case F_TO_S_UP -> saturateSigned(Math.ceil(x), x);
      case F_TO_U -> saturateUnsigned(x);
      case S_TO_F -> bits(a);
      case U_TO_F -> bits(a & 0xffffffffL);
      case F_FLOOR -> bits((float) Math.floor(x));
      case F_CEIL -> bits((float) Math.ceil(x));
      case F_TRUNC -> bits((float) (x < 0 ? Math.ceil(x) : Math.floor(x)));
      case F_ROUND_EVEN -> bits((float) Math.rint(x));
      default -> bits((float) function(opcode, x, y));
    };
  }

  /** Functions without an exact definition: the double result, rounded once. */
  private static double function(Opcode opcode, double x, double y) {
    return switch (opcode) {
      case F_SIN -> StrictMath.sin(x);
      case F_COS -> StrictMath.cos(x);
      case F_TAN -> StrictMath.tan(x);
      case F_ASIN -> StrictMath.asin(x);
      case F_ACOS -> StrictMath.acos(x);
      case F_ATAN -> StrictMath.atan(x);
      case F_ATAN2 -> StrictMath.atan2(x, y);
      case F_EXP -> StrictMath.exp(x);
      case F_EXP2 -> StrictMath.pow(2, x);
      case F_LOG -> StrictMath.log(x);
      case F_LOG2 -> log2(x);
      case F_POW -> StrictMath.pow(x, y);
      case F_INVERSE_SQRT -> 1 / Math.sqrt(x);
      case F_SINH -> StrictMath.sinh(x);
      case F_COSH -> StrictMath.cosh(x);
      case F_TANH -> StrictMath.tanh(x);
      case F_ASINH -> Math.copySign(asinh(Math.abs(x)), x);
      case F_ACOSH -> StrictMath.log(x + Math.sqrt(x * x - 1));
      case F_ATANH -> 0.5 * (StrictMath.log1p(x) - StrictMath.log1p(-x));
      default -> throw new IllegalArgumentException("no constant folding for " + opcode);
    };
  }

  private static double asinh(double x) {
    return StrictMath.log1p(x + x * x / (1 + Math.sqrt(x * x + 1)));
  }

  /** Exact for powers of two, which shaders rely on. */
  private static double log2(double x) {
    if (!(x > 0) || Double.isInfinite(x)) {
      return StrictMath.log(x);
    }
    int exponent = Math.getExponent(x);
    return exponent + StrictMath.log(Math.scalb(x, -exponent)) / StrictMath.log(2);
  }

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }

  private static int bits(float value) {
    return Float.isNaN(value) ? CANONICAL_NAN : Float.floatToRawIntBits(value);
  }

  private static int minimumNumber(float x, float y) {
    if (Float.isNaN(x)) {
      return bits(y);
    }
    return Float.isNaN(y) ? bits(x) : bits(Math.min(x, y));
  }

  private static int saturateSigned(double rounded, float x) {
    return Float.isNaN(x) ? Integer.MAX_VALUE : (int) rounded;
  }

  private static int saturateUnsigned(float x) {
    if (Float.isNaN(x)) {
      return -1;
    }
    return (int) Math.min(Math.max((long) x, 0), 0xffffffffL);
  }

  private static int classMask(int a) {
    int exponent = a >>> 23 & 0xff;
    int fraction = a & 0x7fffff;
    boolean negative = a < 0;
    if (exponent == 0xff) {
      if (fraction != 0) {
        return (fraction & 0x400000) == 0 ? 1 << 8 : 1 << 9;
      }
      return negative ? 1 : 1 << 7;
    }
    if (exponent != 0) {
      return negative ? 1 << 1 : 1 << 6;
    }
    if (fraction != 0) {
      return negative ? 1 << 2 : 1 << 5;
    }
    return negative ? 1 << 3 : 1 << 4;
  }
}
