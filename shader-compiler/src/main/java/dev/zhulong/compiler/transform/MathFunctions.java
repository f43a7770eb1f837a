package dev.zhulong.compiler.transform;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;

/**
 * Expansions of float functions into the machine's instructions.
 *
 * <p>All are free of branches: lanes of a warp rarely agree on a special case. Polynomials are
 * minimax fits of the relative error, coefficients rounded to binary32 one after the other from the
 * lowest, so that each makes up for the rounding of those before it. Error bounds are in units in the
 * last place (ULP) of the result; Vulkan's precision requirements are wider throughout. Vulkan
 * specification, Precision and Operation of SPIR-V Instructions.
 */
final class MathFunctions {
  /** Adding it to a float of less than 2^22 rounds that to an integer, in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final float HALF_PI = 0x1.921fb6p0f;
  private static final float PI = 0x1.921fb6p1f;
  private static final float PI_MIDDLE = -0x1.777a5cp-24f;
  private static final float PI_LOW = -0x1.ee59dap-49f;
  private static final float ONE_OVER_PI = 0x1.45f306p-2f;

  /** A little above π/2, since the nearest multiple of π is itself found with an error. */
  private static final float SIN_LIMIT = 1.6f;

  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LOG2_E_LOW = 0x1.4ae0cp-26f;
  /** Just above the logarithm of the largest float. */
  private static final float EXP_OVERFLOW = 0x1.62e43p6f;

  private static final float LN_2 = 0x1.62e43p-1f;

  /** 2^f = 1 + f·P(f), |f| ≤ 1/2. */
  private static final float[] EXP2 = {
    0x1.62e43p-1f, 0x1.ebfbd6p-3f, 0x1.c6af76p-5f, 0x1.3b320ap-7f, 0x1.5f0b86p-10f, 0x1.3eb2ap-13f
  };

  /** log2(1+f) = f·P(f), √½ ≤ 1+f < √2. */
  private static final float[] LOG2 = {
    0x1.715476p0f, -0x1.71547p-1f, 0x1.ec736ep-2f, -0x1.715c68p-2f, 0x1.26dcf2p-2f,
    -0x1.e95f92p-3f, 0x1.b935ccp-3f, -0x1.a83d1p-3f, 0x1.02cf86p-3f
  };

  /** ln(1+f) = f + f²·P(f), √½ ≤ 1+f < √2. */
  private static final float[] LOG = {
    -0x1.fffffap-2f, 0x1.5556f4p-2f, -0x1.0004b2p-2f, 0x1.98d2b8p-3f, -0x1.535996p-3f,
    0x1.3181fcp-3f, -0x1.2519d8p-3f, 0x1.66098ap-4f
  };

  /** sin r = r + r³·P(r²), |r| ≤ π/2. */
  private static final float[] SIN = {
    -0x1.55554cp-3f, 0x1.110edap-7f, -0x1.9f70f2p-13f, 0x1.5dc94p-19f
  };

  /** atan t = t + t³·P(t²), |t| ≤ 1. */
  private static final float[] ATAN = {
    -0x1.5554dcp-2f, 0x1.9978eep-3f, -0x1.230ab2p-3f, 0x1.b4dffep-4f, -0x1.355464p-4f,
    0x1.61f8bcp-5f, -0x1.0c262ap-6f, 0x1.7ec704p-9f
  };

  /** asin t = t + t³·P(t²), |t| ≤ 1/2. */
  private static final float[] ASIN = {
    0x1.5555c8p-3f, 0x1.330206p-4f, 0x1.747b74p-5f, 0x1.8c4132p-6f, 0x1.5959dap-5f
  };

  /** sinh t = t + t³·P(t²), |t| ≤ 1. */
  private static final float[] SINH = {0x1.555556p-3f, 0x1.1110eap-7f, 0x1.a01c2p-13f, 0x1.7677a8p-19f};

  /** tanh t = t + t³·P(t²), |t| ≤ 5/8. */
  private static final float[] TANH = {
    -0x1.555532p-2f, 0x1.110704p-3f, -0x1.b838a0p-5f, 0x1.5211c4p-6f, -0x1.758facp-8f
  };

  private final Builder b;

  MathFunctions(Builder builder) {
    this.b = builder;
  }

  /** The function's value in simpler instructions; y is null for functions of one operand. */
  Value expand(Opcode opcode, Value x, Value y) {
    return switch (opcode) {
      case F_FLOOR -> round(x, F_TO_S_DOWN);
      case F_CEIL -> round(x, F_TO_S_UP);
      case F_TRUNC -> round(x, F_TO_S);
      case F_ROUND_EVEN -> round(x, F_TO_S_NEAREST);
      case F_SIN -> sine(x, false);
      case F_COS -> sine(x, true);
      case F_TAN -> b.op(F_DIV, sine(x, false), sine(x, true));
      case F_ASIN -> arcSine(x);
      case F_ACOS -> arcCosine(x);
      case F_ATAN -> arcTangent(x);
      case F_ATAN2 -> arcTangent2(x, y);
      case F_EXP -> exp(x);
      case F_EXP2 -> exp2(x);
      case F_LOG -> log(x);
      case F_LOG2 -> log2(x);
      case F_POW -> power(x, y);
      case F_INVERSE_SQRT -> b.op(F_DIV, f(1), b.op(F_SQRT, x));
      case F_SINH -> sinh(x);
      case F_COSH -> cosh(x);
      case F_TANH -> tanh(x);
      case F_ASINH -> areaSinh(x);
      case F_ACOSH -> areaCosh(x);
      case F_ATANH -> areaTanh(x);
      default -> throw new IllegalArgumentException("no expansion of " + opcode);
    };
  }

  private static Constant f(float value) {
    return Constant.f32(value);
  }

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  private Value add(Value x, Value y) {
    return b.op(F_ADD, x, y);
  }

  private Value sub(Value x, Value y) {
    return b.op(F_SUB, x, y);
  }

  private Value mul(Value x, Value y) {
    return b.op(F_MUL, x, y);
  }

  private Value fma(Value x, Value y, Value z) {
    return b.op(F_MA, x, y, z);
  }

  private Value abs(Value x) {
    return b.op(F_ABS, x);
  }

  private Value choose(Value condition, Value x, Value y) {
    return b.op(SELECT, condition, x, y);
  }

  private Value signOf(Value magnitude, Value sign) {
    return b.op(F_COPYSIGN, magnitude, sign);
  }

  private Value bits(Value x) {
    return b.op(F_TO_BITS, x);
  }

  private Value number(Value bits) {
    return b.op(BITS_TO_F, bits);
  }

  private Value polynomial(float[] coefficients, Value x) {
    Value sum = f(coefficients[coefficients.length - 1]);
    for (int n = coefficients.length - 2; n >= 0; n--) {
      sum = fma(sum, x, f(coefficients[n]));
    }
    return sum;
  }

  /** x + x³·P(x²). */
  private Value odd(float[] coefficients, Value x, Value square) {
    return fma(polynomial(coefficients, square), mul(square, x), x);
  }

  /** Exact. Floats from 2^23 on are integers already; the sign survives for results of zero. */
  private Value round(Value x, Opcode conversion) {
    Value rounded = signOf(b.op(S_TO_F, b.op(conversion, x)), x);
    return choose(b.op(F_LT, abs(x), f(0x1p23f)), rounded, x);
  }

  // Exponentials and logarithms.

  /**
   * Bits of 2^f·2^n from f and an integer whose low bits are n; below 2 ULP. At n = 128 they are
   * infinity for f = 0, and too large for a number beyond.
   */
  private Value scaledExp2(Value fraction, Value power) {
    Value significand = fma(polynomial(EXP2, fraction), fraction, f(1));
    return b.op(ADD, bits(significand), b.op(SHL, power, i(23)));
  }

  private Value exp2(Value x) {
    Value capped = b.op(F_MIN, x, f(128));
    Value rounded = add(capped, f(ROUNDER));
    Value fraction = sub(capped, sub(rounded, f(ROUNDER)));
    return number(choose(b.op(F_LT, x, f(-126)), i(0), scaledExp2(fraction, bits(rounded))));
  }

  private Value exp(Value x) {
    Value scaled = exp(x, EXP_OVERFLOW, 0);
    return number(choose(b.op(F_LT, x, f(-0x1.5d589ep6f)), i(0), scaled));
  }

  /**
   * Bits of e^x·2^−halvings as 2^(x·log2 e), the product exact to twice the precision.
   *
   * @param overflow an argument whose result is just too large; greater ones are replaced by it
   */
  private Value exp(Value x, float overflow, int halvings) {
    Value capped = b.op(F_MIN, x, f(overflow));
    Value rounded = fma(capped, f(LOG2_E), f(ROUNDER));
    Value whole = sub(rounded, f(ROUNDER));
    Value high = fma(capped, f(LOG2_E), b.op(F_NEG, whole));
    Value fraction = fma(capped, f(LOG2_E_LOW), high);
    Value power = b.op(ADD, bits(rounded), i(-halvings));
    return b.op(MIN_S, scaledExp2(fraction, power), i(0x7f800000));
  }

  /** A positive normal number taken apart: 1 + fraction between √½ and √2, times 2^exponent. */
  private record Parts(Value fraction, Value exponent, Value bits) {}

  private Parts parts(Value x) {
    int rootHalf = 0x3f3504f3;
    Value all = bits(x);
    Value shifted = b.op(SUB, all, i(rootHalf));
    Value exponent = b.op(SHR_S, shifted, i(23));
    Value significand = b.op(ADD, b.op(AND, shifted, i(0x7fffff)), i(rootHalf));
    return new Parts(sub(number(significand), f(1)), b.op(S_TO_F, exponent), all);
  }

  /** Minus infinity for zero and subnormals; infinity, NaN and negative numbers as they are. */
  private Value logSpecial(Value bits, Value result) {
    int least = 0x00800000;
    Value normal = b.op(LT_U, b.op(SUB, bits, i(least)), i(0x7f800000 - least));
    Value special = choose(b.op(LT_U, bits, i(least)), i(0xff800000), bits);
    return number(choose(normal, bits(result), special));
  }

  private Value log2(Value x) {
    Parts p = parts(x);
    Value result = fma(p.fraction, polynomial(LOG2, p.fraction), p.exponent);
    return logSpecial(p.bits, result);
  }

  private Value log(Value x) {
    return logSpecial(bits(x), normalLog(x));
  }

  /** The natural logarithm of a positive normal number. */
  private Value normalLog(Value x) {
    Parts p = parts(x);
    Value square = mul(p.fraction, p.fraction);
    Value small = fma(square, polynomial(LOG, p.fraction), p.fraction);
    return fma(p.exponent, f(LN_2), small);
  }

  /** ln(1+u) for u of 0 and more: the logarithm of the rounded sum, and what rounding lost. */
  private Value log1p(Value u) {
    Value sum = add(u, f(1));
    Value lost = sub(u, sub(sum, f(1)));
    return add(normalLog(sum), b.op(F_DIV, lost, sum));
  }

  /** Constant exponents that a few instructions do better; else 2^(y·log2 x). */
  private Value power(Value x, Value y) {
    if (y instanceof Constant c) {
      float exponent = c.asFloat();
      if (exponent == 0.5f) {
        return b.op(F_SQRT, x);
      }
      if (exponent == (int) exponent && exponent >= 1 && exponent <= 8) {
        return wholePower(x, (int) exponent);
      }
    }
    return exp2(mul(y, log2(x)));
  }

  private Value wholePower(Value x, int n) {
    if (n == 1) {
      return x;
    }
    Value half = wholePower(x, n / 2);
    Value square = mul(half, half);
    return n % 2 == 0 ? square : mul(square, x);
  }

  // Circular functions.

  /**
   * Sine, or cosine as sine shifted by π/2: x less the nearest multiple (of π, or of π and a half)
   * in three steps of fused arithmetic, then one polynomial; odd multiples flip the sign. 2 ULP up
   * to about 10^5; the error grows with the argument beyond, but the result stays in −1 to 1.
   */
  private Value sine(Value x, boolean cosine) {
    Value rounded;
    Value multiple;
    if (cosine) {
      rounded = add(fma(x, f(ONE_OVER_PI), f(0.5f)), f(ROUNDER));
      multiple = sub(sub(rounded, f(ROUNDER)), f(0.5f));
    } else {
      rounded = fma(x, f(ONE_OVER_PI), f(ROUNDER));
      multiple = sub(rounded, f(ROUNDER));
    }
    Value minus = b.op(F_NEG, multiple);
    Value r = fma(minus, f(PI), x);
    r = fma(minus, f(PI_MIDDLE), r);
    r = fma(minus, f(PI_LOW), r);
    r = b.op(F_MIN, b.op(F_MAX, r, f(-SIN_LIMIT)), f(SIN_LIMIT));
    Value unsigned = odd(SIN, r, mul(r, r));
    Value flip = b.op(SHL, bits(rounded), i(31));
    return number(b.op(XOR, bits(unsigned), flip));
  }

  /** atan of small/large for 0 ≤ small ≤ large. */
  private Value arcTangentOfRatio(Value small, Value large) {
    Value t = b.op(F_DIV, small, large);
    return odd(ATAN, t, mul(t, t));
  }

  /** 2 ULP. */
  private Value arcTangent(Value x) {
    Value magnitude = abs(x);
    Value inner =
        arcTangentOfRatio(b.op(F_MIN, magnitude, f(1)), b.op(F_MAX, magnitude, f(1)));
    Value outer = sub(f(HALF_PI), inner);
    return signOf(choose(b.op(F_LT, f(1), magnitude), outer, inner), x);
  }

  /** 3 ULP; 0 or π at the origin. */
  private Value arcTangent2(Value y, Value x) {
    Value height = abs(y);
    Value width = abs(x);
    Value large = b.op(F_MAX, b.op(F_MAX, height, width), f(Float.MIN_NORMAL));
    Value inner = arcTangentOfRatio(b.op(F_MIN, height, width), large);
    Value steep = b.op(F_LT, width, height);
    Value quadrant = choose(steep, sub(f(HALF_PI), inner), inner);
    Value left = b.op(LT_S, bits(x), i(0));
    return signOf(choose(left, sub(f(PI), quadrant), quadrant), y);
  }

  /**
   * asin of t, or of √((1−|x|)/2) when |x| > 1/2, where the polynomial would not do.
   *
   * @param far whether |x| > 1/2
   * @param value the arc sine, positive
   */
  private record Arc(Value far, Value value) {}

  private Arc arc(Value x) {
    Value magnitude = abs(x);
    Value far = b.op(F_LT, f(0.5f), magnitude);
    Value halved = fma(magnitude, f(-0.5f), f(0.5f));
    Value square = choose(far, halved, mul(magnitude, magnitude));
    Value t = choose(far, b.op(F_SQRT, halved), magnitude);
    return new Arc(far, odd(ASIN, t, square));
  }

  /** 3 ULP. */
  private Value arcSine(Value x) {
    Arc arc = arc(x);
    Value outer = fma(arc.value, f(-2), f(HALF_PI));
    return signOf(choose(arc.far, outer, arc.value), x);
  }

  /** 3 ULP. */
  private Value arcCosine(Value x) {
    Arc arc = arc(x);
    Value near = sub(f(HALF_PI), signOf(arc.value, x));
    Value twice = add(arc.value, arc.value);
    Value left = b.op(LT_S, bits(x), i(0));
    return choose(arc.far, choose(left, sub(f(PI), twice), twice), near);
  }

  // Hyperbolic functions.

  /** e^|x|/2, which overflows only where the results do. */
  private Value halfExp(Value magnitude) {
    return number(exp(magnitude, 0x1.65a9fap6f, 1));
  }

  /** 3 ULP near 0; the error of e^x elsewhere. */
  private Value sinh(Value x) {
    Value magnitude = abs(x);
    Value half = halfExp(magnitude);
    Value outer = sub(half, b.op(F_DIV, f(0.25f), half));
    Value inner = odd(SINH, magnitude, mul(magnitude, magnitude));
    return signOf(choose(b.op(F_LT, magnitude, f(1)), inner, outer), x);
  }

  private Value cosh(Value x) {
    Value half = halfExp(abs(x));
    return add(half, b.op(F_DIV, f(0.25f), half));
  }

  private Value tanh(Value x) {
    Value magnitude = abs(x);
    Value power = number(exp(add(magnitude, magnitude), EXP_OVERFLOW, 0));
    Value outer = sub(f(1), b.op(F_DIV, f(2), add(power, f(1))));
    Value inner = odd(TANH, magnitude, mul(magnitude, magnitude));
    return signOf(choose(b.op(F_LT, magnitude, f(0.625f)), inner, outer), x);
  }

  /** ln(1 + a + a²/(1+√(1+a²))). */
  private Value areaSinh(Value x) {
    Value magnitude = abs(x);
    Value square = mul(magnitude, magnitude);
    Value root = b.op(F_SQRT, add(square, f(1)));
    Value u = add(magnitude, b.op(F_DIV, square, add(root, f(1))));
    return signOf(log1p(u), x);
  }

  /** ln(1 + t + √(t(t+2))) with t = x − 1. */
  private Value areaCosh(Value x) {
    Value t = sub(x, f(1));
    return log1p(add(t, b.op(F_SQRT, mul(t, add(x, f(1))))));
  }

  /** ln(1 + 2a/(1−a)) / 2. */
  private Value areaTanh(Value x) {
    Value magnitude = abs(x);
    Value u = b.op(F_DIV, add(magnitude, magnitude), sub(f(1), magnitude));
    return signOf(mul(log1p(u), f(0.5f)), x);
  }
}
