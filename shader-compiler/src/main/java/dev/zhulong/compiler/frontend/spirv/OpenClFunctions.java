package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.compiler.math.Lengths;
import dev.zhulong.compiler.math.OpenClMath;
import java.util.Arrays;
import java.util.Map;

/**
 * Translates the functions of OpenCL.std that compute values from values. Those that GLSL.std.450
 * has too are its. OpenCL Extended Instruction Set Specification, Binary Form.
 */
final class OpenClFunctions {
  /** Functions by the numbers of the GLSL.std.450 functions that do the same. */
  private static final Map<Integer, Integer> ALIKE =
      Map.ofEntries(
          Map.entry(0, 17),
          Map.entry(3, 16),
          Map.entry(12, 9),
          Map.entry(23, 4),
          Map.entry(25, 8),
          Map.entry(26, 50),
          Map.entry(27, 40),
          Map.entry(28, 37),
          Map.entry(42, 50),
          Map.entry(53, 2),
          Map.entry(56, 32),
          Map.entry(61, 31),
          Map.entry(66, 3),
          Map.entry(67, 14),
          Map.entry(77, 32),
          Map.entry(78, 13),
          Map.entry(79, 31),
          Map.entry(80, 15),
          Map.entry(81, 14),
          Map.entry(83, 27),
          Map.entry(84, 29),
          Map.entry(86, 28),
          Map.entry(87, 30),
          Map.entry(89, 26),
          Map.entry(91, 32),
          Map.entry(92, 13),
          Map.entry(93, 31),
          Map.entry(94, 15),
          Map.entry(95, 43),
          Map.entry(96, 12),
          Map.entry(97, 40),
          Map.entry(98, 37),
          Map.entry(99, 46),
          Map.entry(100, 11),
          Map.entry(101, 48),
          Map.entry(102, 49),
          Map.entry(103, 6),
          Map.entry(108, 67),
          Map.entry(109, 66),
          Map.entry(110, 69),
          Map.entry(141, 5),
          Map.entry(149, 45),
          Map.entry(150, 44),
          Map.entry(156, 42),
          Map.entry(157, 41),
          Map.entry(158, 39),
          Map.entry(159, 38));

  private static final float LOG2_OF_10 = 3.3219281f;
  private static final float LOG10_OF_2 = 0.30103f;
  private static final float PI = (float) Math.PI;

  private final Ids ids;
  private final Builder b;
  private final ValueTranslator arithmetic;
  private final MemoryTranslator memory;

  OpenClFunctions(Ids ids, Builder builder, ValueTranslator arithmetic, MemoryTranslator memory) {
    this.ids = ids;
    this.b = builder;
    this.arithmetic = arithmetic;
    this.memory = memory;
  }

  /** A function of the corresponding components of up to three operands. */
  private interface Scalar {
    Value apply(Value x, Value y, Value z);
  }

  /** The scalars of the result. */
  Value[] translate(SpirvInstruction i) {
    Integer alike = ALIKE.get(i.operand(1));
    if (alike != null) {
      return glsl(i, alike);
    }
    Value[] made = math(i);
    if (made == null) {
      made = floats(i);
    }
    if (made == null) {
      made = integers(i);
    }
    if (made == null) {
      throw SpirvErrors.at(i.location(), "OpenCL.std function %d is not supported", i.operand(1));
    }
    return made;
  }

  private Value[] glsl(SpirvInstruction i, int number) {
    int[] operands = i.operands().clone();
    operands[1] = number;
    SpirvInstruction same = new SpirvInstruction(i.op(), i.type(), i.id(), operands, i.location());
    Value[] made = new GlslFunctions(ids, b, arithmetic).translate(same);
    return fitted(i, made);
  }

  private Value[] fitted(SpirvInstruction i, Value[] made) {
    SpirvType.Scalar type = Ids.component(ids.type(i.type()));
    if (type != null && (type.half() || type.narrow())) {
      for (int n = 0; n < made.length; n++) {
        made[n] = arithmetic.fit(type, made[n]);
      }
    }
    return made;
  }

  // Floats.

  /** The functions that OpenCL wants more precise, or defined for more arguments, than GLSL. */
  private Value[] math(SpirvInstruction i) {
    int number = i.operand(1);
    Value[] x = argument(i, 2, null);
    Value[] y = argument(i, 3, null);
    OpenClMath math = new OpenClMath(b);
    Value[] made = new Value[x.length];
    Value[] second = new Value[x.length];
    for (int n = 0; n < x.length; n++) {
      Value[] both = math.values(number, x[n], at(y, n));
      made[n] = both == null ? math.value(number, x[n], at(y, n)) : both[0];
      second[n] = both == null ? null : both[1];
      if (made[n] == null) {
        return null;
      }
    }
    if (made.length > 0 && second[0] != null) {
      boolean floats = second[0].type() == Type.F32;
      store(i, i.operands().length - 1, floats ? fitted(i, second) : second);
    }
    return fitted(i, made);
  }

  private Value[] floats(SpirvInstruction i) {
    return switch (i.operand(1)) {
      case 2 -> map(i, (x, _, _) -> b.op(F_MUL, b.op(F_ACOS, x), f(1 / PI)));
      case 5 -> map(i, (x, _, _) -> b.op(F_MUL, b.op(F_ASIN, x), f(1 / PI)));
      case 13 -> map(i, (x, y, _) -> withSign(x, y));
      case 85 -> map(i, (x, _, _) -> b.op(F_EXP2, b.op(F_MUL, x, f(LOG2_OF_10))));
      case 24 -> map(i, (x, y, _) -> select(b.op(F_LE, x, y), f(0), b.op(F_SUB, x, y)));
      case 31 -> two(i, 51);
      case 33 -> map(i, (x, _, _) -> exponent(x));
      case 88 -> map(i, (x, _, _) -> b.op(F_MUL, b.op(F_LOG2, x), f(LOG10_OF_2)));
      case 43 -> map(i, (x, y, _) -> byMagnitude(x, y, F_MAX));
      case 44 -> map(i, (x, y, _) -> byMagnitude(x, y, F_MIN));
      case 46 -> map(i, (x, _, _) -> b.op(BITS_TO_F, b.op(OR, x, w(0x7fc00000))));
      case 47 -> map(i, (x, y, _) -> next(x, y));
      case 55 -> map(i, (x, _, _) -> roundAway(x));
      case 68, 82 -> map(i, (x, y, _) -> b.op(F_DIV, x, y));
      case 76, 90 -> map(i, (x, _, _) -> b.op(F_DIV, f(1), x));
      case 104 -> cross(i);
      case 105 -> {
        Value[] y = ids.value(i.operand(3));
        yield fitted(i, new Value[] {new Lengths(b).distance(ids.value(i.operand(2)), y)});
      }
      case 106 -> fitted(i, new Value[] {new Lengths(b).length(ids.value(i.operand(2)))});
      case 107 -> fitted(i, new Lengths(b).normalize(ids.value(i.operand(2))));
      default -> null;
    };
  }

  private Value withSign(Value x, Value sign) {
    Value magnitude = b.op(AND, b.op(F_TO_BITS, x), w(0x7fffffff));
    Value bit = b.op(AND, b.op(F_TO_BITS, sign), w(0x80000000));
    return b.op(BITS_TO_F, b.op(OR, magnitude, bit));
  }

  /** Functions with a second result that they store. */
  private Value[] two(SpirvInstruction i, int number) {
    Value[] both = glsl(i, number);
    int half = both.length / 2;
    store(i, 3, Arrays.copyOfRange(both, half, both.length));
    return Arrays.copyOf(both, half);
  }

  private void store(SpirvInstruction i, int pointer, Value[] values) {
    memory.store(ids.pointer(i.operand(pointer)), values, i.location());
  }

  private Value exponent(Value x) {
    Value bits = b.op(AND, b.op(F_TO_BITS, x), w(0x7fffffff));
    Value normal = b.op(SUB, b.op(SHR_U, bits, w(23)), w(127));
    Value subnormal = b.op(SUB, w(-118), b.op(CLZ, bits));
    return select(b.op(LT_U, bits, w(0x00800000)), subnormal, normal);
  }

  /** The one of larger magnitude, or smaller, as the function of equal ones has it. */
  private Value byMagnitude(Value x, Value y, Opcode otherwise) {
    Value less = b.op(F_LT, b.op(F_ABS, x), b.op(F_ABS, y));
    Value greater = b.op(F_LT, b.op(F_ABS, y), b.op(F_ABS, x));
    Value equal = b.op(otherwise, x, y);
    boolean larger = otherwise == F_MAX;
    return select(less, larger ? y : x, select(greater, larger ? x : y, equal));
  }

  private Value next(Value x, Value y) {
    Value bits = b.op(F_TO_BITS, x);
    Value up = b.op(F_LT, x, y);
    Value positive = b.op(GE_S, bits, w(0));
    Value away = b.op(EQ, b.op(BOOL_TO_INT, up), b.op(BOOL_TO_INT, positive));
    Value moved = b.op(ADD, bits, select(away, w(1), w(-1)));
    Value least = select(up, w(1), w(0x80000001));
    Value made = b.op(BITS_TO_F, select(b.op(F_EQ, x, f(0)), least, moved));
    Value number = select(b.op(F_EQ, x, x), y, x);
    Value apart = b.op(B_OR, b.op(F_LT, x, y), b.op(F_LT, y, x));
    return select(apart, made, number);
  }

  private Value roundAway(Value x) {
    Value whole = b.op(F_TRUNC, x);
    Value far = b.op(F_LE, f(0.5f), b.op(F_ABS, b.op(F_SUB, x, whole)));
    return select(far, b.op(F_ADD, whole, withSign(f(1), x)), withSign(whole, x));
  }

  private Value[] cross(SpirvInstruction i) {
    Value[] x = ids.value(i.operand(2));
    Value[] y = ids.value(i.operand(3));
    Value[] made = new Value[x.length];
    Arrays.fill(made, f(0));
    for (int n = 0; n < 3; n++) {
      int p = (n + 1) % 3;
      int q = (n + 2) % 3;
      made[n] = b.op(F_SUB, b.op(F_MUL, x[p], y[q]), b.op(F_MUL, x[q], y[p]));
    }
    return made;
  }

  // Integers.

  private Value[] integers(SpirvInstruction i) {
    int number = i.operand(1);
    SpirvType.Scalar type = Ids.component(ids.typeOf(i.operand(2)));
    int bits = type == null ? 32 : type.bits();
    if (number == 201) {
      return ids.value(i.operand(2));
    }
    if (number == 166) {
      int[] operand = {i.operand(2)};
      return arithmetic.translate(
          new SpirvInstruction(SpirvOp.BIT_COUNT, i.type(), i.id(), operand, i.location()));
    }
    if (number == 182 || number == 183) {
      return shuffle(i);
    }
    if (bits == 64 && number != 187) {
      return new WideFunctions(ids, b).translate(i);
    }
    return switch (number) {
      case 142 -> signed(i, (x, y, _) -> b.op(SUB, b.op(MAX_S, x, y), b.op(MIN_S, x, y)));
      case 202 -> unsigned(i, (x, y, _) -> b.op(SUB, b.op(MAX_U, x, y), b.op(MIN_U, x, y)));
      case 143 -> signed(i, (x, y, _) -> addSigned(x, y, bits));
      case 144 -> unsigned(i, (x, y, _) -> addUnsigned(x, y, bits));
      case 162 -> signed(i, (x, y, _) -> subtractSigned(x, y, bits));
      case 163 -> unsigned(i, (x, y, _) -> select(b.op(LT_U, x, y), w(0), b.op(SUB, x, y)));
      case 145 -> signed(i, (x, y, _) -> half(x, y, SHR_S));
      case 146 -> unsigned(i, (x, y, _) -> half(x, y, SHR_U));
      case 147 -> signed(i, (x, y, _) -> halfUp(x, y, SHR_S));
      case 148 -> unsigned(i, (x, y, _) -> halfUp(x, y, SHR_U));
      case 151 -> unsigned(i, (x, _, _) -> b.op(SUB, b.op(CLZ, x), w(32 - bits)));
      case 152 -> unsigned(i, (x, _, _) -> select(b.op(EQ, x, w(0)), w(bits), b.op(CTZ, x)));
      case 153 -> signed(i, (x, y, z) -> b.op(ADD, high(x, y, bits, true), z));
      case 204 -> unsigned(i, (x, y, z) -> b.op(ADD, high(x, y, bits, false), z));
      case 160 -> signed(i, (x, y, _) -> high(x, y, bits, true));
      case 203 -> unsigned(i, (x, y, _) -> high(x, y, bits, false));
      case 154 -> unsigned(i, (x, y, z) -> multiplyAddUnsigned(x, y, z, bits));
      case 155 -> signed(i, (x, y, z) -> multiplyAddSigned(x, y, z, bits));
      case 161 -> unsigned(i, (x, y, _) -> rotate(x, y, bits));
      case 164 -> bits == 32 ? wide(i) : unsigned(i, (x, y, _) -> joined(x, y, bits));
      case 165 -> bits == 32 ? wide(i) : unsigned(i, (x, y, _) -> joined(x, y, bits));
      case 167, 168 -> map(i, (x, y, z) -> b.op(ADD, b.op(MUL, x, y), z));
      case 169, 170 -> map(i, (x, y, _) -> b.op(MUL, x, y));
      case 186 -> map(i, this::selectBits);
      case 187 -> selected(i);
      default -> null;
    };
  }

  private Value addSigned(Value x, Value y, int bits) {
    Value sum = b.op(ADD, x, y);
    if (bits < 32) {
      return between(sum, bits);
    }
    Value over = b.op(AND, b.op(XOR, sum, x), b.op(XOR, sum, y));
    return select(b.op(LT_S, over, w(0)), limit(x), sum);
  }

  private Value subtractSigned(Value x, Value y, int bits) {
    Value difference = b.op(SUB, x, y);
    if (bits < 32) {
      return between(difference, bits);
    }
    Value over = b.op(AND, b.op(XOR, x, y), b.op(XOR, difference, x));
    return select(b.op(LT_S, over, w(0)), limit(x), difference);
  }

  /** The largest number, or the smallest one where the sign is set. */
  private Value limit(Value sign) {
    return b.op(XOR, b.op(SHR_S, sign, w(31)), w(0x7fffffff));
  }

  private Value between(Value x, int bits) {
    Value low = b.op(MAX_S, x, w(-(1 << bits - 1)));
    return b.op(MIN_S, low, w((1 << bits - 1) - 1));
  }

  private Value addUnsigned(Value x, Value y, int bits) {
    Value sum = b.op(ADD, x, y);
    return bits < 32
        ? b.op(MIN_U, sum, w((1 << bits) - 1))
        : select(b.op(LT_U, sum, x), w(-1), sum);
  }

  private Value half(Value x, Value y, Opcode shift) {
    return b.op(ADD, b.op(AND, x, y), b.op(shift, b.op(XOR, x, y), w(1)));
  }

  private Value halfUp(Value x, Value y, Opcode shift) {
    return b.op(SUB, b.op(OR, x, y), b.op(shift, b.op(XOR, x, y), w(1)));
  }

  private Value high(Value x, Value y, int bits, boolean signed) {
    if (bits == 32) {
      return b.op(signed ? MULH_S : MULH_U, x, y);
    }
    return b.op(signed ? SHR_S : SHR_U, b.op(MUL, x, y), w(bits));
  }

  private Value multiplyAddUnsigned(Value x, Value y, Value z, int bits) {
    Value product = b.op(MUL, x, y);
    if (bits < 32) {
      return b.op(MIN_U, addUnsigned(product, z, 32), w((1 << bits) - 1));
    }
    Value over = b.op(NE, b.op(MULH_U, x, y), w(0));
    return select(over, w(-1), addUnsigned(product, z, 32));
  }

  private Value multiplyAddSigned(Value x, Value y, Value z, int bits) {
    Value low = b.op(MUL, x, y);
    if (bits < 32) {
      return between(addSigned(low, z, 32), bits);
    }
    Value sum = b.op(ADD, low, z);
    Value carry = b.op(BOOL_TO_INT, b.op(LT_U, sum, low));
    Value top = b.op(ADD, b.op(MULH_S, x, y), b.op(SHR_S, z, w(31)));
    Value high = b.op(ADD, top, carry);
    Value fits = b.op(EQ, high, b.op(SHR_S, sum, w(31)));
    return select(fits, sum, limit(high));
  }

  private Value rotate(Value x, Value amount, int bits) {
    Value by = b.op(AND, amount, w(bits - 1));
    Value back = b.op(AND, b.op(SUB, w(bits), by), w(bits - 1));
    return b.op(OR, b.op(SHL, x, by), b.op(SHR_U, x, back));
  }

  private Value joined(Value high, Value low, int bits) {
    return b.op(OR, b.op(SHL, high, w(bits)), low);
  }

  private Value[] wide(SpirvInstruction i) {
    Value[] high = ids.value(i.operand(2));
    Value[] low = ids.value(i.operand(3));
    Value[] made = new Value[2 * high.length];
    for (int n = 0; n < high.length; n++) {
      made[2 * n] = low[n];
      made[2 * n + 1] = high[n];
    }
    return made;
  }

  private Value selectBits(Value x, Value y, Value mask) {
    boolean floats = x.type() == Type.F32;
    Value a = floats ? b.op(F_TO_BITS, x) : x;
    Value c = floats ? b.op(F_TO_BITS, y) : y;
    Value m = floats ? b.op(F_TO_BITS, mask) : mask;
    Value made = b.op(XOR, a, b.op(AND, b.op(XOR, a, c), m));
    return floats ? b.op(BITS_TO_F, made) : made;
  }

  /** By the highest bit of each component of the third operand; a scalar one counts as a whole. */
  private Value[] selected(SpirvInstruction i) {
    Value[] x = ids.value(i.operand(2));
    Value[] y = ids.value(i.operand(3));
    SpirvType tests = ids.typeOf(i.operand(4));
    SpirvType.Scalar type = Ids.component(tests);
    Value[] c = arithmetic.extended(type, ids.value(i.operand(4)), true);
    int words = type.words();
    int each = x.length * words / c.length;
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      int at = n / each * words;
      Value test;
      if (tests instanceof SpirvType.Vector) {
        test = b.op(LT_S, c[at + words - 1], w(0));
      } else {
        Value any = words == 2 ? b.op(OR, c[at], c[at + 1]) : c[at];
        test = b.op(NE, any, w(0));
      }
      made[n] = select(test, y[n], x[n]);
    }
    return made;
  }

  private Value[] shuffle(SpirvInstruction i) {
    boolean one = i.operand(1) == 182;
    SpirvType.Scalar type = Ids.component(ids.typeOf(i.operand(2)));
    SpirvType.Scalar maskType = Ids.component(ids.typeOf(i.operand(one ? 3 : 4)));
    Value[] x = ids.value(i.operand(2));
    Value[] all = one ? x : ValueTranslator.join(x, ids.value(i.operand(3)));
    Value[] mask = ids.value(i.operand(one ? 3 : 4));
    int words = type.words();
    int count = all.length / words;
    int places = mask.length / maskType.words();
    Value[] made = new Value[places * words];
    for (int n = 0; n < places; n++) {
      Value index = b.op(AND, mask[n * maskType.words()], w(Integer.highestOneBit(count) - 1));
      for (int k = 0; k < words; k++) {
        Value chosen = all[k];
        for (int c = 1; c < count; c++) {
          chosen = select(b.op(EQ, index, w(c)), all[c * words + k], chosen);
        }
        made[n * words + k] = chosen;
      }
    }
    return made;
  }

  // Shapes.

  private Value[] map(SpirvInstruction i, Scalar f) {
    return fitted(i, map(i, f, null));
  }

  private Value[] signed(SpirvInstruction i, Scalar f) {
    return fitted(i, map(i, f, true));
  }

  private Value[] unsigned(SpirvInstruction i, Scalar f) {
    return fitted(i, map(i, f, false));
  }

  /** Scalar operands beside vectors count for all components. */
  private Value[] map(SpirvInstruction i, Scalar f, Boolean signed) {
    Value[] x = argument(i, 2, signed);
    Value[] y = argument(i, 3, signed);
    Value[] z = argument(i, 4, signed);
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = f.apply(x[n], at(y, n), at(z, n));
    }
    return made;
  }

  private Value[] argument(SpirvInstruction i, int n, Boolean signed) {
    if (n >= i.operands().length || ids.isPointer(i.operand(n))) {
      return new Value[0];
    }
    Value[] words = ids.value(i.operand(n));
    SpirvType.Scalar type = Ids.component(ids.typeOf(i.operand(n)));
    return signed == null ? words : arithmetic.extended(type, words, signed);
  }

  private static Value at(Value[] values, int n) {
    return values.length == 0 ? null : values[values.length == 1 ? 0 : n];
  }

  private Value select(Value test, Value then, Value otherwise) {
    return b.op(SELECT, test, then, otherwise);
  }

  private static Constant w(int value) {
    return Constant.i32(value);
  }

  private static Constant f(float value) {
    return Constant.f32(value);
  }
}
