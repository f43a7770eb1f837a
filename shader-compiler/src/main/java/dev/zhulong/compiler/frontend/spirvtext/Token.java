package dev.zhulong.compiler.frontend.spirvtext;

import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.util.ArrayList;
import java.util.List;

/**
 * A word of the text: a name, a number, an id with its per cent sign, an equals sign, or a string.
 *
 * @param text as written; a string's is without its quotes and escapes
 * @param quoted whether it is a string
 */
record Token(String text, boolean quoted, Location location) {

  /** Takes a text apart; comments run from a semicolon to the end of the line. */
  static List<Token> all(String file, String source) {
    List<Token> tokens = new ArrayList<>();
    int line = 1;
    int start = 0;
    int i = 0;
    while (i < source.length()) {
      char c = source.charAt(i);
      if (c == '\n') {
        line++;
        start = ++i;
      } else if (c == ';') {
        int end = source.indexOf('\n', i);
        i = end < 0 ? source.length() : end;
      } else if (Character.isWhitespace(c) || c == '\ufeff') {
        i++;
      } else {
        Location location = new Location(file, line, i - start + 1);
        if (c == '"') {
          StringBuilder text = new StringBuilder();
          for (i++; i < source.length() && source.charAt(i) != '"'; i++) {
            if (source.charAt(i) == '\\' && i + 1 < source.length()) {
              i++;
            }
            if (source.charAt(i) == '\n') {
              line++;
              start = i + 1;
            }
            text.append(source.charAt(i));
          }
          if (i == source.length()) {
            throw new Rejection(location, "the string has no closing quote");
          }
          i++;
          tokens.add(new Token(text.toString(), true, location));
        } else {
          int end = i + 1;
          while (end < source.length() && c != '=' && inWord(source.charAt(end))) {
            end++;
          }
          tokens.add(new Token(source.substring(i, end), false, location));
          i = end;
        }
      }
    }
    return tokens;
  }

  private static boolean inWord(char c) {
    return !Character.isWhitespace(c) && c != ';' && c != '"' && c != '=';
  }

  boolean is(String word) {
    return !quoted && text.equals(word);
  }

  boolean isId() {
    return !quoted && text.length() > 1 && text.charAt(0) == '%';
  }

  /** Whether it is an instruction's name. */
  boolean isOpcode() {
    return !quoted && text.length() > 2 && text.startsWith("Op") && text.charAt(2) <= 'Z';
  }
}
