package dev.zhulong.rtl.synthesis;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sized number.
 *
 * @param width its bits
 * @param value its value, not negative
 */
record Constant(int width, BigInteger value) {
  private static final Pattern FORM = Pattern.compile("(\\d+)'s?h([0-9a-fA-F]+)");

  /**
   * The value of a constant's node.
   *
   * @param place where it stands, for the message
   * @throws UnsupportedConstructException if it has unknown bits or is no number
   */
  static Constant of(Node node, String place) {
    Matcher form = FORM.matcher(node.name());
    if (!node.is("const") || !form.matches()) {
      throw new UnsupportedConstructException(place, "the constant " + node.name());
    }
    return new Constant(Integer.parseInt(form.group(1)), new BigInteger(form.group(2), 16));
  }

  int intValue() {
    return value.intValueExact();
  }

  /** As Verilog, unsigned. */
  String text() {
    return width + "'h" + value.toString(16);
  }
}
