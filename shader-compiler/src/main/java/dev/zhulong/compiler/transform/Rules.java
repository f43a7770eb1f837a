package dev.zhulong.compiler.transform;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;

/**
 * Algebra of single pure instructions. Every rule holds for all operands, bit for bit, NaN payloads
 * excepted; sums move their constants outward, where addresses absorb them.
 */
final class Rules {
  private final Builder b;

  /**
   * Rules that emit at a builder's place.
   *
   * @param builder each instruction it appends is itself simplified by the caller
   */
  Rules(Builder builder) {
    this.b = builder;
  }

  /** Whether the first two operands may be exchanged. */
  static boolean commutative(Opcode opcode) {
    return switch (opcode) {
      case ADD, MUL, MULH_S, MULH_U, AND, OR, XOR, MIN_S, MAX_S, MIN_U, MAX_U, EQ, NE -> true;
      case B_AND, B_OR, B_XOR, F_ADD, F_MUL, F_MIN, F_MAX, F_MA, F_EQ -> true;
      default -> false;
    };
  }

  /** A value that the instruction may be replaced by, or null. */
  Value apply(Opcode opcode, Value x, Value y, Value z) {
    return switch (opcode) {
      case ADD -> add(x, y);
      case SUB -> subtract(x, y);
      case MUL -> multiply(x, y);
      case SHL -> shiftLeft(x, y);
      case SHR_S, SHR_U, ROTL -> is(y, 0) || is(x, 0) ? x : null;
      case DIV_U -> powerOfTwo(y) ? b.op(SHR_U, x, log2(y)) : null;
      case REM_U -> powerOfTwo(y) ? b.op(AND, x, Constant.i32(bits(y) - 1)) : null;
      case DIV_S -> is(y, 1) ? x : null;
      case AND -> and(x, y);
      case OR -> or(x, y);
      case XOR -> xor(x, y);
      case MIN_S, MAX_S, MIN_U, MAX_U -> x.equals(y) ? x : null;
      case EQ, NE -> equal(opcode, x, y);
      case LT_S, LT_U, GE_S, GE_U -> compare(opcode, x, y);
      case B_AND -> booleanAnd(x, y);
      case B_OR -> booleanOr(x, y);
      case B_XOR -> is(y, 0) ? x : is(y, 1) ? b.op(B_NOT, x) : same(x, y) ? Constant.FALSE : null;
      case B_NOT -> not(x);
      case Opcode.SELECT -> select(x, y, z);
      case F_ADD -> negated(y) != null ? b.op(F_SUB, x, negated(y)) : null;
      case F_SUB -> floatSubtract(x, y);
      case F_MUL -> floatMultiply(x, y);
      case F_DIV -> floatDivide(x, y);
      case F_MA -> fused(x, y, z);
      case F_NEG -> negated(x);
      case F_ABS -> made(x, F_ABS) ? x : negated(x) != null ? b.op(F_ABS, negated(x)) : null;
      case F_MIN, F_MAX -> x.equals(y) ? x : null;
      case BITS_TO_F -> made(x, F_TO_BITS) ? operand(x, 0) : null;
      case F_TO_BITS -> made(x, BITS_TO_F) ? operand(x, 0) : null;
      case F_TO_S -> convertRounded(x);
      default -> null;
    };
  }

  private static boolean is(Value value, int bits) {
    return value instanceof Constant c && c.bits() == bits;
  }

  private static boolean isFloat(Value value, float number) {
    return value instanceof Constant c && c.bits() == Float.floatToRawIntBits(number);
  }

  private static int bits(Value value) {
    return ((Constant) value).bits();
  }

  private static boolean same(Value x, Value y) {
    return x.equals(y);
  }

  private static boolean powerOfTwo(Value value) {
    return value instanceof Constant c && Integer.bitCount(c.bits()) == 1;
  }

  private static Constant log2(Value value) {
    return Constant.i32(Integer.numberOfTrailingZeros(bits(value)));
  }

  private static Instruction maker(Value value) {
    return value instanceof Result r ? r.instruction() : null;
  }

  private static boolean made(Value value, Opcode opcode) {
    Instruction maker = maker(value);
    return maker != null && maker.opcode() == opcode;
  }

  private static Value operand(Value value, int n) {
    return maker(value).operand(n);
  }

  /** Whether a value is another plus a constant. */
  private static boolean plusConstant(Value value) {
    return made(value, ADD) && operand(value, 1) instanceof Constant;
  }

  // Integers. A constant operand of a commutative instruction is the second one.

  private Value add(Value x, Value y) {
    if (is(y, 0)) {
      return x;
    }
    if (y instanceof Constant c) {
      return plusConstant(x)
          ? b.op(ADD, operand(x, 0), Constant.i32(bits(operand(x, 1)) + c.bits()))
          : null;
    }
    if (plusConstant(x)) {
      return b.op(ADD, b.op(ADD, operand(x, 0), y), operand(x, 1));
    }
    if (plusConstant(y)) {
      return b.op(ADD, b.op(ADD, x, operand(y, 0)), operand(y, 1));
    }
    Value counted = addOpposite(x, y);
    return counted != null ? counted : addOpposite(y, x);
  }

  /** A comparison that the machine has only as the opposite of another: {@code 1 - other}. */
  private Value addOpposite(Value sum, Value truth) {
    if (!made(truth, BOOL_TO_INT)
        || !made(operand(truth, 0), GE_S) && !made(operand(truth, 0), GE_U)) {
      return null;
    }
    Instruction compare = maker(operand(truth, 0));
    Value less = b.op(inverse(compare.opcode()), compare.operand(0), compare.operand(1));
    return b.op(ADD, b.op(SUB, sum, b.op(BOOL_TO_INT, less)), Constant.i32(1));
  }

  private Value subtract(Value x, Value y) {
    if (same(x, y)) {
      return Constant.i32(0);
    }
    if (y instanceof Constant c) {
      return b.op(ADD, x, Constant.i32(-c.bits()));
    }
    if (plusConstant(x)) {
      return b.op(ADD, b.op(SUB, operand(x, 0), y), operand(x, 1));
    }
    if (plusConstant(y)) {
      return b.op(ADD, b.op(SUB, x, operand(y, 0)), Constant.i32(-bits(operand(y, 1))));
    }
    if (made(x, ADD) && same(operand(x, 0), y)) {
      return operand(x, 1);
    }
    return made(x, ADD) && same(operand(x, 1), y) ? operand(x, 0) : null;
  }

  private Value multiply(Value x, Value y) {
    if (is(y, 0)) {
      return y;
    }
    if (powerOfTwo(y)) {
      return b.op(SHL, x, log2(y));
    }
    if (y instanceof Constant c && plusConstant(x)) {
      Constant product = Constant.i32(c.bits() * bits(operand(x, 1)));
      return b.op(ADD, b.op(MUL, operand(x, 0), y), product);
    }
    if (y instanceof Constant c && made(x, SHL) && operand(x, 1) instanceof Constant shift) {
      return b.op(MUL, operand(x, 0), Constant.i32(c.bits() << shift.bits()));
    }
    return null;
  }

  private Value shiftLeft(Value x, Value y) {
    if (is(y, 0) || is(x, 0)) {
      return x;
    }
    if (!(y instanceof Constant c)) {
      return null;
    }
    int shift = c.bits() & 31;
    if (plusConstant(x)) {
      Constant shifted = Constant.i32(bits(operand(x, 1)) << shift);
      return b.op(ADD, b.op(SHL, operand(x, 0), y), shifted);
    }
    if (made(x, MUL) && operand(x, 1) instanceof Constant factor) {
      return b.op(MUL, operand(x, 0), Constant.i32(factor.bits() << shift));
    }
    if (made(x, SHL) && operand(x, 1) instanceof Constant inner) {
      int sum = (inner.bits() & 31) + shift;
      return sum > 31 ? Constant.i32(0) : b.op(SHL, operand(x, 0), Constant.i32(sum));
    }
    return null;
  }

  private Value and(Value x, Value y) {
    if (is(y, 0) || same(x, y)) {
      return y;
    }
    if (is(y, -1)) {
      return x;
    }
    if (y instanceof Constant c && made(x, AND) && operand(x, 1) instanceof Constant inner) {
      return b.op(AND, operand(x, 0), Constant.i32(c.bits() & inner.bits()));
    }
    return null;
  }

  private Value or(Value x, Value y) {
    if (is(y, -1) || same(x, y)) {
      return y;
    }
    if (is(y, 0)) {
      return x;
    }
    Value rotated = rotation(x, y);
    return rotated != null ? rotated : rotation(y, x);
  }

  /** {@code v << n | v >> 32 - n} as a rotation. */
  private Value rotation(Value left, Value right) {
    boolean turns =
        made(left, SHL)
            && made(right, SHR_U)
            && same(operand(left, 0), operand(right, 0))
            && operand(left, 1) instanceof Constant up
            && operand(right, 1) instanceof Constant down
            && (up.bits() & 31) != 0
            && (up.bits() & 31) + (down.bits() & 31) == 32;
    return turns ? b.op(ROTL, operand(left, 0), operand(left, 1)) : null;
  }

  private Value xor(Value x, Value y) {
    if (same(x, y)) {
      return Constant.i32(0);
    }
    if (is(y, 0)) {
      return x;
    }
    if (y instanceof Constant c && made(x, XOR) && operand(x, 1) instanceof Constant inner) {
      return b.op(XOR, operand(x, 0), Constant.i32(c.bits() ^ inner.bits()));
    }
    return null;
  }

  private Value equal(Opcode opcode, Value x, Value y) {
    if (same(x, y)) {
      return Constant.bool(opcode == EQ);
    }
    if (y instanceof Constant c) {
      if (made(x, BOOL_TO_INT)) {
        Value truth = operand(x, 0);
        return switch (c.bits()) {
          case 0 -> opcode == EQ ? b.op(B_NOT, truth) : truth;
          case 1 -> opcode == EQ ? truth : b.op(B_NOT, truth);
          default -> Constant.bool(opcode == NE);
        };
      }
      if (plusConstant(x)) {
        return b.op(opcode, operand(x, 0), Constant.i32(c.bits() - bits(operand(x, 1))));
      }
    }
    return null;
  }

  private Value compare(Opcode opcode, Value x, Value y) {
    if (same(x, y)) {
      return Constant.bool(opcode == GE_S || opcode == GE_U);
    }
    return switch (opcode) {
      case LT_U -> is(y, 0) ? Constant.FALSE : is(y, 1) ? b.op(EQ, x, Constant.i32(0)) : null;
      case GE_U -> is(y, 0) ? Constant.TRUE : is(y, 1) ? b.op(NE, x, Constant.i32(0)) : null;
      default -> null;
    };
  }

  // Truth values.

  private Value booleanAnd(Value x, Value y) {
    if (is(y, 0) || same(x, y)) {
      return y;
    }
    return is(y, 1) ? x : null;
  }

  private Value booleanOr(Value x, Value y) {
    if (is(y, 1) || same(x, y)) {
      return y;
    }
    if (is(y, 0)) {
      return x;
    }
    if (implies(x, y)) {
      return y;
    }
    if (implies(y, x)) {
      return x;
    }
    Value ordered = lexicographic(x, y);
    return ordered != null ? ordered : lexicographic(y, x);
  }

  /** Whether one says less, and the other, of the same values, not greater. */
  private static boolean implies(Value less, Value notGreater) {
    Instruction a = maker(less);
    Instruction b = maker(notGreater);
    return a != null
        && b != null
        && (a.opcode() == LT_S && b.opcode() == GE_S || a.opcode() == LT_U && b.opcode() == GE_U)
        && same(a.operand(0), b.operand(1))
        && same(a.operand(1), b.operand(0));
  }

  /**
   * {@code a < b || a == b && c} as {@code a < b || !(b < a) && c}: orders need one instruction
   * each, equality two.
   */
  private Value lexicographic(Value less, Value tie) {
    Instruction order = maker(less);
    if (order == null || order.opcode() != LT_S && order.opcode() != LT_U || !made(tie, B_AND)) {
      return null;
    }
    for (int n = 0; n < 2; n++) {
      if (made(operand(tie, n), EQ)) {
        Instruction equal = maker(operand(tie, n));
        boolean straight = same(equal.operand(0), order.operand(0));
        boolean pair =
            same(equal.operand(straight ? 1 : 0), order.operand(1))
                && same(equal.operand(straight ? 0 : 1), order.operand(0));
        if (pair) {
          Value notMore = b.op(inverse(order.opcode()), order.operand(1), order.operand(0));
          return b.op(B_OR, less, b.op(B_AND, operand(tie, 1 - n), notMore));
        }
      }
    }
    return null;
  }

  /** The comparison that holds when another does not, or null. */
  static Opcode inverse(Opcode opcode) {
    return switch (opcode) {
      case EQ -> NE;
      case NE -> EQ;
      case LT_S -> GE_S;
      case GE_S -> LT_S;
      case LT_U -> GE_U;
      case GE_U -> LT_U;
      default -> null;
    };
  }

  private Value not(Value x) {
    Instruction maker = maker(x);
    if (maker == null) {
      return null;
    }
    if (maker.opcode() == B_NOT) {
      return maker.operand(0);
    }
    Opcode inverse = inverse(maker.opcode());
    return inverse == null ? null : b.op(inverse, maker.operand(0), maker.operand(1));
  }

  private Value select(Value condition, Value x, Value y) {
    if (condition instanceof Constant c) {
      return c.bits() != 0 ? x : y;
    }
    if (same(x, y)) {
      return x;
    }
    if (made(condition, B_NOT)) {
      return b.op(Opcode.SELECT, operand(condition, 0), y, x);
    }
    if (x.type() == Type.BOOL) {
      if (is(x, 1)) {
        return b.op(B_OR, condition, y);
      }
      if (is(x, 0)) {
        return b.op(B_AND, b.op(B_NOT, condition), y);
      }
      if (is(y, 0)) {
        return b.op(B_AND, condition, x);
      }
      return is(y, 1) ? b.op(B_OR, b.op(B_NOT, condition), x) : null;
    }
    if (x.type() == Type.I32 && is(x, 1) && is(y, 0)) {
      return b.op(BOOL_TO_INT, condition);
    }
    if (x.type() == Type.I32 && is(x, 0) && is(y, 1)) {
      return b.op(BOOL_TO_INT, b.op(B_NOT, condition));
    }
    return minimum(condition, x, y);
  }

  /** An integer comparison that chooses between its own operands. */
  private Value minimum(Value condition, Value x, Value y) {
    Instruction maker = maker(condition);
    if (maker == null || maker.operands().size() != 2) {
      return null;
    }
    boolean forward = same(maker.operand(0), x) && same(maker.operand(1), y);
    boolean backward = same(maker.operand(0), y) && same(maker.operand(1), x);
    if (!forward && !backward) {
      return null;
    }
    return switch (maker.opcode()) {
      case LT_S -> b.op(forward ? MIN_S : MAX_S, x, y);
      case GE_S -> b.op(forward ? MAX_S : MIN_S, x, y);
      case LT_U -> b.op(forward ? MIN_U : MAX_U, x, y);
      case GE_U -> b.op(forward ? MAX_U : MIN_U, x, y);
      case EQ -> y;
      case NE -> x;
      default -> null;
    };
  }

  // Floats.

  private static Value negated(Value x) {
    return made(x, F_NEG) ? operand(x, 0) : null;
  }

  private Value floatSubtract(Value x, Value y) {
    if (isFloat(y, 0f)) {
      return x;
    }
    return negated(y) != null ? b.op(F_ADD, x, negated(y)) : null;
  }

  private Value floatMultiply(Value x, Value y) {
    if (isFloat(y, 1f)) {
      return x;
    }
    if (isFloat(y, -1f)) {
      return b.op(F_NEG, x);
    }
    return negated(x) != null && negated(y) != null ? b.op(F_MUL, negated(x), negated(y)) : null;
  }

  /** Division by a power of two whose reciprocal is a normal number is exact multiplication. */
  private Value floatDivide(Value x, Value y) {
    if (y instanceof Constant c
        && (c.bits() & 0x7fffff) == 0
        && Math.abs(Math.getExponent(c.asFloat())) <= 126) {
      return b.op(F_MUL, x, Constant.f32(1 / c.asFloat()));
    }
    return null;
  }

  private Value fused(Value x, Value y, Value z) {
    if (isFloat(y, 1f)) {
      return b.op(F_ADD, x, z);
    }
    return negated(x) != null && negated(y) != null ? b.op(F_MA, negated(x), negated(y), z) : null;
  }

  private Value convertRounded(Value x) {
    Instruction maker = maker(x);
    if (maker == null) {
      return null;
    }
    return switch (maker.opcode()) {
      case F_FLOOR -> b.op(F_TO_S_DOWN, maker.operand(0));
      case F_CEIL -> b.op(F_TO_S_UP, maker.operand(0));
      case F_ROUND_EVEN -> b.op(F_TO_S_NEAREST, maker.operand(0));
      case F_TRUNC -> b.op(F_TO_S, maker.operand(0));
      default -> null;
    };
  }
}
