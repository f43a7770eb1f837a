package dev.zhulong.hal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes text of words by a format in C's notation, with the vectors of OpenCL C and debugPrintfEXT:
 * {@code %v4f}, {@code %v2hhd}.
 */
final class PrintFormat {
  private static final Pattern CONVERSION =
      Pattern.compile("%%|%([-+ #0]*)(\\d*)(?:\\.(\\d*))?(?:v(\\d+))?(hh|h|l)?([a-zA-Z])");

  private static final int LONGEST_FIELD = 1000;

  private PrintFormat() {}

  /** The text; where there are too few words, the rest of them count as zero. */
  static String render(String format, int[] words) {
    StringBuilder out = new StringBuilder();
    Matcher m = CONVERSION.matcher(format);
    int at = 0;
    int word = 0;
    while (m.find(at)) {
      out.append(format, at, m.start());
      at = m.end();
      if (m.group().equals("%%")) {
        out.append('%');
        continue;
      }
      char kind = m.group(6).charAt(0);
      String length = m.group(5) == null ? "" : m.group(5);
      boolean wide = length.equals("l") && "diuoxX".indexOf(kind) >= 0;
      int count = m.group(4) == null ? 1 : Math.min(Integer.parseInt(m.group(4)), 16);
      for (int n = 0; n < count; n++) {
        long bits = word < words.length ? words[word++] & 0xffff_ffffL : 0;
        if (wide && word < words.length) {
          bits |= (long) words[word++] << 32;
        }
        out.append(n > 0 ? "," : "");
        out.append(pad(m.group(1), m.group(2), one(m, kind, length, bits, wide), kind));
      }
    }
    return out.append(format.substring(at)).toString();
  }

  private static String one(Matcher m, char kind, String length, long bits, boolean wide) {
    String flags = m.group(1);
    int precision = m.group(3) == null ? -1 : m.group(3).isEmpty() ? 0 : number(m.group(3));
    long unsigned =
        switch (length) {
          case "hh" -> bits & 0xff;
          case "h" -> bits & 0xffff;
          default -> bits;
        };
    return switch (kind) {
      case 'd', 'i' -> {
        long value =
            switch (length) {
              case "hh" -> (byte) bits;
              case "h" -> (short) bits;
              default -> wide ? bits : (int) bits;
            };
        String digits = digits(Long.toUnsignedString(Math.abs(value)), precision);
        yield sign(flags, value < 0) + digits;
      }
      case 'u' -> digits(Long.toUnsignedString(unsigned), precision);
      case 'o' ->
          (flags.contains("#") ? "0" : "") + digits(Long.toOctalString(unsigned), precision);
      case 'x', 'X', 'p' -> {
        String digits = digits(Long.toHexString(unsigned), precision);
        boolean marked = kind == 'p' || flags.contains("#") && unsigned != 0;
        String text = (marked ? "0x" : "") + digits;
        yield kind == 'X' ? text.toUpperCase(Locale.ROOT) : text;
      }
      case 'c' -> String.valueOf((char) (bits & 0xff));
      case 'f', 'F', 'e', 'E', 'g', 'G', 'a', 'A' ->
          real(flags, kind, precision, Float.intBitsToFloat((int) bits));
      default -> "%" + kind;
    };
  }

  private static int number(String digits) {
    return digits.length() > 3 ? LONGEST_FIELD : Integer.parseInt(digits);
  }

  private static String digits(String digits, int precision) {
    return "0".repeat(Math.max(0, Math.min(precision, LONGEST_FIELD) - digits.length())) + digits;
  }

  private static String sign(String flags, boolean negative) {
    if (negative) {
      return "-";
    }
    return flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
  }

  private static String real(String flags, char kind, int precision, float value) {
    boolean upper = Character.isUpperCase(kind);
    boolean negative = (Float.floatToRawIntBits(value) & 0x80000000) != 0;
    String text;
    if (Float.isNaN(value)) {
      text = "nan";
    } else if (Float.isInfinite(value)) {
      text = "inf";
    } else {
      double size = Math.abs((double) value);
      int digits = precision < 0 ? 6 : Math.min(precision, LONGEST_FIELD);
      text =
          switch (Character.toLowerCase(kind)) {
            case 'f' ->
                new BigDecimal(size).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
            case 'e' -> scientific(size, digits);
            case 'g' -> general(size, Math.max(digits, 1), flags.contains("#"));
            default -> hexadecimal(size);
          };
    }
    return sign(flags, negative) + (upper ? text.toUpperCase(Locale.ROOT) : text);
  }

  private static String scientific(double size, int digits) {
    BigDecimal exact = new BigDecimal(size);
    int exponent = 0;
    if (size != 0) {
      exact = exact.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
      exponent = exact.precision() - exact.scale() - 1;
    }
    String mantissa =
        exact.movePointLeft(exponent).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return mantissa
        + String.format(Locale.ROOT, "e%c%02d", exponent < 0 ? '-' : '+', Math.abs(exponent));
  }

  private static String general(double size, int digits, boolean keepZeros) {
    BigDecimal rounded =
        new BigDecimal(size).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = size == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    boolean far = exponent < -4 || exponent >= digits;
    String text =
        far
            ? scientific(size, digits - 1)
            : rounded.setScale(digits - 1 - exponent, RoundingMode.HALF_EVEN).toPlainString();
    if (keepZeros || !text.contains(".")) {
      return text;
    }
    int end = far ? text.indexOf('e') : text.length();
    String mantissa = text.substring(0, end).replaceAll("\\.?0+$", "");
    return mantissa + text.substring(end);
  }

  private static String hexadecimal(double size) {
    String java = Double.toHexString(size);
    int point = java.indexOf('p');
    String mantissa = java.substring(0, point).replaceAll("\\.0$", "");
    String exponent = java.substring(point + 1);
    return mantissa + "p" + (exponent.startsWith("-") ? "" : "+") + exponent;
  }

  private static String pad(String flags, String width, String text, char kind) {
    int missing = (width.isEmpty() ? 0 : number(width)) - text.length();
    if (missing <= 0) {
      return text;
    }
    if (flags.contains("-")) {
      return text + " ".repeat(missing);
    }
    boolean digit = text.chars().anyMatch(Character::isDigit);
    if (flags.contains("0") && kind != 'c' && digit) {
      int start = text.startsWith("-") || text.startsWith("+") || text.startsWith(" ") ? 1 : 0;
      start += text.startsWith("0x", start) ? 2 : 0;
      return text.substring(0, start) + "0".repeat(missing) + text.substring(start);
    }
    return " ".repeat(missing) + text;
  }
}
