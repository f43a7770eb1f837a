package dev.zhulong.fuzz.interpreter;

import dev.zhulong.fuzz.spirv.Glsl;
import dev.zhulong.fuzz.spirv.Op;
import java.math.BigInteger;

/** Arithmetic on the bits of scalars; every NaN made is the machine's one. */
final class Scalars {
  private static final long NAN32 = 0x7fc0_0000L;
  private static final long NAN16 = 0x7e00L;

  private Scalars() {}

  /** The low bits. */
  static long cut(long value, int width) {
    return width == 64 ? value : value & (1L << width) - 1;
  }

  /** The low bits as a number with a sign. */
  static long sign(long value, int width) {
    return value << 64 - width >> 64 - width;
  }

  private static long truth(boolean value) {
    return value ? 1 : 0;
  }

  static float number(long bits, int width) {
    return width == 16 ? Float.float16ToFloat((short) bits) : Float.intBitsToFloat((int) bits);
  }

  static long bits(float value, int width) {
    if (Float.isNaN(value)) {
      return width == 16 ? NAN16 : NAN32;
    }
    return width == 16
        ? Float.floatToFloat16(value) & 0xffffL
        : Float.floatToRawIntBits(value) & 0xffff_ffffL;
  }

  private static int width(Type type) {
    return type.size() * 8;
  }

  /**
   * One operation.
   *
   * @param result type of the result
   * @param operand type of the first operand
   */
  static long operate(int opcode, Type result, Type operand, long[] a) {
    if (opcode >= Op.F_ORD_EQUAL && opcode <= Op.F_UNORD_GREATER_THAN_EQUAL) {
      return truth(compareFloats(opcode, number(a[0], width(operand)), number(a[1], width(operand))));
    }
    if (opcode >= Op.CONVERT_F_TO_U && opcode <= Op.QUANTIZE_TO_F16) {
      return convert(opcode, a[0], width(operand), width(result));
    }
    int w = width(operand);
    return switch (opcode) {
      case Op.F_NEGATE -> a[0] ^ 1L << w - 1;
      case Op.F_ADD -> bits(number(a[0], w) + number(a[1], w), w);
      case Op.F_SUB -> bits(number(a[0], w) - number(a[1], w), w);
      case Op.F_MUL -> bits(number(a[0], w) * number(a[1], w), w);
      case Op.F_DIV -> bits(number(a[0], w) / number(a[1], w), w);
      case Op.IS_NAN -> truth(Float.isNaN(number(a[0], w)));
      case Op.IS_INF -> truth(Float.isInfinite(number(a[0], w)));
      case Op.LOGICAL_EQUAL -> truth(a[0] == a[1]);
      case Op.LOGICAL_NOT_EQUAL, Op.BITWISE_XOR -> a[0] ^ a[1];
      case Op.LOGICAL_OR, Op.BITWISE_OR -> a[0] | a[1];
      case Op.LOGICAL_AND, Op.BITWISE_AND -> a[0] & a[1];
      case Op.LOGICAL_NOT -> a[0] ^ 1;
      case Op.SELECT -> a[0] != 0 ? a[1] : a[2];
      default -> integer(opcode, result, w, a);
    };
  }

  private static long integer(int opcode, Type result, int w, long[] a) {
    long x = sign(a[0], w);
    long y = a.length > 1 ? sign(a[1], w) : 0;
    int to = width(result);
    return switch (opcode) {
      case Op.S_NEGATE -> cut(-x, to);
      case Op.I_ADD -> cut(x + y, to);
      case Op.I_SUB -> cut(x - y, to);
      case Op.I_MUL -> cut(x * y, to);
      case Op.U_DIV -> cut(Long.divideUnsigned(a[0], a[1]), to);
      case Op.U_MOD -> cut(Long.remainderUnsigned(a[0], a[1]), to);
      case Op.S_DIV -> cut(x / y, to);
      case Op.S_REM -> cut(x % y, to);
      case Op.S_MOD -> cut(Math.floorMod(x, y), to);
      case Op.I_EQUAL -> truth(x == y);
      case Op.I_NOT_EQUAL -> truth(x != y);
      case Op.U_GREATER_THAN -> truth(Long.compareUnsigned(a[0], a[1]) > 0);
      case Op.U_GREATER_THAN_EQUAL -> truth(Long.compareUnsigned(a[0], a[1]) >= 0);
      case Op.U_LESS_THAN -> truth(Long.compareUnsigned(a[0], a[1]) < 0);
      case Op.U_LESS_THAN_EQUAL -> truth(Long.compareUnsigned(a[0], a[1]) <= 0);
      case Op.S_GREATER_THAN -> truth(x > y);
      case Op.S_GREATER_THAN_EQUAL -> truth(x >= y);
      case Op.S_LESS_THAN -> truth(x < y);
      case Op.S_LESS_THAN_EQUAL -> truth(x <= y);
      case Op.SHIFT_LEFT_LOGICAL -> cut(a[0] << shift(a[1], w), to);
      case Op.SHIFT_RIGHT_LOGICAL -> cut(a[0] >>> shift(a[1], w), to);
      case Op.SHIFT_RIGHT_ARITHMETIC -> cut(x >> shift(a[1], w), to);
      case Op.NOT -> cut(~x, to);
      case Op.BIT_COUNT -> Long.bitCount(a[0]);
      case Op.BIT_REVERSE -> Long.reverse(a[0]) >>> 64 - w;
      case Op.BIT_FIELD_INSERT -> {
        long mask = field(a[2], a[3], w);
        yield a[0] & ~mask | (a[3] == 0 ? 0 : a[1] << a[2]) & mask;
      }
      case Op.BIT_FIELD_U_EXTRACT -> a[2] == 0 ? 0 : (a[0] & field(a[1], a[2], w)) >>> a[1];
      case Op.BIT_FIELD_S_EXTRACT ->
          a[2] == 0 ? 0 : cut(sign((a[0] & field(a[1], a[2], w)) >>> a[1], (int) a[2]), to);
      default -> throw new InterpreterException("opcode " + opcode);
    };
  }

  private static int shift(long amount, int width) {
    if (amount < 0 || amount >= width) {
      throw new InterpreterException("a shift of " + width + " bits by " + amount);
    }
    return (int) amount;
  }

  private static long field(long offset, long count, int width) {
    if (offset < 0 || count < 0 || offset + count > width) {
      throw new InterpreterException("bits " + offset + " and " + count + " of " + width);
    }
    return count == 0 ? 0 : cut(-1L, (int) count) << offset;
  }

  private static boolean compareFloats(int opcode, float x, float y) {
    boolean unordered = Float.isNaN(x) || Float.isNaN(y);
    return switch (opcode) {
      case Op.F_ORD_EQUAL -> x == y;
      case Op.F_UNORD_EQUAL -> unordered || x == y;
      case Op.F_ORD_NOT_EQUAL -> !unordered && x != y;
      case Op.F_UNORD_NOT_EQUAL -> unordered || x != y;
      case Op.F_ORD_LESS_THAN -> x < y;
      case Op.F_UNORD_LESS_THAN -> unordered || x < y;
      case Op.F_ORD_GREATER_THAN -> x > y;
      case Op.F_UNORD_GREATER_THAN -> unordered || x > y;
      case Op.F_ORD_LESS_THAN_EQUAL -> x <= y;
      case Op.F_UNORD_LESS_THAN_EQUAL -> unordered || x <= y;
      case Op.F_ORD_GREATER_THAN_EQUAL -> x >= y;
      default -> unordered || x >= y;
    };
  }

  private static long convert(int opcode, long a, int from, int to) {
    return switch (opcode) {
      case Op.U_CONVERT -> cut(a, to);
      case Op.S_CONVERT -> cut(sign(a, from), to);
      case Op.F_CONVERT -> bits(number(a, from), to);
      case Op.QUANTIZE_TO_F16 -> {
        float half = Float.float16ToFloat(Float.floatToFloat16(number(a, 32)));
        // Subnormal halves become zeros.
        yield bits(Math.abs(half) < 0x1p-14f ? Math.copySign(0f, half) : half, 32);
      }
      case Op.CONVERT_S_TO_F -> {
        long value = sign(a, from);
        // A double holds every integer exactly that does not overflow a half.
        yield to == 16 ? bits((float) (double) value, 16) : bits((float) value, 32);
      }
      case Op.CONVERT_U_TO_F -> {
        float value = a >= 0 ? (float) a : (float) (a >>> 1 | a & 1) * 2;
        yield bits(value, to);
      }
      default -> {
        float value = number(a, from);
        if (!(Math.abs(value) < 0x1p62f)) {
          throw new InterpreterException("conversion of " + value + " to an integer");
        }
        yield cut((long) value, to);
      }
    };
  }

  /** A function of GLSL.std.450. */
  static long glsl(int function, Type operand, long[] a) {
    int w = width(operand);
    long x = sign(a[0], w);
    long y = a.length > 1 ? sign(a[1], w) : 0;
    return switch (function) {
      case Glsl.S_ABS -> cut(Math.abs(x), w);
      case Glsl.S_SIGN -> cut(Long.signum(x), w);
      case Glsl.U_MIN -> Long.compareUnsigned(a[0], a[1]) < 0 ? a[0] : a[1];
      case Glsl.U_MAX -> Long.compareUnsigned(a[0], a[1]) > 0 ? a[0] : a[1];
      case Glsl.S_MIN -> cut(Math.min(x, y), w);
      case Glsl.S_MAX -> cut(Math.max(x, y), w);
      case Glsl.FIND_I_LSB -> a[0] == 0 ? cut(-1, w) : Long.numberOfTrailingZeros(a[0]);
      case Glsl.FIND_U_MSB -> cut(63 - Long.numberOfLeadingZeros(a[0]), w);
      case Glsl.FIND_S_MSB -> cut(63 - Long.numberOfLeadingZeros(x < 0 ? cut(~x, w) : x), w);
      default -> bits(floating(function, a, w), w);
    };
  }

  private static float floating(int function, long[] a, int w) {
    float x = number(a[0], w);
    float y = a.length > 1 ? number(a[1], w) : 0;
    float z = a.length > 2 ? number(a[2], w) : 0;
    return switch (function) {
      case Glsl.ROUND_EVEN -> (float) Math.rint(x);
      case Glsl.TRUNC -> (float) (x < 0 ? Math.ceil(x) : Math.floor(x));
      case Glsl.F_ABS -> Math.abs(x);
      case Glsl.F_SIGN -> Math.signum(x);
      case Glsl.FLOOR -> (float) Math.floor(x);
      case Glsl.CEIL -> (float) Math.ceil(x);
      case Glsl.FRACT -> x - (float) Math.floor(x);
      case Glsl.SQRT -> (float) Math.sqrt(x);
      case Glsl.F_MIN, Glsl.N_MIN -> least(x, y);
      case Glsl.F_MAX, Glsl.N_MAX -> greatest(x, y);
      case Glsl.F_CLAMP, Glsl.N_CLAMP -> least(greatest(x, y), z);
      case Glsl.STEP -> y < x ? 0 : 1;
      case Glsl.FMA -> Math.fma(x, y, z);
      default -> throw new InterpreterException("function " + function + " of GLSL.std.450");
    };
  }

  private static float least(float x, float y) {
    return Float.isNaN(x) ? y : Float.isNaN(y) ? x : Math.min(x, y);
  }

  private static float greatest(float x, float y) {
    return Float.isNaN(x) ? y : Float.isNaN(y) ? x : Math.max(x, y);
  }

  /** The upper half of a product of two words. */
  static long high(long x, long y, boolean signed) {
    BigInteger a = BigInteger.valueOf(signed ? sign(x, 32) : x);
    BigInteger b = BigInteger.valueOf(signed ? sign(y, 32) : y);
    return cut(a.multiply(b).shiftRight(32).longValue(), 32);
  }
}
