package dev.zhulong.compiler.math;

import static dev.zhulong.compiler.ir.Opcode.*;
import static dev.zhulong.compiler.math.FloatCode.*;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.List;

/** Remainders without an error, by long division of the significands. */
final class Remainders {
  /** Bits of the quotient that a step makes: a remainder of 24 bits, shifted, fits a word. */
  private static final int STEP = 8;

  private final FloatCode c;

  Remainders(FloatCode code) {
    c = code;
  }

  /** magnitude = significand·2^(exponent − 150), the significand of 24 bits. */
  private record Parts(Value significand, Value exponent) {}

  private Parts parts(Value magnitude) {
    Value small = c.less(magnitude, f(Float.MIN_NORMAL));
    Value bits = c.bits(c.choose(small, c.mul(magnitude, f(0x1p24f)), magnitude));
    Value field = c.op(SHR_U, bits, i(23));
    return new Parts(
        c.op(OR, c.op(AND, bits, i(0x7fffff)), i(0x800000)),
        c.op(SUB, field, c.choose(small, i(24), i(0))));
  }

  /** The rest and the low bits of the quotient after so many bits more. */
  private List<? extends Value> divide(Value dividend, Value divisor, Value bits) {
    Builder b = c.builder();
    List<Value> initial = List.of(dividend, i(0), bits);
    List<Type> types = initial.stream().map(Value::type).toList();
    Instruction loop = b.append(LOOP, initial, types, null);
    Region before = b.region();
    Region body = new Region();
    loop.regions().add(body);
    types.forEach(type -> body.arguments().add(new Argument(type)));
    b.region(body);
    Value rest = body.arguments().get(0);
    Value quotient = body.arguments().get(1);
    Value left = body.arguments().get(2);
    Value step = c.op(MIN_S, left, i(STEP));
    Value grown = c.op(SHL, rest, step);
    Value digit = c.op(DIV_U, grown, divisor);
    Value nextRest = c.op(SUB, grown, c.op(MUL, digit, divisor));
    Value nextQuotient = c.op(ADD, c.op(SHL, quotient, step), digit);
    Value nextLeft = c.op(SUB, left, step);
    Value more = c.op(LT_S, i(0), nextLeft);
    b.append(NEXT, List.of(more, nextRest, nextQuotient, nextLeft), List.of(), null);
    b.region(before);
    return loop.results();
  }

  Value fmod(Value x, Value y) {
    return divided(x, y, false)[0];
  }

  /** The remainder by the nearest quotient, and that quotient's sign and low seven bits. */
  Value[] remquo(Value x, Value y) {
    return divided(x, y, true);
  }

  private Value[] divided(Value x, Value y, boolean nearest) {
    Parts dividend = parts(c.abs(x));
    Parts divisor = parts(c.abs(y));
    Value difference = c.op(SUB, dividend.exponent, divisor.exponent);
    // A dividend just below counts in halves of the divisor's unit.
    Value below = c.op(EQ, difference, i(-1));
    Value whole = c.choose(below, c.op(SHL, divisor.significand, i(1)), divisor.significand);
    Value exponent = c.op(SUB, divisor.exponent, c.op(BOOL_TO_INT, below));
    List<? extends Value> divided =
        divide(dividend.significand, whole, c.op(MAX_S, difference, i(0)));
    Value rest = divided.get(0);
    Value quotient = divided.get(1);
    if (nearest) {
      Value doubled = c.op(SHL, rest, i(1));
      Value tie = c.op(EQ, doubled, whole);
      Value odd = c.op(NE, c.op(AND, quotient, i(1)), i(0));
      Value up = c.either(c.op(LT_U, whole, doubled), c.both(tie, odd));
      rest = c.choose(up, c.op(SUB, rest, whole), rest);
      quotient = c.op(ADD, quotient, c.op(BOOL_TO_INT, up));
    }
    Value made = c.scale(c.op(S_TO_F, rest), c.op(SUB, exponent, i(150)));
    Value sign = c.op(AND, c.bits(x), i(0x80000000));
    made = c.number(c.op(XOR, c.bits(made), sign));
    Value far = c.op(LT_S, difference, i(-1));
    Value kept = c.either(far, c.equal(x, ZERO));
    kept = c.either(kept, c.equal(c.abs(y), INFINITY));
    Value defined = c.both(c.isFinite(x), c.both(c.isNumber(y), c.not(c.equal(y, ZERO))));
    Value result = c.choose(defined, c.choose(kept, x, made), NAN);
    if (!nearest) {
      return new Value[] {result};
    }
    Value low = c.op(AND, quotient, i(0x7f));
    Value apart = c.op(LT_S, c.op(XOR, c.bits(x), c.bits(y)), i(0));
    Value signed = c.choose(apart, c.op(SUB, i(0), low), low);
    Value none = c.either(kept, c.not(defined));
    return new Value[] {result, c.choose(none, i(0), signed)};
  }
}
