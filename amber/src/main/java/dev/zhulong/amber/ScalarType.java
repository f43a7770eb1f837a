package dev.zhulong.amber;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/** A number as it lies in a buffer, little-endian. */
enum ScalarType {
  INT8(1, Kind.SIGNED),
  INT16(2, Kind.SIGNED),
  INT32(4, Kind.SIGNED),
  INT64(8, Kind.SIGNED),
  UINT8(1, Kind.UNSIGNED),
  UINT16(2, Kind.UNSIGNED),
  UINT32(4, Kind.UNSIGNED),
  UINT64(8, Kind.UNSIGNED),
  FLOAT16(2, Kind.FLOAT),
  FLOAT(4, Kind.FLOAT),
  DOUBLE(8, Kind.FLOAT);

  /** How the bits are read. */
  enum Kind {
    SIGNED,
    UNSIGNED,
    FLOAT
  }

  private final int bytes;
  private final Kind kind;

  ScalarType(int bytes, Kind kind) {
    this.bytes = bytes;
    this.kind = kind;
  }

  /** The type of so many bits, or null if there is none. */
  static ScalarType of(Kind kind, int bits) {
    for (ScalarType type : values()) {
      if (type.kind == kind && type.bytes * 8 == bits) {
        return type;
      }
    }
    return null;
  }

  int bytes() {
    return bytes;
  }

  boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The bits of a number as scripts write them: decimal, or hexadecimal after {@code 0x}.
   *
   * @throws IllegalArgumentException if it is no number or does not fit
   */
  long parse(String text) {
    if (kind == Kind.FLOAT) {
      return ofDouble(parseDouble(text));
    }
    BigInteger value;
    try {
      value = isHex(text) ? parseHex(text) : new BigDecimal(text).toBigIntegerExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a whole number", e);
    }
    int bits = bytes * 8;
    if (value.bitLength() > bits || (value.signum() < 0 && value.bitLength() >= bits)) {
      throw new IllegalArgumentException(text + " does not fit " + text());
    }
    return truncate(value.longValue());
  }

  /**
   * The bits of a number that a buffer is filled with: as {@link #parse}, but of an integer that
   * does not fit the lowest bits.
   *
   * @throws IllegalArgumentException if it is no number or has more than 64 bits
   */
  long wrap(String text) {
    return kind == Kind.FLOAT ? parse(text) : truncate(of(Kind.SIGNED, 64).parse(text));
  }

  private static boolean isHex(String text) {
    return text.startsWith("0x") || text.startsWith("-0x");
  }

  private static BigInteger parseHex(String text) {
    boolean negative = text.startsWith("-");
    BigInteger value = new BigInteger(text.substring(negative ? 3 : 2), 16);
    return negative ? value.negate() : value;
  }

  /**
   * Any number of a script as a double.
   *
   * @throws IllegalArgumentException if it is no number
   */
  static double parseDouble(String text) {
    try {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "nan", "-nan" -> Double.NaN;
        case "inf", "+inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> isHex(text) ? parseHex(text).doubleValue() : new BigDecimal(text).doubleValue();
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a number", e);
    }
  }

  /** The bits of the nearest number of a floating-point type. */
  long ofDouble(double value) {
    return switch (this) {
      case FLOAT16 -> Float.floatToFloat16((float) value) & 0xffff;
      case FLOAT -> Float.floatToRawIntBits((float) value) & 0xffff_ffffL;
      case DOUBLE -> Double.doubleToRawLongBits(value);
      default -> throw new IllegalArgumentException(text() + " is no floating-point type");
    };
  }

  /** The lowest bits that belong to the type. */
  long truncate(long bits) {
    return bytes == 8 ? bits : bits & ((1L << (bytes * 8)) - 1);
  }

  /** The number of these bits; of 64-bit integers the nearest double. */
  double toDouble(long bits) {
    return switch (this) {
      case FLOAT16 -> Float.float16ToFloat((short) bits);
      case FLOAT -> Float.intBitsToFloat((int) bits);
      case DOUBLE -> Double.longBitsToDouble(bits);
      default -> integer(bits).doubleValue();
    };
  }

  private BigInteger integer(long bits) {
    long extended = bits << (64 - bytes * 8) >> (64 - bytes * 8);
    if (kind == Kind.SIGNED) {
      return BigInteger.valueOf(extended);
    }
    return new BigInteger(Long.toUnsignedString(truncate(bits)));
  }

  /** Whether the first is less than, equal to or greater than the second; null if neither. */
  Integer compare(long first, long second) {
    if (kind != Kind.FLOAT) {
      return integer(first).compareTo(integer(second));
    }
    double a = toDouble(first);
    double b = toDouble(second);
    return a < b
        ? Integer.valueOf(-1)
        : a > b ? Integer.valueOf(1) : a == b ? Integer.valueOf(0) : null;
  }

  /** The number as text. */
  String show(long bits) {
    return switch (this) {
      case FLOAT16, FLOAT -> Float.toString((float) toDouble(bits));
      case DOUBLE -> Double.toString(toDouble(bits));
      default -> integer(bits).toString();
    };
  }

  /** Writes the bits. */
  void put(byte[] target, int offset, long bits) {
    for (int n = 0; n < bytes; n++) {
      target[offset + n] = (byte) (bits >> (8 * n));
    }
  }

  /** Reads the bits. */
  long get(byte[] source, int offset) {
    long bits = 0;
    for (int n = 0; n < bytes; n++) {
      bits |= (source[offset + n] & 0xffL) << (8 * n);
    }
    return bits;
  }
}
