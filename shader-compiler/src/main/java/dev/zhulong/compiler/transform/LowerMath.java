package dev.zhulong.compiler.transform;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Value;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Expands what the machine has no instruction for, and integer division by constants, which the
 * machine does slowly.
 */
public final class LowerMath {
  private final Map<Value, Value> replaced = new IdentityHashMap<>();

  private LowerMath() {}

  /** Runs the pass. */
  public static void run(Region body) {
    new LowerMath().lower(body);
  }

  private void lower(Region region) {
    List<Instruction> before = List.copyOf(region.instructions());
    region.instructions().clear();
    Builder b = new Builder(region);
    for (Instruction i : before) {
      i.operands().replaceAll(v -> replaced.getOrDefault(v, v));
      b.location(i.location());
      Value lowered = lower(i, b);
      if (lowered == null) {
        region.instructions().add(i);
        i.regions().forEach(this::lower);
      } else {
        replaced.put(i.result(), lowered);
      }
    }
  }

  private static Value lower(Instruction i, Builder b) {
    if (i.opcode() == INSIDE) {
      return b.op(LT_U, i.operand(0), i.operand(1));
    }
    if (i.opcode().expanded()) {
      Value y = i.operands().size() > 1 ? i.operand(1) : null;
      return new MathFunctions(b).expand(i.opcode(), i.operand(0), y);
    }
    if (i.operands().size() == 2 && i.operand(1) instanceof Constant c) {
      return divide(i.opcode(), i.operand(0), c, b);
    }
    return null;
  }

  private static Value divide(Opcode opcode, Value x, Constant divisor, Builder b) {
    int d = divisor.bits();
    return switch (opcode) {
      case DIV_U -> d == 0 ? null : unsignedQuotient(x, d, b);
      case REM_U -> d == 0 ? null : rest(x, unsignedQuotient(x, d, b), divisor, b);
      case DIV_S -> usable(d) ? signedQuotient(x, d, b) : null;
      case REM_S -> usable(d) ? rest(x, signedQuotient(x, d, b), divisor, b) : null;
      default -> null;
    };
  }

  /** Divisors whose magnitude is at least 2 and representable. */
  private static boolean usable(int d) {
    return d != 0 && d != 1 && d != -1 && d != Integer.MIN_VALUE;
  }

  private static Value rest(Value x, Value quotient, Constant divisor, Builder b) {
    return b.op(SUB, x, b.op(MUL, quotient, divisor));
  }

  /**
   * Quotient by a multiplication with the reciprocal 2^(32+s)/d, rounded up. It needs 33 bits at
   * most; the 33rd is added apart. After Granlund and Montgomery, Division by Invariant Integers
   * using Multiplication.
   */
  private static Value unsignedQuotient(Value x, int divisor, Builder b) {
    long d = divisor & 0xffffffffL;
    if (Long.bitCount(d) == 1) {
      return b.op(SHR_U, x, Constant.i32(Long.numberOfTrailingZeros(d)));
    }
    int bits = 64 - Long.numberOfLeadingZeros(d - 1);
    for (int shift = 0; shift < bits; shift++) {
      long power = 1L << 32 + shift;
      long multiplier = Long.divideUnsigned(power + d - 1, d);
      if (multiplier < 1L << 32 && multiplier * d - power <= 1L << shift) {
        Value high = b.op(MULH_U, x, Constant.i32((int) multiplier));
        return b.op(SHR_U, high, Constant.i32(shift));
      }
    }
    long excess = Long.divideUnsigned(((1L << bits) - d) << 32, d) + 1;
    Value high = b.op(MULH_U, x, Constant.i32((int) excess));
    Value half = b.op(SHR_U, b.op(SUB, x, high), Constant.i32(1));
    return b.op(SHR_U, b.op(ADD, half, high), Constant.i32(bits - 1));
  }

  /** The same for signed numbers; the quotient of a negative one is rounded up by adding 1. */
  private static Value signedQuotient(Value x, int d, Builder b) {
    int magnitude = Math.abs(d);
    Value quotient;
    if (Integer.bitCount(magnitude) == 1) {
      int shift = Integer.numberOfTrailingZeros(magnitude);
      Value sign = b.op(SHR_S, x, Constant.i32(31));
      Value bias = b.op(SHR_U, sign, Constant.i32(32 - shift));
      quotient = b.op(SHR_S, b.op(ADD, x, bias), Constant.i32(shift));
    } else {
      int shift = 31 - Integer.numberOfLeadingZeros(magnitude - 1);
      int multiplier = (int) ((1L << 32 + shift) / magnitude + 1);
      Value product = b.op(MULH_S, x, Constant.i32(multiplier));
      if (multiplier < 0) {
        product = b.op(ADD, product, x);
      }
      Value shifted = b.op(SHR_S, product, Constant.i32(shift));
      quotient = b.op(ADD, shifted, b.op(SHR_U, x, Constant.i32(31)));
    }
    return d < 0 ? b.op(SUB, Constant.i32(0), quotient) : quotient;
  }
}
