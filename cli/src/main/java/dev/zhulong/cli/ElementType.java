package dev.zhulong.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The scalar types of buffers' elements on the command line. */
enum ElementType {
  F32("<f4"),
  I32("<i4"),
  U32("<u4"),
  F16("<f2"),
  I8("|i1"),
  U8("|u1"),
  I16("<i2"),
  U16("<u2"),
  I64("<i8"),
  U64("<u8");

  /** All names, for messages. */
  static final String NAMES =
      Arrays.stream(values()).map(ElementType::label).collect(Collectors.joining(", "));

  private final String numpy;

  ElementType(String numpy) {
    this.numpy = numpy;
  }

  static ElementType of(String name) {
    for (ElementType type : values()) {
      if (type.label().equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown type \"" + name + "\"; known: " + NAMES);
  }

  /** As on the command line and in kernel images. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** NumPy's name of it. */
  String numpy() {
    return numpy;
  }

  /** Bytes of an element. */
  int bytes() {
    return numpy.charAt(2) - '0';
  }

  /** Whether it is a float. */
  boolean isFloat() {
    return this == F32 || this == F16;
  }

  /** The bits of a number in text. */
  long parse(String text) {
    try {
      return switch (this) {
        case F32 -> Float.floatToRawIntBits(Float.parseFloat(text));
        case F16 -> Float.floatToFloat16(Float.parseFloat(text));
        default -> integer(text);
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a number of type " + label(), e);
    }
  }

  private long integer(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative ? text.substring(1) : text;
    boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
    BigInteger magnitude =
        hexadecimal ? new BigInteger(digits.substring(2), 16) : new BigInteger(digits);
    BigInteger value = negative ? magnitude.negate() : magnitude;
    boolean signed = label().charAt(0) == 'i';
    int most = 8 * bytes() - (signed ? 1 : 0);
    if (value.bitLength() > most || !signed && value.signum() < 0) {
      throw new NumberFormatException();
    }
    return value.longValue();
  }

  /** The bits of the element at a byte offset. */
  long get(ByteBuffer from, int offset) {
    return switch (bytes()) {
      case 1 -> from.get(offset);
      case 2 -> from.getShort(offset);
      case 4 -> from.getInt(offset);
      default -> from.getLong(offset);
    };
  }

  /** Appends the element with some bits. */
  void put(ByteBuffer to, long bits) {
    switch (bytes()) {
      case 1 -> to.put((byte) bits);
      case 2 -> to.putShort((short) bits);
      case 4 -> to.putInt((int) bits);
      default -> to.putLong(bits);
    }
  }

  /** The float of an element's bits. */
  float toFloat(long bits) {
    return this == F16 ? Float.float16ToFloat((short) bits) : Float.intBitsToFloat((int) bits);
  }

  /** The bits of the element nearest to a float. */
  long fromFloat(float value) {
    return this == F16 ? Float.floatToFloat16(value) : Float.floatToRawIntBits(value);
  }

  /** The text of an element's bits. */
  String format(long bits) {
    return switch (this) {
      case F32, F16 -> Float.toString(toFloat(bits));
      case I8, I16, I32, I64 -> Long.toString(bits);
      case U8 -> Long.toString(bits & 0xff);
      case U16 -> Long.toString(bits & 0xffff);
      case U32 -> Long.toString(bits & 0xffffffffL);
      case U64 -> Long.toUnsignedString(bits);
    };
  }

  /** All digits of an element; JSON has no number for infinities and NaN, so those are strings. */
  Object json(long bits) {
    if (isFloat() && !Float.isFinite(toFloat(bits))) {
      return format(bits);
    }
    return new BigDecimal(format(bits));
  }
}
