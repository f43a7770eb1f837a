package dev.zhulong.compiler.frontend.spirvtext;

import dev.zhulong.compiler.ir.Rejection;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Number literals to words of a module. */
final class Numbers {
  private static final Pattern INTEGER = Pattern.compile("([-+]?)(0[xX])?([0-9a-fA-F]+)");
  private static final Pattern HEX_FLOAT =
      Pattern.compile("(-?)0[xX]1(?:\\.([0-9a-fA-F]+))?[pP]\\+?(\\d{1,5})");

  private Numbers() {}

  /**
   * A number of a type.
   *
   * @param type what the number has to be
   */
  static int[] words(Token token, NumberType type) {
    long bits = type.floating() ? floating(token, type.width()) : integer(token, type);
    return type.width() == 64
        ? new int[] {(int) bits, (int) (bits >>> 32)}
        : new int[] {(int) bits};
  }

  /** A word: an integer from −2^31 to 2^32 − 1. */
  static int word(Token token) {
    return (int) integer(token, new NumberType(32, true, false));
  }

  private static long integer(Token token, NumberType type) {
    Matcher matcher = INTEGER.matcher(token.text());
    BigInteger value;
    try {
      if (token.quoted() || !matcher.matches()) {
        throw new NumberFormatException();
      }
      value =
          new BigInteger(matcher.group(1) + matcher.group(3), matcher.group(2) == null ? 10 : 16);
    } catch (NumberFormatException e) {
      throw new Rejection(token.location(), "expected an integer, found '" + token.text() + "'");
    }
    boolean negative = value.signum() < 0;
    if (negative ? value.bitLength() >= type.width() : value.bitLength() > type.width()) {
      throw new Rejection(
          token.location(), token.text() + " does not fit into " + type.width() + " bits");
    }
    if (negative && !type.signed()) {
      throw new Rejection(token.location(), token.text() + " is negative and its type unsigned");
    }
    long bits = value.longValue();
    int unused = 64 - type.width();
    return type.signed() ? bits << unused >> unused : bits;
  }

  private static long floating(Token token, int width) {
    String text = token.text();
    try {
      if (token.quoted()) {
        throw new NumberFormatException();
      }
      Matcher hex = HEX_FLOAT.matcher(text);
      int top = width == 16 ? 16 : width == 32 ? 128 : 1024;
      if (hex.matches() && Integer.parseInt(hex.group(3)) == top) {
        return special(hex.group(1), hex.group(2), width);
      }
      return switch (width) {
        case 16 -> half(Double.parseDouble(text)) & 0xffffL;
        case 32 -> Float.floatToRawIntBits(Float.parseFloat(text)) & 0xffff_ffffL;
        default -> Double.doubleToRawLongBits(Double.parseDouble(text));
      };
    } catch (NumberFormatException e) {
      throw new Rejection(token.location(), "expected a number, found '" + text + "'");
    }
  }

  /** An infinity or a NaN is written with the exponent after the largest: its fraction is exact. */
  private static long special(String sign, String digits, int width) {
    int fractionBits = width == 16 ? 10 : width == 32 ? 23 : 52;
    long fraction = 0;
    if (digits != null) {
      long value = Long.parseUnsignedLong(digits, 16);
      int shift = fractionBits - 4 * digits.length();
      fraction = shift >= 0 ? value << shift : value >>> -shift;
    }
    long exponent = (1L << width - 1 - fractionBits) - 1 << fractionBits;
    return (sign.isEmpty() ? 0 : 1L << width - 1) | exponent | fraction;
  }

  private static short half(double value) {
    // Rounding to float first could round twice; an odd last bit keeps what was lost in view.
    float near = (float) value;
    if (near != value && !Float.isInfinite(near) && (Float.floatToRawIntBits(near) & 1) == 0) {
      boolean away = Math.abs((double) near) < Math.abs(value);
      int bits = Float.floatToRawIntBits(near);
      near = Float.intBitsToFloat(away ? bits + 1 : bits - 1);
    }
    return Float.floatToFloat16(near);
  }
}
