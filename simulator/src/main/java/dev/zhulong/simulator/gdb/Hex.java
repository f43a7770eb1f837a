package dev.zhulong.simulator.gdb;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Numbers and bytes as the protocol writes them. */
final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  static String bytes(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }

  /** Bytes of an even number of digits. */
  static byte[] parseBytes(String digits) {
    return FORMAT.parseHex(digits);
  }

  static String text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A word in the target's byte order, lowest byte first. */
  static String word(int value) {
    return String.format("%08x", Integer.reverseBytes(value));
  }

  /** A word of eight digits, lowest byte first. */
  static int parseWord(String digits) {
    if (digits.length() != 8) {
      throw new IllegalArgumentException("register of " + digits.length() + " digits");
    }
    return Integer.reverseBytes(Integer.parseUnsignedInt(digits, 16));
  }

  /** A number, highest digit first, of at most 32 bits. */
  static long number(String digits) {
    return Integer.toUnsignedLong(Integer.parseUnsignedInt(digits, 16));
  }

  /** Escapes binary contents of a packet. */
  static String escape(String raw) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '#' || c == '$' || c == '}' || c == '*') {
        out.append('}').append((char) (c ^ 0x20));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Resolves escapes of binary contents. */
  static byte[] unescape(String escaped) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '}' && i + 1 < escaped.length()) {
        c = (char) (escaped.charAt(++i) ^ 0x20);
      }
      out.append(c);
    }
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
