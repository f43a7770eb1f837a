package dev.zhulong.compiler.math;

import static dev.zhulong.compiler.ir.Opcode.*;
import static dev.zhulong.compiler.math.FloatCode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Value;

/**
 * Float functions of OpenCL.std by number. OpenCL Extended Instruction Set Specification, Binary
 * Form; OpenCL C Specification, Edge Case Behavior.
 */
public final class OpenClMath {
  private final FloatCode c;
  private final Exponentials exponentials;
  private final Circular circular;
  private final Hyperbolic hyperbolic;
  private final Gamma gamma;
  private final Remainders remainders;

  /** Functions whose instructions go to a builder. */
  public OpenClMath(Builder builder) {
    c = new FloatCode(builder);
    exponentials = new Exponentials(c);
    circular = new Circular(c);
    hyperbolic = new Hyperbolic(c);
    gamma = new Gamma(c);
    remainders = new Remainders(c);
  }

  /**
   * A function's value.
   *
   * @param number the function's, in OpenCL.std
   * @param x the first operand
   * @param y the second one, null for functions of one
   * @return null if it is no function of this class
   */
  public Value value(int number, Value x, Value y) {
    return switch (number) {
      case 1 -> hyperbolic.acosh(x);
      case 4 -> hyperbolic.asinh(x);
      case 6 -> circular.atan(x);
      case 7 -> circular.atan2(x, y);
      case 8 -> hyperbolic.atanh(x);
      case 9 -> circular.overPi(circular.atan(x));
      case 10 -> circular.overPi(circular.atan2(x, y));
      case 11 -> exponentials.cbrt(x);
      case 14 -> circular.cos(x);
      case 15 -> c.unlessNan(x, c.op(F_COSH, x));
      case 16 -> circular.cospi(x);
      case 17 -> gamma.erfc(x);
      case 18 -> gamma.erf(x);
      case 19, 69 -> exponentials.exp(x);
      case 20, 70 -> exponentials.exp2(x);
      case 21, 71 -> exponentials.exp10(x);
      case 22 -> exponentials.expm1(x);
      case 29 -> remainders.fmod(x, y);
      case 32 -> hypot(x, y);
      case 34 -> ldexp(x, y);
      case 35 -> gamma.lgamma(x)[0];
      case 37, 72 -> exponentials.log(x);
      case 38, 73 -> exponentials.log2(x);
      case 39, 74 -> exponentials.log10(x);
      case 40 -> exponentials.log1p(x);
      case 41 -> logb(x);
      case 48 -> exponentials.pow(x, y);
      case 49 -> exponentials.pown(x, y);
      case 50, 75 -> exponentials.powr(x, y);
      case 51 -> remainders.remquo(x, y)[0];
      case 54 -> exponentials.rootn(x, y);
      case 57 -> circular.sin(x);
      case 59 -> c.unlessNan(x, c.op(F_SINH, x));
      case 60 -> circular.sinpi(x);
      case 62 -> circular.tan(x);
      case 63 -> c.unlessNan(x, c.op(F_TANH, x));
      case 64 -> circular.tanpi(x);
      case 65 -> gamma.tgamma(x);
      default -> null;
    };
  }

  /**
   * The two values of a function that stores its second.
   *
   * @param number the function's, in OpenCL.std
   * @param x the first operand
   * @param y the second one, null for functions of one
   * @return null if it is no function of this class
   */
  public Value[] values(int number, Value x, Value y) {
    return switch (number) {
      case 30 -> fract(x);
      case 36 -> gamma.lgamma(x);
      case 45 -> modf(x);
      case 52 -> remainders.remquo(x, y);
      case 58 -> circular.sincos(x);
      default -> null;
    };
  }

  private Value[] fract(Value x) {
    Value whole = c.op(F_FLOOR, x);
    Value rest = c.min(c.sub(x, whole), 0x1.fffffep-1f);
    Value finite = c.choose(c.isFinite(x), rest, ZERO);
    return new Value[] {c.unlessNan(x, finite), whole};
  }

  private Value[] modf(Value x) {
    Value whole = c.op(F_TRUNC, x);
    Value rest = c.choose(c.equal(c.abs(x), INFINITY), ZERO, c.sub(x, whole));
    return new Value[] {c.withSign(rest, x), whole};
  }

  private Value hypot(Value x, Value y) {
    Value large = c.op(F_MAX, c.abs(x), c.abs(y));
    Value small = c.op(F_MIN, c.abs(x), c.abs(y));
    Value ratio = c.div(small, large);
    Value made = c.mul(large, c.op(F_SQRT, c.fma(ratio, ratio, ONE)));
    Value numbers = c.both(c.isNumber(x), c.isNumber(y));
    Value finite = c.choose(numbers, c.choose(c.equal(large, ZERO), large, made), NAN);
    return c.choose(c.equal(large, INFINITY), large, finite);
  }

  /** In three steps, of which only the last one may round. */
  private Value ldexp(Value x, Value n) {
    Value left = c.op(MIN_S, c.op(MAX_S, n, i(-400)), i(400));
    Value made = x;
    for (int step = 0; step < 2; step++) {
      Value up = c.op(LT_S, i(127), left);
      Value down = c.op(LT_S, left, i(-126));
      Value part = c.choose(up, i(127), c.choose(down, i(-102), i(0)));
      made = c.mul(made, c.powerOfTwo(part));
      left = c.op(SUB, left, part);
    }
    left = c.op(MIN_S, c.op(MAX_S, left, i(-126)), i(127));
    return c.mul(made, c.powerOfTwo(left));
  }

  private Value logb(Value x) {
    Value magnitude = c.abs(x);
    Value bits = c.bits(magnitude);
    Value normal = c.op(SUB, c.op(SHR_U, bits, i(23)), i(127));
    Value subnormal = c.op(SUB, i(-118), c.op(CLZ, bits));
    Value small = c.less(magnitude, f(Float.MIN_NORMAL));
    Value made = c.op(S_TO_F, c.choose(small, subnormal, normal));
    Value finite = c.choose(c.isFinite(x), made, magnitude);
    return c.choose(c.equal(x, ZERO), MINUS_INFINITY, finite);
  }
}
