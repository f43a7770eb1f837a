package dev.zhulong.compiler.math;

import static dev.zhulong.compiler.ir.Opcode.*;
import static dev.zhulong.compiler.math.FloatCode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Local;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.List;

/** Sines, cosines and tangents of all arguments, and their inverses. */
final class Circular {
  private static final float TWO_OVER_PI = 0x1.45f306p-1f;
  private static final float HALF_PI = 0x1.921fb6p0f;
  private static final float HALF_PI_MIDDLE = -0x1.777a5cp-25f;
  private static final float HALF_PI_LOW = -0x1.ee59dap-50f;
  private static final float ONE_OVER_PI = 0x1.45f306p-2f;

  /** Up to here the quotient by π/2 times the head of π/2 is exact. */
  private static final float MODERATE = 0x1p16f;

  /** 2/π after 32 zero bits: words of a binary fraction. */
  private static final int[] TWO_OVER_PI_BITS = {
    0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab
  };

  /** sin r = r + r³·P(r²), |r| ≤ π/4. */
  private static final float[] SIN = {
    -0x1.555556p-3f, 0x1.111172p-7f, -0x1.a056a6p-13f, 0x1.7b5adep-19f
  };

  /** cos r = 1 − r²/2 + r⁴·P(r²), |r| ≤ π/4. */
  private static final float[] COS = {0x1.55554ap-5f, -0x1.6c0c1cp-10f, 0x1.99e1d6p-16f};

  private final FloatCode c;

  Circular(FloatCode code) {
    c = code;
  }

  /** x = quadrant·π/2 + angle, |angle| ≤ π/4 and a little. */
  private record Reduced(Value angle, Value quadrant) {}

  /** Large arguments, which are rare, go their own way. */
  private Reduced reduce(Value x) {
    Builder b = c.builder();
    Value quotient = c.op(F_TO_S_NEAREST, c.mul(x, f(TWO_OVER_PI)));
    Value minus = c.neg(c.op(S_TO_F, quotient));
    Value near = c.fma(minus, f(HALF_PI), x);
    near = c.fma(minus, f(HALF_PI_MIDDLE), near);
    near = c.fma(minus, f(HALF_PI_LOW), near);
    Local angle = new Local("angle", Type.F32);
    Local quadrant = new Local("quadrant", Type.I32);
    b.effect(LOCAL_SET, angle, near);
    b.effect(LOCAL_SET, quadrant, quotient);
    Region before = b.region();
    Region far = new Region();
    Value large = c.op(F_LE, f(MODERATE), c.abs(x));
    Instruction test = b.append(IF, List.of(large), List.of(), null);
    test.regions().add(far);
    test.regions().add(new Region());
    b.region(far);
    Reduced reduced = reduceLarge(x);
    b.effect(LOCAL_SET, angle, c.choose(c.isFinite(x), reduced.angle, NAN));
    b.effect(LOCAL_SET, quadrant, reduced.quadrant);
    b.region(before);
    return new Reduced(b.make(LOCAL_GET, Type.F32, angle), b.make(LOCAL_GET, Type.I32, quadrant));
  }

  /**
   * The product of the significand and as many bits of 2/π as matter: what is left of them makes
   * multiples of 4, what is right of them no difference. M. Payne and R. Hanek, Radian Reduction
   * for Trigonometric Functions.
   */
  private Reduced reduceLarge(Value x) {
    Value bits = c.bits(c.abs(x));
    Value significand = c.op(OR, c.op(AND, bits, i(0x7fffff)), i(0x800000));
    // The exponent of the significand's lowest bit, less 2, behind 32 zero bits.
    Value place = c.op(SUB, c.op(SHR_U, bits, i(23)), i(127 + 23 - 30));
    Value shift = c.op(AND, place, i(31));
    Value first = c.op(SHR_U, place, i(5));
    Value[] words = new Value[4];
    for (int n = 0; n < words.length; n++) {
      words[n] = i(TWO_OVER_PI_BITS[n]);
      for (int k = 1; k + words.length <= TWO_OVER_PI_BITS.length; k++) {
        words[n] = c.choose(c.op(EQ, first, i(k)), i(TWO_OVER_PI_BITS[n + k]), words[n]);
      }
    }
    Value high = shifted(words[0], words[1], shift);
    Value middle = shifted(words[1], words[2], shift);
    Value low = shifted(words[2], words[3], shift);
    Value carried = c.op(MULH_U, significand, low);
    Value fraction = c.op(ADD, c.op(MUL, significand, middle), carried);
    Value carry = c.op(BOOL_TO_INT, c.op(LT_U, fraction, carried));
    Value top = c.op(ADD, c.op(MUL, significand, high), c.op(MULH_U, significand, middle));
    top = c.op(ADD, top, carry);
    // Two bits of the quadrant, to the nearest, and a signed fraction of a quadrant.
    Value quadrant = c.op(SHR_U, c.op(ADD, top, i(0x20000000)), i(30));
    top = c.op(SUB, top, c.op(SHL, quadrant, i(30)));
    Value sign = c.op(SHR_S, top, i(31));
    Value lowFlipped = c.op(XOR, fraction, sign);
    Value lowPart = c.op(SUB, lowFlipped, sign);
    Value borrow = c.op(BOOL_TO_INT, c.op(LT_U, lowPart, lowFlipped));
    Value highPart = c.op(ADD, c.op(XOR, top, sign), borrow);
    Value angle = quarters(highPart, lowPart);
    Value sense = c.op(XOR, c.bits(x), sign);
    Value turned = c.choose(c.isNegative(x), c.op(SUB, i(0), quadrant), quadrant);
    return new Reduced(c.number(c.op(XOR, c.bits(angle), c.op(AND, sense, i(0x80000000)))), turned);
  }

  private Value shifted(Value high, Value low, Value shift) {
    // A shift by 32 would be none, so that it is made in two steps.
    Value right = c.op(SHR_U, c.op(SHR_U, low, i(1)), c.op(XOR, shift, i(31)));
    return c.op(OR, c.op(SHL, high, shift), right);
  }

  /** A fraction of 62 bits, times π/2. */
  private Value quarters(Value high, Value low) {
    Value none = c.op(EQ, high, i(0));
    Value zeros = c.op(CLZ, c.choose(none, low, high));
    Value filled = shifted(high, low, zeros);
    Value word = c.choose(none, c.op(SHL, low, zeros), filled);
    Value all = c.op(ADD, zeros, c.choose(none, i(32), i(0)));
    Value head = c.op(U_TO_F, c.op(AND, word, i(0xffffff00)));
    Value tail = c.op(U_TO_F, c.op(AND, word, i(0xff)));
    Value lesser = c.fma(tail, f(HALF_PI), c.mul(head, f(HALF_PI_MIDDLE)));
    Value angle = c.fma(head, f(HALF_PI), lesser);
    return c.mul(angle, c.powerOfTwo(c.op(SUB, i(-30), all)));
  }

  private Value sinePart(Value r) {
    Value square = c.mul(r, r);
    return c.fma(c.polynomial(SIN, square), c.mul(square, r), r);
  }

  private Value cosinePart(Value r) {
    Value square = c.mul(r, r);
    Value first = c.fma(square, f(-0.5f), ONE);
    return c.fma(c.mul(square, square), c.polynomial(COS, square), first);
  }

  private Value odd(Value quadrant) {
    return c.op(NE, c.op(AND, quadrant, i(1)), i(0));
  }

  private Value sine(Reduced x) {
    Value made = c.choose(odd(x.quadrant), cosinePart(x.angle), sinePart(x.angle));
    Value flip = c.op(SHL, c.op(AND, x.quadrant, i(2)), i(30));
    return c.number(c.op(XOR, c.bits(made), flip));
  }

  private Value cosine(Reduced x) {
    return sine(new Reduced(x.angle, c.op(ADD, x.quadrant, i(1))));
  }

  private Value tangent(Reduced x) {
    Value sine = c.withSign(sinePart(x.angle), x.angle);
    Value cosine = cosinePart(x.angle);
    Value odd = odd(x.quadrant);
    return c.div(c.choose(odd, c.neg(cosine), sine), c.choose(odd, sine, cosine));
  }

  Value sin(Value x) {
    return sine(reduce(x));
  }

  Value cos(Value x) {
    return cosine(reduce(x));
  }

  Value[] sincos(Value x) {
    Reduced reduced = reduce(x);
    return new Value[] {sine(reduced), cosine(reduced)};
  }

  Value tan(Value x) {
    return tangent(reduce(x));
  }

  /** Arguments in half turns: the reduction is exact. */
  private Reduced halfTurns(Value x) {
    Value turns = c.op(F_ROUND_EVEN, c.mul(x, f(0.5f)));
    Value rest = c.fma(turns, f(-2), x);
    Value quadrant = c.op(F_TO_S_NEAREST, c.add(rest, rest));
    Value whole = c.op(S_TO_F, quadrant);
    Value part = c.fma(whole, f(-0.5f), rest);
    // A zero's sign tells on which side of a pole the tangent is.
    part = c.choose(c.equal(part, ZERO), c.mul(whole, f(-0f)), part);
    Value low = c.mul(part, f(2 * HALF_PI_MIDDLE));
    Value angle = c.withSign(c.fma(part, f(2 * HALF_PI), low), part);
    return new Reduced(angle, quadrant);
  }

  Value sinpi(Value x) {
    return sine(halfTurns(x));
  }

  Value cospi(Value x) {
    return cosine(halfTurns(x));
  }

  Value tanpi(Value x) {
    return tangent(halfTurns(x));
  }

  Value atan(Value x) {
    return c.unlessNan(x, c.op(F_ATAN, x));
  }

  /** Small arguments are made larger, and two infinities one each. */
  Value atan2(Value y, Value x) {
    Value infinite = c.not(c.either(c.isFinite(x), c.isFinite(y)));
    Value larger = c.op(F_MAX, c.abs(x), c.abs(y));
    Value factor = c.choose(c.less(larger, f(0x1p-60f)), f(0x1p64f), ONE);
    Value height = c.choose(infinite, c.withSign(ONE, y), c.mul(y, factor));
    Value width = c.choose(infinite, c.withSign(ONE, x), c.mul(x, factor));
    Value made = c.op(F_ATAN2, height, width);
    return c.choose(c.both(c.isNumber(x), c.isNumber(y)), made, NAN);
  }

  Value overPi(Value angle) {
    return c.mul(angle, f(ONE_OVER_PI));
  }
}
