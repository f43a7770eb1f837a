package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Translates arithmetic of 64-bit integers, which are pairs of words: the low one, then the high
 * one. What treats each word by itself, as the bitwise operations, is not here.
 */
final class WideIntegers {
  private static final Constant ZERO = Constant.i32(0);
  private static final Constant ONE = Constant.i32(1);
  private static final Wide WIDE_ZERO = new Wide(ZERO, ZERO);

  private final Ids ids;
  private final Builder b;

  WideIntegers(Ids ids, Builder builder) {
    this.ids = ids;
    this.b = builder;
  }

  /** A 64-bit integer. */
  record Wide(Value low, Value high) {
    private boolean constant() {
      return low instanceof Constant && high instanceof Constant;
    }

    private long bits() {
      return (long) ((Constant) high).bits() << 32 | ((Constant) low).bits() & 0xffffffffL;
    }

    private static Wide of(long bits) {
      return new Wide(Constant.i32((int) bits), Constant.i32((int) (bits >>> 32)));
    }
  }

  private interface Function {
    Wide apply(Wide x, Wide y);
  }

  private interface Test {
    Value apply(Wide x, Wide y);
  }

  /** The words of the result, or null if it is not an instruction on 64-bit integers. */
  Value[] translate(SpirvInstruction i) {
    return switch (i.op()) {
      case CONVERT_S_TO_F -> isWide(i, 0) ? toFloat(i, true) : null;
      case CONVERT_U_TO_F -> isWide(i, 0) ? toFloat(i, false) : null;
      case CONVERT_F_TO_S -> makesWide(i) ? fromFloat(i, true) : null;
      case CONVERT_F_TO_U -> makesWide(i) ? fromFloat(i, false) : null;
      case S_CONVERT -> convert(i, true);
      case U_CONVERT -> convert(i, false);
      case BIT_COUNT -> isWide(i, 0) ? bitCount(i) : null;
      default -> isWide(i, 0) ? arithmetic(i) : null;
    };
  }

  private boolean isWide(SpirvInstruction i, int operand) {
    return switch (i.op()) {
      case I_ADD,
          I_SUB,
          I_MUL,
          U_DIV,
          S_DIV,
          U_MOD,
          S_REM,
          S_MOD,
          S_NEGATE,
          SHIFT_LEFT_LOGICAL,
          SHIFT_RIGHT_LOGICAL,
          SHIFT_RIGHT_ARITHMETIC,
          I_EQUAL,
          I_NOT_EQUAL,
          U_LESS_THAN,
          S_LESS_THAN,
          U_GREATER_THAN,
          S_GREATER_THAN,
          U_LESS_THAN_EQUAL,
          S_LESS_THAN_EQUAL,
          U_GREATER_THAN_EQUAL,
          S_GREATER_THAN_EQUAL,
          CONVERT_S_TO_F,
          CONVERT_U_TO_F,
          BIT_COUNT,
          BIT_REVERSE,
          BIT_FIELD_INSERT,
          BIT_FIELD_S_EXTRACT,
          BIT_FIELD_U_EXTRACT,
          I_ADD_CARRY,
          I_SUB_BORROW,
          U_MUL_EXTENDED,
          S_MUL_EXTENDED ->
          isWide(Ids.component(ids.typeOf(i.operand(operand))));
      default -> false;
    };
  }

  private boolean makesWide(SpirvInstruction i) {
    return isWide(Ids.component(ids.type(i.type())));
  }

  static boolean isWide(SpirvType.Scalar type) {
    return type != null && type.type() == Type.I32 && type.bits() == 64;
  }

  /** The low words of a value if it is wide, else the value. */
  Value[] lowWords(int id, Value[] words) {
    if (!isWide(Ids.component(ids.typeOf(id)))) {
      return words;
    }
    Value[] made = new Value[words.length / 2];
    for (int n = 0; n < made.length; n++) {
      made[n] = words[2 * n];
    }
    return made;
  }

  private Value[] arithmetic(SpirvInstruction i) {
    return switch (i.op()) {
      case I_ADD -> zip(i, this::add);
      case I_SUB -> zip(i, this::subtract);
      case I_MUL -> zip(i, this::multiply);
      case U_DIV -> zip(i, (x, y) -> divide(x, y)[0]);
      case U_MOD -> zip(i, (x, y) -> divide(x, y)[1]);
      case S_DIV -> zip(i, this::signedQuotient);
      case S_REM -> zip(i, this::signedRemainder);
      case S_MOD -> zip(i, this::floorModulo);
      case S_NEGATE -> map(i, this::negate);
      case SHIFT_LEFT_LOGICAL -> shift(i, this::shiftLeft);
      case SHIFT_RIGHT_LOGICAL -> shift(i, this::shiftRight);
      case SHIFT_RIGHT_ARITHMETIC -> shift(i, this::shiftRightSigned);
      case I_EQUAL -> test(i, this::equal);
      case I_NOT_EQUAL -> test(i, (x, y) -> b.op(B_NOT, equal(x, y)));
      case U_LESS_THAN -> test(i, (x, y) -> less(LT_U, x, y));
      case S_LESS_THAN -> test(i, (x, y) -> less(LT_S, x, y));
      case U_GREATER_THAN -> test(i, (x, y) -> less(LT_U, y, x));
      case S_GREATER_THAN -> test(i, (x, y) -> less(LT_S, y, x));
      case U_LESS_THAN_EQUAL -> test(i, (x, y) -> b.op(B_NOT, less(LT_U, y, x)));
      case S_LESS_THAN_EQUAL -> test(i, (x, y) -> b.op(B_NOT, less(LT_S, y, x)));
      case U_GREATER_THAN_EQUAL -> test(i, (x, y) -> b.op(B_NOT, less(LT_U, x, y)));
      case S_GREATER_THAN_EQUAL -> test(i, (x, y) -> b.op(B_NOT, less(LT_S, x, y)));
      case BIT_REVERSE -> map(i, x -> new Wide(reverse(x.high), reverse(x.low)));
      case BIT_FIELD_INSERT -> insertField(i);
      case BIT_FIELD_S_EXTRACT -> extractField(i, this::shiftRightSigned);
      case BIT_FIELD_U_EXTRACT -> extractField(i, this::shiftRight);
      case I_ADD_CARRY ->
          ValueTranslator.join(
              zip(i, this::add), zip(i, (x, y) -> widen(less(LT_U, add(x, y), x))));
      case I_SUB_BORROW ->
          ValueTranslator.join(zip(i, this::subtract), zip(i, (x, y) -> widen(less(LT_U, x, y))));
      case U_MUL_EXTENDED ->
          ValueTranslator.join(zip(i, this::multiply), zip(i, this::highProduct));
      case S_MUL_EXTENDED ->
          ValueTranslator.join(zip(i, this::multiply), zip(i, this::signedHighProduct));
      default -> throw new IllegalStateException(i.op() + " is not among isWide's");
    };
  }

  /** Absolute value, sign, minima, maxima and clamps of GLSL.std.450; null for other numbers. */
  Value[] extended(SpirvInstruction i) {
    List<Wide> x = components(i, 2);
    int operands = i.operands().length - 2;
    List<Wide> y = operands > 1 ? components(i, 3) : x;
    List<Wide> z = operands > 2 ? components(i, 4) : x;
    List<Value> made = new ArrayList<>();
    for (int n = 0; n < x.size(); n++) {
      Wide result = extended(i.operand(1), x.get(n), y.get(n), z.get(n));
      if (result == null) {
        return null;
      }
      made.add(result.low);
      made.add(result.high);
    }
    return made.toArray(Value[]::new);
  }

  private Wide extended(int function, Wide x, Wide y, Wide z) {
    return switch (function) {
      case 5 -> absolute(x);
      case 7 -> {
        Value positive = b.op(BOOL_TO_INT, b.op(B_NOT, equal(x, WIDE_ZERO)));
        Value sign = b.op(SHR_S, x.high, Constant.i32(31));
        yield new Wide(b.op(OR, sign, positive), sign);
      }
      case 38 -> smaller(LT_U, x, y);
      case 39 -> smaller(LT_S, x, y);
      case 41 -> larger(LT_U, x, y);
      case 42 -> larger(LT_S, x, y);
      case 44 -> smaller(LT_U, larger(LT_U, x, y), z);
      case 45 -> smaller(LT_S, larger(LT_S, x, y), z);
      default -> null;
    };
  }

  /** One step of a reduction. */
  Value[] combine(Opcode opcode, Value[] left, Value[] right) {
    Wide x = new Wide(left[0], left[1]);
    Wide y = new Wide(right[0], right[1]);
    Wide made =
        switch (opcode) {
          case ADD -> add(x, y);
          case MUL -> multiply(x, y);
          case MIN_U -> smaller(LT_U, x, y);
          case MIN_S -> smaller(LT_S, x, y);
          case MAX_U -> larger(LT_U, x, y);
          case MAX_S -> larger(LT_S, x, y);
          default -> new Wide(b.op(opcode, x.low, y.low), b.op(opcode, x.high, y.high));
        };
    return new Value[] {made.low, made.high};
  }

  // Component-wise shapes.

  List<Wide> components(SpirvInstruction i, int operand) {
    Value[] words = ids.value(i.operand(operand));
    if (!isWide(Ids.component(ids.typeOf(i.operand(operand))))) {
      throw SpirvErrors.at(
          i.location(), "operand %d of %s is not a 64-bit integer", operand + 1, i.op());
    }
    List<Wide> made = new ArrayList<>();
    for (int n = 0; n < words.length; n += 2) {
      made.add(new Wide(words[n], words[n + 1]));
    }
    return made;
  }

  private interface Unary {
    Wide apply(Wide x);
  }

  private Value[] map(SpirvInstruction i, Unary f) {
    return words(components(i, 0).stream().map(f::apply).toList());
  }

  private Value[] zip(SpirvInstruction i, Function f) {
    List<Wide> x = components(i, 0);
    List<Wide> y = components(i, 1);
    requireSize(i, x.size(), y.size());
    List<Wide> made = new ArrayList<>();
    for (int n = 0; n < x.size(); n++) {
      made.add(f.apply(x.get(n), y.get(n)));
    }
    return words(made);
  }

  private Value[] test(SpirvInstruction i, Test f) {
    List<Wide> x = components(i, 0);
    List<Wide> y = components(i, 1);
    requireSize(i, x.size(), y.size());
    Value[] made = new Value[x.size()];
    for (int n = 0; n < made.length; n++) {
      made[n] = f.apply(x.get(n), y.get(n));
    }
    return made;
  }

  private interface Shift {
    Wide apply(Wide x, Value amount);
  }

  private Value[] shift(SpirvInstruction i, Shift f) {
    List<Wide> x = components(i, 0);
    Value[] amounts = lowWords(i.operand(1), ids.value(i.operand(1)));
    requireSize(i, x.size(), amounts.length);
    List<Wide> made = new ArrayList<>();
    for (int n = 0; n < amounts.length; n++) {
      made.add(f.apply(x.get(n), amounts[n]));
    }
    return words(made);
  }

  private static void requireSize(SpirvInstruction i, int x, int y) {
    if (x != y) {
      throw SpirvErrors.at(i.location(), "%s with operands of %d and %d components", i.op(), x, y);
    }
  }

  private static Value[] words(List<Wide> values) {
    Value[] made = new Value[2 * values.size()];
    for (int n = 0; n < made.length; n++) {
      made[n] = n % 2 == 0 ? values.get(n / 2).low : values.get(n / 2).high;
    }
    return made;
  }

  // Sums, products and shifts.

  Wide add(Wide x, Wide y) {
    Value low = b.op(ADD, x.low, y.low);
    Value carry = b.op(BOOL_TO_INT, b.op(LT_U, low, x.low));
    return new Wide(low, b.op(ADD, b.op(ADD, x.high, y.high), carry));
  }

  Wide subtract(Wide x, Wide y) {
    Value borrow = b.op(BOOL_TO_INT, b.op(LT_U, x.low, y.low));
    return new Wide(b.op(SUB, x.low, y.low), b.op(SUB, b.op(SUB, x.high, y.high), borrow));
  }

  private Wide negate(Wide x) {
    return subtract(WIDE_ZERO, x);
  }

  Wide multiply(Wide x, Wide y) {
    Value crossed = b.op(ADD, b.op(MUL, x.low, y.high), b.op(MUL, x.high, y.low));
    return new Wide(b.op(MUL, x.low, y.low), b.op(ADD, b.op(MULH_U, x.low, y.low), crossed));
  }

  /** The high 64 bits of the unsigned product. */
  Wide highProduct(Wide x, Wide y) {
    Wide middle = add(product(x.high, y.low), new Wide(b.op(MULH_U, x.low, y.low), ZERO));
    Wide other = add(product(x.low, y.high), new Wide(middle.low, ZERO));
    Wide top = add(product(x.high, y.high), new Wide(middle.high, ZERO));
    return add(top, new Wide(other.high, ZERO));
  }

  private Wide product(Value x, Value y) {
    return new Wide(b.op(MUL, x, y), b.op(MULH_U, x, y));
  }

  /** A negative factor counted 2^64 too much: the other factor is taken off again. */
  Wide signedHighProduct(Wide x, Wide y) {
    Wide high = highProduct(x, y);
    return subtract(subtract(high, ifNegative(x, y)), ifNegative(y, x));
  }

  private Wide ifNegative(Wide sign, Wide value) {
    Value mask = b.op(SHR_S, sign.high, Constant.i32(31));
    return new Wide(b.op(AND, value.low, mask), b.op(AND, value.high, mask));
  }

  Wide shiftLeft(Wide x, Value amount) {
    Value over = b.op(SHR_U, b.op(SHR_U, x.low, ONE), b.op(XOR, amount, Constant.i32(31)));
    Value low = b.op(SHL, x.low, amount);
    Value far = isFar(amount);
    return new Wide(
        b.op(SELECT, far, ZERO, low),
        b.op(SELECT, far, low, b.op(OR, b.op(SHL, x.high, amount), over)));
  }

  Wide shiftRight(Wide x, Value amount) {
    Value high = b.op(SHR_U, x.high, amount);
    return shiftedRight(x, amount, high, ZERO);
  }

  Wide shiftRightSigned(Wide x, Value amount) {
    Value high = b.op(SHR_S, x.high, amount);
    return shiftedRight(x, amount, high, b.op(SHR_S, x.high, Constant.i32(31)));
  }

  private Wide shiftedRight(Wide x, Value amount, Value high, Value filling) {
    Value over = b.op(SHL, b.op(SHL, x.high, ONE), b.op(XOR, amount, Constant.i32(31)));
    Value far = isFar(amount);
    return new Wide(
        b.op(SELECT, far, high, b.op(OR, b.op(SHR_U, x.low, amount), over)),
        b.op(SELECT, far, filling, high));
  }

  /** Whether a shift goes beyond a word. */
  private Value isFar(Value amount) {
    return b.op(NE, b.op(AND, amount, Constant.i32(32)), ZERO);
  }

  // Comparison.

  Value equal(Wide x, Wide y) {
    return b.op(EQ, b.op(OR, b.op(XOR, x.low, y.low), b.op(XOR, x.high, y.high)), ZERO);
  }

  Value less(Opcode opcode, Wide x, Wide y) {
    Value sameHigh = b.op(EQ, x.high, y.high);
    return b.op(SELECT, sameHigh, b.op(LT_U, x.low, y.low), b.op(opcode, x.high, y.high));
  }

  Wide select(Value condition, Wide x, Wide y) {
    return new Wide(b.op(SELECT, condition, x.low, y.low), b.op(SELECT, condition, x.high, y.high));
  }

  Wide smaller(Opcode opcode, Wide x, Wide y) {
    return select(less(opcode, y, x), y, x);
  }

  Wide larger(Opcode opcode, Wide x, Wide y) {
    return select(less(opcode, x, y), y, x);
  }

  private Wide absolute(Wide x) {
    Value sign = b.op(SHR_S, x.high, Constant.i32(31));
    Wide flipped = new Wide(b.op(XOR, x.low, sign), b.op(XOR, x.high, sign));
    return subtract(flipped, new Wide(sign, sign));
  }

  private Wide widen(Value truth) {
    return new Wide(b.op(BOOL_TO_INT, truth), ZERO);
  }

  // Division.

  /**
   * Unsigned quotient and remainder, bit by bit, as many as the dividend has: the dividend's bits
   * leave at the top of a register into the remainder, the quotient's enter at its bottom.
   */
  private Wide[] divide(Wide x, Wide y) {
    if (x.constant() && y.constant() && y.bits() != 0) {
      return new Wide[] {
        Wide.of(Long.divideUnsigned(x.bits(), y.bits())),
        Wide.of(Long.remainderUnsigned(x.bits(), y.bits()))
      };
    }
    Value inLow = b.op(EQ, x.high, ZERO);
    Value leading =
        b.op(SELECT, inLow, b.op(ADD, b.op(CLZ, x.low), Constant.i32(32)), b.op(CLZ, x.high));
    // A dividend of zero still takes one turn.
    Value skipped = b.op(MIN_U, leading, Constant.i32(63));
    Wide start = shiftLeft(x, skipped);
    List<Value> initial = List.of(start.low, start.high, ZERO, ZERO, skipped);
    List<Type> types = initial.stream().map(Value::type).toList();
    Instruction loop = b.append(LOOP, initial, types, null);
    Region before = b.region();
    Region body = new Region();
    loop.regions().add(body);
    types.forEach(type -> body.arguments().add(new Argument(type)));
    b.region(body);
    List<Argument> a = body.arguments();
    Wide register = new Wide(a.get(0), a.get(1));
    Wide remainder = new Wide(a.get(2), a.get(3));
    Value lost = b.op(LT_S, remainder.high, ZERO);
    Wide grown = doubled(remainder, b.op(SHR_U, register.high, Constant.i32(31)));
    Value fits = b.op(B_OR, lost, b.op(B_NOT, less(LT_U, grown, y)));
    Wide rest = select(fits, subtract(grown, y), grown);
    Wide next = doubled(register, b.op(BOOL_TO_INT, fits));
    Value count = b.op(ADD, a.get(4), ONE);
    b.append(
        NEXT,
        List.of(
            b.op(LT_U, count, Constant.i32(64)), next.low, next.high, rest.low, rest.high, count),
        List.of(),
        null);
    b.region(before);
    List<? extends Value> r = loop.results();
    return new Wide[] {new Wide(r.get(0), r.get(1)), new Wide(r.get(2), r.get(3))};
  }

  /** Twice a number, plus a bit. */
  private Wide doubled(Wide x, Value bit) {
    Value carried = b.op(SHR_U, x.low, Constant.i32(31));
    return new Wide(
        b.op(OR, b.op(SHL, x.low, ONE), bit), b.op(OR, b.op(SHL, x.high, ONE), carried));
  }

  private Wide signedQuotient(Wide x, Wide y) {
    Wide quotient = divide(absolute(x), absolute(y))[0];
    return select(b.op(LT_S, b.op(XOR, x.high, y.high), ZERO), negate(quotient), quotient);
  }

  private Wide signedRemainder(Wide x, Wide y) {
    Wide remainder = divide(absolute(x), absolute(y))[1];
    return select(b.op(LT_S, x.high, ZERO), negate(remainder), remainder);
  }

  /** The remainder with the divisor's sign. */
  private Wide floorModulo(Wide x, Wide y) {
    Wide remainder = signedRemainder(x, y);
    Value signsDiffer = b.op(LT_S, b.op(XOR, remainder.high, y.high), ZERO);
    Value adjust = b.op(B_AND, b.op(B_NOT, equal(remainder, WIDE_ZERO)), signsDiffer);
    return select(adjust, add(remainder, y), remainder);
  }

  // Conversions.

  private Value[] convert(SpirvInstruction i, boolean signed) {
    boolean from = isWide(Ids.component(ids.typeOf(i.operand(0))));
    boolean to = makesWide(i);
    if (from == to) {
      return from ? ids.value(i.operand(0)) : null;
    }
    ValueTranslator narrow = new ValueTranslator(ids.module(), ids, b);
    if (from) {
      Value[] low = lowWords(i.operand(0), ids.value(i.operand(0)));
      Value[] made = new Value[low.length];
      for (int n = 0; n < made.length; n++) {
        made[n] = narrow.fit(Ids.component(ids.type(i.type())), low[n]);
      }
      return made;
    }
    List<Wide> made = new ArrayList<>();
    for (Value low : narrow.operand(i, 0)) {
      made.add(new Wide(low, signed ? b.op(SHR_S, low, Constant.i32(31)) : ZERO));
    }
    return words(made);
  }

  /**
   * Rounds once: the highest 32 bits, the last of them set if any bit below is, have more than a
   * float's precision, and the power of two that scales them is exact.
   */
  private Value[] toFloat(SpirvInstruction i, boolean signed) {
    SpirvType.Scalar type = Ids.component(ids.type(i.type()));
    ValueTranslator narrow = new ValueTranslator(ids.module(), ids, b);
    List<Wide> components = components(i, 0);
    Value[] made = new Value[components.size()];
    for (int n = 0; n < made.length; n++) {
      Wide x = components.get(n);
      Wide magnitude = signed ? absolute(x) : x;
      Value inLow = b.op(EQ, magnitude.high, ZERO);
      Value leading = b.op(SELECT, inLow, Constant.i32(32), b.op(CLZ, magnitude.high));
      Wide top = shiftLeft(magnitude, leading);
      Value sticky = b.op(BOOL_TO_INT, b.op(NE, top.low, ZERO));
      Value significand = b.op(U_TO_F, b.op(OR, top.high, sticky));
      Value exponent = b.op(SUB, Constant.i32(127 + 32), leading);
      Value scale = b.op(BITS_TO_F, b.op(SHL, exponent, Constant.i32(23)));
      Value result = b.op(F_MUL, significand, scale);
      if (signed) {
        result = b.op(SELECT, b.op(LT_S, x.high, ZERO), b.op(F_NEG, result), result);
      }
      made[n] = narrow.fit(type, result);
    }
    return made;
  }

  private Value[] fromFloat(SpirvInstruction i, boolean signed) {
    List<Wide> made = new ArrayList<>();
    for (Value x : ids.value(i.operand(0))) {
      Value magnitude = b.op(F_ABS, x);
      Value high = b.op(F_TO_U, b.op(F_MUL, magnitude, Constant.f32(0x1p-32f)));
      Value taken = b.op(U_TO_F, high);
      Value rest = b.op(F_MA, b.op(F_NEG, taken), Constant.f32(0x1p32f), magnitude);
      Wide whole = new Wide(b.op(F_TO_U, rest), high);
      made.add(signed ? select(b.op(F_LT, x, Constant.f32(0)), negate(whole), whole) : whole);
    }
    return words(made);
  }

  // Bits.

  private Value[] bitCount(SpirvInstruction i) {
    List<Value> made = new ArrayList<>();
    for (Wide x : components(i, 0)) {
      made.add(b.op(ADD, b.op(POPCOUNT, x.low), b.op(POPCOUNT, x.high)));
      if (makesWide(i)) {
        made.add(ZERO);
      }
    }
    return made.toArray(Value[]::new);
  }

  private Value reverse(Value word) {
    return new ValueTranslator(ids.module(), ids, b).reverseBits(word);
  }

  private Value[] insertField(SpirvInstruction i) {
    List<Wide> base = components(i, 0);
    List<Wide> insert = components(i, 1);
    requireSize(i, base.size(), insert.size());
    Value offset = ids.index(i.operand(2));
    Value count = ids.index(i.operand(3));
    Value all = b.op(LT_U, Constant.i32(63), count);
    Wide low = subtract(shiftLeft(new Wide(ONE, ZERO), count), new Wide(ONE, ZERO));
    Wide mask = shiftLeft(select(all, Wide.of(-1), low), offset);
    List<Wide> made = new ArrayList<>();
    for (int n = 0; n < base.size(); n++) {
      Wide x = base.get(n);
      Wide y = shiftLeft(insert.get(n), offset);
      made.add(new Wide(merge(x.low, y.low, mask.low), merge(x.high, y.high, mask.high)));
    }
    return words(made);
  }

  private Value merge(Value x, Value y, Value mask) {
    return b.op(XOR, x, b.op(AND, b.op(XOR, x, y), mask));
  }

  private Value[] extractField(SpirvInstruction i, Shift shiftRight) {
    Value offset = ids.index(i.operand(1));
    Value count = ids.index(i.operand(2));
    Value up = b.op(SUB, b.op(SUB, Constant.i32(64), count), offset);
    Value down = b.op(SUB, Constant.i32(64), count);
    Value empty = b.op(EQ, count, ZERO);
    return map(i, x -> select(empty, WIDE_ZERO, shiftRight.apply(shiftLeft(x, up), down)));
  }
}
