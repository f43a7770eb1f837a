package dev.zhulong.simulator.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Float arithmetic against exact rational arithmetic, rounded here by the definition of IEEE 754.
 */
class FloatUnitTest {
  private static final int ROUNDS = 60_000;
  private static final int[] SPECIAL = {
    0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001,
    0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x00800001, 0x7f7fffff, 0xff7fffff, 0x3f7fffff,
    0x3f800001, 0x4b000000, 0x4f000000, 0xcf000000, 0x4f800000, 0x4effffff, 0x3f000000, 0x3effffff,
    0x1f800000, 0x20000000, 0x5f7fffff, 0x33800000, 0x33000000
  };

  private final Random random = new Random(7);
  private final FloatUnit unit = new FloatUnit();

  private int operand() {
    return switch (random.nextInt(4)) {
      case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
      case 1 -> random.nextInt() & 0x807fffff | 110 + random.nextInt(36) << 23;
      case 2 -> random.nextInt() & 0x80ffffff;
      default -> random.nextInt();
    };
  }

  private static boolean finite(int... bits) {
    for (int b : bits) {
      if ((b & 0x7f800000) == 0x7f800000) {
        return false;
      }
    }
    return true;
  }

  private static BigDecimal exact(int bits) {
    return new BigDecimal(Float.intBitsToFloat(bits));
  }

  /** A result and its flags, as 64 bits. */
  private static long pack(int bits, int flags) {
    return (long) flags << 32 | bits & 0xffffffffL;
  }

  private static String text(long packed) {
    return String.format("%08x flags %x", (int) packed, packed >>> 32);
  }

  private void check(String what, int rm, long expected, int result, int... operands) {
    long actual = pack(result, unit.flags);
    if (expected != actual) {
      StringBuilder message = new StringBuilder(what + " rm " + rm);
      for (int operand : operands) {
        message.append(String.format(" %08x", operand));
      }
      assertEquals(text(expected), text(actual), message.toString());
    }
  }

  /**
   * Rounds numerator / denominator (positive) times a square root, if asked for, to a float.
   *
   * @param negative sign of the value
   * @param zero sign bit of an exact zero
   */
  private static long round(
      boolean negative, BigInteger numerator, BigInteger denominator, boolean root, int rm) {
    // The value as a fraction with 2^-170 resolution and a sticky bit below.
    int scale = 340;
    BigInteger[] parts = numerator.shiftLeft(scale).divideAndRemainder(denominator);
    BigInteger value = parts[0];
    boolean sticky = parts[1].signum() != 0;
    if (root) {
      BigInteger[] roots = value.sqrtAndRemainder();
      value = roots[0];
      sticky |= roots[1].signum() != 0;
      scale /= 2;
    }
    value = value.shiftLeft(1).add(sticky ? BigInteger.ONE : BigInteger.ZERO);
    scale++;
    // value * 2^-scale; precision 24 bits with any exponent, then at the bottom of the range.
    int flags = 0;
    int exponent = value.bitLength() - 1 - scale;
    BigInteger unbounded = roundTo(value, scale + exponent - 23, negative, rm);
    boolean carried = unbounded.bitLength() > 24;
    int unboundedExponent = carried ? exponent + 1 : exponent;
    int unit = Math.max(exponent, -126) - 23;
    BigInteger mantissa = roundTo(value, scale + unit, negative, rm);
    boolean inexact =
        !mantissa
            .shiftLeft(Math.max(0, scale + unit))
            .equals(scale + unit >= 0 ? value : value.shiftLeft(-(scale + unit)));
    if (inexact) {
      flags |= FloatUnit.NX;
      if (unboundedExponent < -126) {
        flags |= FloatUnit.UF;
      }
    }
    int sign = negative ? 0x80000000 : 0;
    if (unboundedExponent > 127) {
      flags |= FloatUnit.OF | FloatUnit.NX;
      boolean toInfinity =
          rm == FloatUnit.RNE
              || rm == FloatUnit.RMM
              || rm == FloatUnit.RDN && negative
              || rm == FloatUnit.RUP && !negative;
      return pack(sign | (toInfinity ? 0x7f800000 : 0x7f7fffff), flags);
    }
    float magnitude = Math.scalb(mantissa.floatValue(), unit);
    return pack(sign | Float.floatToRawIntBits(magnitude), flags);
  }

  /** value / 2^drop, rounded to an integer. */
  private static BigInteger roundTo(BigInteger value, int drop, boolean negative, int rm) {
    if (drop <= 0) {
      return value.shiftLeft(-drop);
    }
    BigInteger kept = value.shiftRight(drop);
    BigInteger rest = value.subtract(kept.shiftLeft(drop));
    int half = rest.compareTo(BigInteger.ONE.shiftLeft(drop - 1));
    boolean up =
        switch (rm) {
          case FloatUnit.RNE -> half > 0 || half == 0 && kept.testBit(0);
          case FloatUnit.RTZ -> false;
          case FloatUnit.RDN -> negative && rest.signum() != 0;
          case FloatUnit.RUP -> !negative && rest.signum() != 0;
          default -> half >= 0;
        };
    return up ? kept.add(BigInteger.ONE) : kept;
  }

  private static long round(BigDecimal value, int rm) {
    BigDecimal magnitude = value.abs();
    int places = Math.max(0, magnitude.scale());
    return round(
        value.signum() < 0,
        magnitude.movePointRight(places).toBigIntegerExact(),
        BigInteger.TEN.pow(places),
        false,
        rm);
  }

  private int start() {
    // With NX already raised the unit may take a shorter way; both must agree.
    unit.flags = random.nextBoolean() ? FloatUnit.NX : 0;
    return unit.flags;
  }

  private static long with(long packed, int flags) {
    return packed | (long) flags << 32;
  }

  @Test
  void sumsAndFusedProductsAreExactlyRounded() {
    for (int i = 0; i < ROUNDS; i++) {
      int a = operand();
      int b = operand();
      int c =
          random.nextInt(4) == 0
              ? Float.floatToRawIntBits(-Float.intBitsToFloat(a) * Float.intBitsToFloat(b))
              : operand();
      int rm = i % 5;
      if (!finite(a, b, c)) {
        continue;
      }
      BigDecimal sum = exact(a).add(exact(b));
      if (sum.signum() != 0) {
        int before = start();
        check("add", rm, with(round(sum, rm), before), unit.add(a, b, rm), a, b);
      }
      BigDecimal difference = exact(a).subtract(exact(b));
      if (difference.signum() != 0) {
        int before = start();
        check("sub", rm, with(round(difference, rm), before), unit.sub(a, b, rm), a, b);
      }
      BigDecimal fused = exact(a).multiply(exact(b)).add(exact(c));
      if (fused.signum() != 0) {
        int before = start();
        check("fma", rm, with(round(fused, rm), before), unit.fma(a, b, c, rm), a, b, c);
      }
    }
  }

  @Test
  void productsQuotientsAndRootsAreExactlyRounded() {
    for (int i = 0; i < ROUNDS; i++) {
      int a = operand();
      int b = operand();
      int rm = i % 5;
      if (!finite(a, b) || a << 1 == 0 || b << 1 == 0) {
        continue;
      }
      int before = start();
      check(
          "mul",
          rm,
          with(round(exact(a).multiply(exact(b)), rm), before),
          unit.mul(a, b, rm),
          a,
          b);
      before = start();
      // Powers of two make both whole numbers.
      BigInteger n = exact(a).abs().multiply(new BigDecimal(2).pow(149)).toBigIntegerExact();
      BigInteger d = exact(b).abs().multiply(new BigDecimal(2).pow(149)).toBigIntegerExact();
      check("div", rm, with(round((a ^ b) < 0, n, d, false, rm), before), unit.div(a, b, rm), a, b);
      int square = a & 0x7fffffff;
      before = start();
      long root = round(false, n, BigInteger.ONE.shiftLeft(149), true, rm);
      check("sqrt", rm, with(root, before), unit.sqrt(square, rm), square);
    }
  }

  @Test
  void exactZerosHaveTheSignOfTheRoundingMode() {
    for (int rm = 0; rm < 5; rm++) {
      int zero = rm == FloatUnit.RDN ? 0x80000000 : 0;
      unit.flags = 0;
      check("add", rm, pack(zero, 0), unit.add(0x3f800000, 0xbf800000, rm));
      check("sub", rm, pack(zero, 0), unit.sub(0x00000001, 0x00000001, rm));
      check("add", rm, pack(zero, 0), unit.add(0, 0x80000000, rm));
      check("add", rm, pack(0x80000000, 0), unit.add(0x80000000, 0x80000000, rm));
      check("fma", rm, pack(zero, 0), unit.fma(0x40000000, 0x40000000, 0xc0800000, rm));
      check("fma", rm, pack(0x80000000, 0), unit.fma(0x80000000, 0x40000000, 0x80000000, rm));
      check("mul", rm, pack(0x80000000, 0), unit.mul(0x80000000, 0x40000000, rm));
      check("sqrt", rm, pack(0x80000000, 0), unit.sqrt(0x80000000, rm));
    }
  }

  private void special(int flags, int bits, java.util.function.IntSupplier operation) {
    unit.flags = 0;
    int result = operation.getAsInt();
    assertEquals(text(pack(bits, flags)), text(pack(result, unit.flags)));
  }

  @Test
  void invalidOperationsAndDivisionByZero() {
    int nan = FloatUnit.CANONICAL_NAN;
    int infinity = 0x7f800000;
    int one = 0x3f800000;
    int quiet = 0xffc12345;
    int signalling = 0x7f800001;
    special(FloatUnit.NV, nan, () -> unit.add(infinity, 0xff800000, 0));
    special(FloatUnit.NV, nan, () -> unit.sub(infinity, infinity, 0));
    special(FloatUnit.NV, nan, () -> unit.mul(infinity, 0x80000000, 0));
    special(FloatUnit.NV, nan, () -> unit.div(0, 0, 0));
    special(FloatUnit.NV, nan, () -> unit.div(infinity, infinity, 0));
    special(FloatUnit.DZ, 0xff800000, () -> unit.div(0xbf800000, 0, 0));
    special(0, infinity, () -> unit.div(infinity, 0, 0));
    special(0, 0, () -> unit.div(one, infinity, 0));
    special(FloatUnit.NV, nan, () -> unit.sqrt(0xbf800000, 0));
    special(0, infinity, () -> unit.sqrt(infinity, 0));
    special(FloatUnit.NV, nan, () -> unit.fma(infinity, 0, quiet, 0));
    special(FloatUnit.NV, nan, () -> unit.fma(infinity, one, 0xff800000, 0));
    special(0, infinity, () -> unit.fma(infinity, one, one, 0));
    special(0, nan, () -> unit.add(quiet, one, 0));
    special(0, nan, () -> unit.fma(one, one, quiet, 0));
    special(FloatUnit.NV, nan, () -> unit.add(signalling, quiet, 0));
    special(FloatUnit.NV, nan, () -> unit.sub(one, signalling, 0));
    special(FloatUnit.NV, nan, () -> unit.sqrt(signalling, 0));
    special(FloatUnit.NV, nan, () -> unit.div(signalling, one, 0));
  }

  @Test
  void minimaMaximaAndComparisons() {
    int quiet = 0x7fc00001;
    int signalling = 0x7fa00000;
    special(0, 0x80000000, () -> unit.min(0, 0x80000000));
    special(0, 0, () -> unit.max(0x80000000, 0));
    special(0, 0x3f800000, () -> unit.min(quiet, 0x3f800000));
    special(FloatUnit.NV, 0x3f800000, () -> unit.max(0x3f800000, signalling));
    special(0, FloatUnit.CANONICAL_NAN, () -> unit.max(quiet, quiet));
    special(0, 1, () -> unit.equal(0, 0x80000000));
    special(0, 0, () -> unit.equal(quiet, quiet));
    special(FloatUnit.NV, 0, () -> unit.equal(signalling, 0));
    special(FloatUnit.NV, 0, () -> unit.less(quiet, 0));
    special(0, 1, () -> unit.lessOrEqual(0x80000000, 0));
    special(0, 0, () -> unit.less(0x80000000, 0));
  }

  @Test
  void classes() {
    int[] samples = {
      0xff800000,
      0xbf800000,
      0x80000001,
      0x80000000,
      0,
      1,
      0x3f800000,
      0x7f800000,
      0x7f800001,
      0x7fc00000
    };
    for (int i = 0; i < samples.length; i++) {
      assertEquals(1 << i, FloatUnit.classify(samples[i]));
    }
  }

  @Test
  void conversions() {
    for (int i = 0; i < ROUNDS; i++) {
      int rm = i % 5;
      int word = random.nextInt() >> random.nextInt(32);
      if (word != 0) {
        int before = start();
        check(
            "cvt.s.w",
            rm,
            with(round(new BigDecimal(word), rm), before),
            unit.fromSigned(word, rm),
            word);
        before = start();
        check(
            "cvt.s.wu",
            rm,
            with(round(new BigDecimal(Integer.toUnsignedLong(word)), rm), before),
            unit.fromUnsigned(word, rm),
            word);
      }
      int a = operand();
      if (finite(a)) {
        toInteger(a, rm, Integer.MIN_VALUE, Integer.MAX_VALUE);
        toInteger(a, rm, 0, 0xffffffffL);
      }
    }
    special(FloatUnit.NV, Integer.MAX_VALUE, () -> unit.toSigned(0xffc00000, 0));
    special(FloatUnit.NV, -1, () -> unit.toUnsigned(0xffc00000, 0));
    special(FloatUnit.NV, Integer.MIN_VALUE, () -> unit.toSigned(0xff800000, 0));
    special(FloatUnit.NV, 0, () -> unit.toUnsigned(0xff800000, 0));
  }

  private void toInteger(int a, int rm, long least, long most) {
    BigInteger scaled = exact(a).abs().multiply(new BigDecimal(2).pow(149)).toBigIntegerExact();
    BigInteger magnitude = roundTo(scaled, 149, a < 0, rm);
    BigInteger value = a < 0 ? magnitude.negate() : magnitude;
    int flags = magnitude.shiftLeft(149).equals(scaled) ? 0 : FloatUnit.NX;
    if (value.compareTo(BigInteger.valueOf(least)) < 0) {
      value = BigInteger.valueOf(least);
      flags = FloatUnit.NV;
    } else if (value.compareTo(BigInteger.valueOf(most)) > 0) {
      value = BigInteger.valueOf(most);
      flags = FloatUnit.NV;
    }
    unit.flags = 0;
    int result = least == 0 ? unit.toUnsigned(a, rm) : unit.toSigned(a, rm);
    check("to integer from " + least, rm, pack(value.intValue(), flags), result, a);
  }
}
