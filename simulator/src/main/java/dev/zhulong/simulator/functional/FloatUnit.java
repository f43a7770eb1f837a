package dev.zhulong.simulator.functional;

/**
 * Single-precision arithmetic with rounding modes and exception flags, on the bits of floats.
 * Sources: IEEE 754-2008; RISC-V unprivileged specification, "F" extension (tininess is detected
 * after rounding, results that are NaN are the canonical one).
 *
 * <p>Directed rounding goes through doubles: the exact result of one operation, or it rounded to
 * odd at 53 bits, rounds once more to 24 bits without an error of double rounding.
 */
final class FloatUnit {
  static final int NX = 1;
  static final int UF = 2;
  static final int OF = 4;
  static final int DZ = 8;
  static final int NV = 16;

  static final int RNE = 0;
  static final int RTZ = 1;
  static final int RDN = 2;
  static final int RUP = 3;
  static final int RMM = 4;

  static final int CANONICAL_NAN = 0x7fc0_0000;

  private static final double SCALE = 0x1p64;
  private static final double MIN_NORMAL = 0x1p-126;
  private static final double TWO_128 = 0x1p128;

  /** Flags raised since they were last cleared. */
  int flags;

  private static float value(int bits) {
    return Float.intBitsToFloat(bits);
  }

  private static boolean isNan(int bits) {
    return (bits & 0x7fff_ffff) > 0x7f80_0000;
  }

  static boolean isSignalling(int bits) {
    return isNan(bits) && (bits & 0x40_0000) == 0;
  }

  /**
   * Whether a result that was rounded to nearest can have raised nothing but inexactness: a normal
   * number well inside the range. Together with NX already raised this skips all flag work.
   */
  private boolean plain(int bits) {
    int exponent = bits >>> 23 & 0xff;
    return (flags & NX) != 0 && exponent - 2 >>> 31 == 0 && exponent < 254;
  }

  int add(int a, int b, int rm) {
    if (rm == RNE) {
      int fast = Float.floatToRawIntBits(value(a) + value(b));
      if (plain(fast)) {
        return fast;
      }
    }
    if (special(a) || special(b)) {
      if ((a & 0x7fff_ffff) == 0x7f80_0000 && (b ^ a) == 0x8000_0000) {
        return invalid();
      }
      return nanOr(a, b, value(a) + value(b));
    }
    return sum(value(a), value(b), rm);
  }

  int sub(int a, int b, int rm) {
    if (isNan(b)) {
      return nanOr(a, b, Float.NaN);
    }
    return add(a, b ^ 0x8000_0000, rm);
  }

  int mul(int a, int b, int rm) {
    if (rm == RNE) {
      int fast = Float.floatToRawIntBits(value(a) * value(b));
      if (plain(fast)) {
        return fast;
      }
    }
    if (special(a) || special(b)) {
      boolean nan = isNan(a) || isNan(b);
      if (!nan && (a << 1 == 0 || b << 1 == 0)) {
        return invalid();
      }
      return nanOr(a, b, value(a) * value(b));
    }
    return round((double) value(a) * value(b), rm);
  }

  /** a * b + c. */
  int fma(int a, int b, int c, int rm) {
    if (rm == RNE) {
      int fast = Float.floatToRawIntBits(Math.fma(value(a), value(b), value(c)));
      if (plain(fast)) {
        return fast;
      }
    }
    if (special(a) || special(b) || special(c)) {
      if (isSignalling(a) || isSignalling(b) || isSignalling(c)) {
        return invalid();
      }
      boolean productNan = isNan(a) || isNan(b);
      if (!productNan && special(a) && b << 1 == 0 || !productNan && special(b) && a << 1 == 0) {
        // Infinity times zero is invalid even beside a quiet NaN.
        return invalid();
      }
      if (productNan || isNan(c)) {
        return CANONICAL_NAN;
      }
      if (special(a) || special(b)) {
        int product = 0x7f80_0000 | (a ^ b) & 0x8000_0000;
        return special(c) && product != c ? invalid() : product;
      }
      return c;
    }
    return sum((double) value(a) * value(b), value(c), rm);
  }

  /** Sum of two doubles that floats or products of floats fit exactly, rounded once. */
  private int sum(double x, double y, int rm) {
    double s = x + y;
    if (s == 0) {
      boolean negative = x == 0 && y == 0 && 1 / x == 1 / y ? 1 / x < 0 : rm == RDN;
      return negative ? 0x8000_0000 : 0;
    }
    double virtual = s - x;
    double error = (x - (s - virtual)) + (y - virtual);
    return round(odd(s, error), rm);
  }

  /** The value s + error, |error| at most half a last place of s, rounded to odd. */
  private static double odd(double s, double error) {
    if (error == 0) {
      return s;
    }
    long bits = Double.doubleToRawLongBits(s);
    if ((bits & 1) == 1) {
      return s;
    }
    // Away from zero is the next pattern up; toward zero the next one down.
    return Double.longBitsToDouble((error > 0) == (s > 0) ? bits + 1 : bits - 1);
  }

  int div(int a, int b, int rm) {
    if (special(a) || special(b)) {
      boolean nan = isNan(a) || isNan(b);
      if (!nan && special(a) && special(b)) {
        return invalid();
      }
      return nanOr(a, b, value(a) / value(b));
    }
    if (b << 1 == 0) {
      if (a << 1 == 0) {
        return invalid();
      }
      flags |= DZ;
      return 0x7f80_0000 | (a ^ b) & 0x8000_0000;
    }
    if (a << 1 == 0) {
      return (a ^ b) & 0x8000_0000;
    }
    double x = value(a);
    double y = value(b);
    double q = x / y;
    double remainder = Math.fma(-q, y, x);
    return round(odd(q, y > 0 ? remainder : -remainder), rm);
  }

  int sqrt(int a, int rm) {
    if (isNan(a)) {
      return nanOr(a, a, Float.NaN);
    }
    if (a << 1 == 0) {
      return a;
    }
    if (a < 0) {
      return invalid();
    }
    if (a == 0x7f80_0000) {
      return a;
    }
    double x = value(a);
    double root = Math.sqrt(x);
    return round(odd(root, Math.fma(-root, root, x)), rm);
  }

  private static boolean special(int bits) {
    return (bits & 0x7f80_0000) == 0x7f80_0000;
  }

  private int invalid() {
    flags |= NV;
    return CANONICAL_NAN;
  }

  private int nanOr(int a, int b, float result) {
    if (isSignalling(a) || isSignalling(b)) {
      flags |= NV;
    }
    return Float.isNaN(result) ? CANONICAL_NAN : Float.floatToRawIntBits(result);
  }

  /** Rounds a finite double to a float and raises what that raises. */
  int round(double exact, int rm) {
    float f = direct(exact, rm);
    if (f != exact) {
      flags |= NX;
      if (Math.abs(exact) < MIN_NORMAL
          && Math.abs(direct(exact * SCALE, rm)) < MIN_NORMAL * SCALE) {
        flags |= UF;
      }
      if (Float.isInfinite(f) || Math.abs(exact) >= TWO_128) {
        flags |= OF;
      }
    }
    return Float.floatToRawIntBits(f);
  }

  private static float direct(double exact, int rm) {
    float f = (float) exact;
    if (f == exact) {
      return f;
    }
    boolean above = f > exact;
    return switch (rm) {
      case RTZ -> above == exact > 0 ? (exact > 0 ? Math.nextDown(f) : Math.nextUp(f)) : f;
      case RDN -> above ? Math.nextDown(f) : f;
      case RUP -> above ? f : Math.nextUp(f);
      case RMM -> {
        float other = above ? Math.nextDown(f) : Math.nextUp(f);
        boolean tie = exact - f == other - exact;
        yield tie && Math.abs(other) > Math.abs(f) ? other : f;
      }
      default -> f;
    };
  }

  int min(int a, int b) {
    return extreme(a, b, true);
  }

  int max(int a, int b) {
    return extreme(a, b, false);
  }

  private int extreme(int a, int b, boolean least) {
    if (isSignalling(a) || isSignalling(b)) {
      flags |= NV;
    }
    if (isNan(a)) {
      return isNan(b) ? CANONICAL_NAN : b;
    }
    if (isNan(b)) {
      return a;
    }
    float result = least ? Math.min(value(a), value(b)) : Math.max(value(a), value(b));
    return Float.floatToRawIntBits(result);
  }

  int equal(int a, int b) {
    if (isSignalling(a) || isSignalling(b)) {
      flags |= NV;
    }
    return value(a) == value(b) ? 1 : 0;
  }

  int less(int a, int b) {
    if (isNan(a) || isNan(b)) {
      flags |= NV;
    }
    return value(a) < value(b) ? 1 : 0;
  }

  int lessOrEqual(int a, int b) {
    if (isNan(a) || isNan(b)) {
      flags |= NV;
    }
    return value(a) <= value(b) ? 1 : 0;
  }

  static int classify(int a) {
    boolean negative = a < 0;
    int magnitude = a & 0x7fff_ffff;
    if (magnitude > 0x7f80_0000) {
      return isSignalling(a) ? 1 << 8 : 1 << 9;
    }
    int kind = magnitude == 0x7f80_0000 ? 0 : magnitude >= 0x0080_0000 ? 1 : magnitude != 0 ? 2 : 3;
    return negative ? 1 << kind : 1 << (7 - kind);
  }

  int toSigned(int a, int rm) {
    if (isNan(a)) {
      flags |= NV;
      return Integer.MAX_VALUE;
    }
    double rounded = integral(value(a), rm);
    if (rounded > Integer.MAX_VALUE || rounded < Integer.MIN_VALUE) {
      flags |= NV;
    } else if (rounded != value(a)) {
      flags |= NX;
    }
    return (int) rounded;
  }

  int toUnsigned(int a, int rm) {
    if (isNan(a)) {
      flags |= NV;
      return -1;
    }
    double rounded = integral(value(a), rm);
    if (rounded > 4294967295.0 || rounded < 0) {
      flags |= NV;
      return rounded < 0 ? 0 : -1;
    }
    if (rounded != value(a)) {
      flags |= NX;
    }
    return (int) (long) rounded;
  }

  private static double integral(double x, int rm) {
    return switch (rm) {
      case RTZ -> x < 0 ? Math.ceil(x) : Math.floor(x);
      case RDN -> Math.floor(x);
      case RUP -> Math.ceil(x);
      case RMM -> x < 0 ? Math.ceil(x - 0.5) : Math.floor(x + 0.5);
      default -> Math.rint(x);
    };
  }

  int fromSigned(int a, int rm) {
    return round(a, rm);
  }

  int fromUnsigned(int a, int rm) {
    return round(a & 0xffff_ffffL, rm);
  }
}
