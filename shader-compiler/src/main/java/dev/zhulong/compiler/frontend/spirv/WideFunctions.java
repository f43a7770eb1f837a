package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.frontend.spirv.WideIntegers.Wide;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** The integer functions of OpenCL.std for 64 bits. */
final class WideFunctions {
  private static final Constant ZERO = Constant.i32(0);
  private static final Constant ONES = Constant.i32(-1);
  private static final Constant SIGN_SHIFT = Constant.i32(31);
  private static final Constant WORD_BITS = Constant.i32(32);

  private final Builder b;
  private final WideIntegers wide;

  WideFunctions(Ids ids, Builder builder) {
    this.b = builder;
    this.wide = new WideIntegers(ids, builder);
  }

  /** The words of the result, or null for a function that is none of these. */
  Value[] translate(SpirvInstruction i) {
    List<Wide> x = wide.components(i, 2);
    int operands = i.operands().length - 2;
    List<Wide> y = operands > 1 ? wide.components(i, 3) : x;
    List<Wide> z = operands > 2 ? wide.components(i, 4) : x;
    List<Value> made = new ArrayList<>();
    for (int n = 0; n < x.size(); n++) {
      Wide result = function(i.operand(1), x.get(n), y.get(n), z.get(n));
      if (result == null) {
        return null;
      }
      made.add(result.low());
      made.add(result.high());
    }
    return made.toArray(Value[]::new);
  }

  private Wide function(int number, Wide x, Wide y, Wide z) {
    return switch (number) {
      case 142 -> wide.subtract(wide.larger(LT_S, x, y), wide.smaller(LT_S, x, y));
      case 202 -> wide.subtract(wide.larger(LT_U, x, y), wide.smaller(LT_U, x, y));
      case 143 -> addSigned(x, y);
      case 144 -> addUnsigned(x, y);
      case 145 -> wide.add(both(AND, x, y), wide.shiftRightSigned(both(XOR, x, y), one()));
      case 146 -> wide.add(both(AND, x, y), wide.shiftRight(both(XOR, x, y), one()));
      case 147 -> wide.subtract(both(OR, x, y), wide.shiftRightSigned(both(XOR, x, y), one()));
      case 148 -> wide.subtract(both(OR, x, y), wide.shiftRight(both(XOR, x, y), one()));
      case 151 -> zeros(CLZ, x.high(), x.low());
      case 152 -> zeros(CTZ, x.low(), x.high());
      case 153 -> wide.add(wide.signedHighProduct(x, y), z);
      case 204 -> wide.add(wide.highProduct(x, y), z);
      case 154 -> multiplyAddUnsigned(x, y, z);
      case 155 -> multiplyAddSigned(x, y, z);
      case 160 -> wide.signedHighProduct(x, y);
      case 203 -> wide.highProduct(x, y);
      case 161 -> rotated(x, y.low());
      case 162 -> subtractSigned(x, y);
      case 163 -> wide.select(wide.less(LT_U, x, y), new Wide(ZERO, ZERO), wide.subtract(x, y));
      case 186 -> both(XOR, x, both(AND, both(XOR, x, y), z));
      default -> null;
    };
  }

  private static Constant one() {
    return Constant.i32(1);
  }

  private Wide both(Opcode opcode, Wide x, Wide y) {
    return new Wide(b.op(opcode, x.low(), y.low()), b.op(opcode, x.high(), y.high()));
  }

  /** The largest number where a sign is not set, else the least. */
  private Wide limit(Value sign) {
    Value filling = b.op(XOR, b.op(SHR_S, sign, SIGN_SHIFT), ONES);
    return new Wide(filling, b.op(XOR, filling, Constant.i32(0x80000000)));
  }

  private Wide addSigned(Wide x, Wide y) {
    Wide sum = wide.add(x, y);
    Value changes = b.op(AND, b.op(XOR, x.high(), sum.high()), b.op(XOR, y.high(), sum.high()));
    return wide.select(b.op(LT_S, changes, ZERO), limit(x.high()), sum);
  }

  private Wide addUnsigned(Wide x, Wide y) {
    Wide sum = wide.add(x, y);
    return wide.select(wide.less(LT_U, sum, x), new Wide(ONES, ONES), sum);
  }

  private Wide subtractSigned(Wide x, Wide y) {
    Wide made = wide.subtract(x, y);
    Value changes = b.op(AND, b.op(XOR, x.high(), y.high()), b.op(XOR, x.high(), made.high()));
    return wide.select(b.op(LT_S, changes, ZERO), limit(x.high()), made);
  }

  /** Zeros of a word from one end, and of the other where there is nothing else in the first. */
  private Wide zeros(Opcode opcode, Value first, Value other) {
    Value beyond = b.op(ADD, b.op(opcode, other), WORD_BITS);
    return new Wide(b.op(SELECT, b.op(EQ, first, ZERO), beyond, b.op(opcode, first)), ZERO);
  }

  private Wide rotated(Wide x, Value amount) {
    Value back = b.op(AND, b.op(SUB, ZERO, amount), Constant.i32(63));
    return both(OR, wide.shiftLeft(x, amount), wide.shiftRight(x, back));
  }

  private Wide multiplyAddUnsigned(Wide x, Wide y, Wide z) {
    Wide high = wide.highProduct(x, y);
    Wide sum = wide.add(wide.multiply(x, y), z);
    Value over = b.op(NE, b.op(OR, high.low(), high.high()), ZERO);
    return wide.select(b.op(B_OR, over, wide.less(LT_U, sum, z)), new Wide(ONES, ONES), sum);
  }

  /** The sum of 128 bits fits if its upper half only repeats the sign of the lower. */
  private Wide multiplyAddSigned(Wide x, Wide y, Wide z) {
    Wide product = wide.multiply(x, y);
    Wide sum = wide.add(product, z);
    Value carry = b.op(BOOL_TO_INT, wide.less(LT_U, sum, product));
    Value filling = b.op(SHR_S, z.high(), SIGN_SHIFT);
    Wide upper = wide.add(wide.signedHighProduct(x, y), new Wide(filling, filling));
    upper = wide.add(upper, new Wide(carry, ZERO));
    Value sign = b.op(SHR_S, sum.high(), SIGN_SHIFT);
    Value fits = wide.equal(upper, new Wide(sign, sign));
    return wide.select(fits, sum, limit(upper.high()));
  }
}
