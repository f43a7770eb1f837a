package dev.zhulong.firmware.asm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Splits a line into statements of tokens. Comments are {@code #}, {@code //} and block comments. */
final class Lexer {
  private String line = "";
  private int at;
  private boolean inComment;

  /** Whether a block comment is open. */
  boolean inComment() {
    return inComment;
  }

  /** The statements of a line, each ended by an END token. */
  List<List<Token>> statements(String text) {
    line = text;
    at = 0;
    List<List<Token>> statements = new ArrayList<>();
    List<Token> tokens = new ArrayList<>();
    while (skipBlanks()) {
      int column = at + 1;
      if (line.charAt(at) == ';') {
        at++;
        tokens.add(new Token(Token.Kind.END, "", 0, column));
        statements.add(tokens);
        tokens = new ArrayList<>();
      } else {
        tokens.add(next(column));
      }
    }
    tokens.add(new Token(Token.Kind.END, "", 0, at + 1));
    statements.add(tokens);
    return statements;
  }

  /** Moves to the next token; false at the end of the line. */
  private boolean skipBlanks() {
    while (at < line.length()) {
      if (inComment) {
        int end = line.indexOf("*/", at);
        if (end < 0) {
          return false;
        }
        inComment = false;
        at = end + 2;
      } else if (line.startsWith("/*", at)) {
        inComment = true;
        at += 2;
      } else if (line.charAt(at) == '#' || line.startsWith("//", at)) {
        return false;
      } else if (Character.isWhitespace(line.charAt(at))) {
        at++;
      } else {
        return true;
      }
    }
    return false;
  }

  private static boolean nameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c == '$';
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private Token next(int column) {
    char c = line.charAt(at);
    int start = at;
    if (nameStart(c)) {
      while (at < line.length() && (nameStart(line.charAt(at)) || digit(line.charAt(at)))) {
        at++;
      }
      return new Token(Token.Kind.NAME, line.substring(start, at), 0, column);
    }
    if (digit(c)) {
      return number(column);
    }
    if (c == '"') {
      at++;
      return new Token(Token.Kind.STRING, string(column), 0, column);
    }
    if (c == '\'') {
      at++;
      long value = character(column, "character constant");
      if (at < line.length() && line.charAt(at) == '\'') {
        at++;
      }
      return new Token(Token.Kind.NUMBER, line.substring(start, at), value, column);
    }
    if (line.startsWith("<<", at) || line.startsWith(">>", at)) {
      at += 2;
    } else if ("+-*/%&|^~!(),:=@".indexOf(c) >= 0) {
      at++;
    } else {
      throw new SyntaxException(column, "unexpected character '" + c + "'");
    }
    return new Token(Token.Kind.SIGN, line.substring(start, at), 0, column);
  }

  private Token number(int column) {
    int start = at;
    while (at < line.length() && (Character.isLetterOrDigit(line.charAt(at)))) {
      at++;
    }
    // A fraction, for .float.
    if (at < line.length() && line.charAt(at) == '.' || isExponent(start)) {
      while (at < line.length()
          && (Character.isLetterOrDigit(line.charAt(at))
              || line.charAt(at) == '.'
              || "+-".indexOf(line.charAt(at)) >= 0 && "eE".indexOf(line.charAt(at - 1)) >= 0)) {
        at++;
      }
      return new Token(Token.Kind.NUMBER, line.substring(start, at), 0, column);
    }
    String text = line.substring(start, at);
    if (text.matches("\\d+[fb]")) {
      return new Token(Token.Kind.LOCAL, text, 0, column);
    }
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    int radix = 10;
    if (lower.startsWith("0x")) {
      radix = 16;
    } else if (lower.startsWith("0b")) {
      radix = 2;
    } else if (lower.startsWith("0") && lower.length() > 1) {
      radix = 8;
    }
    String digits = radix == 10 ? lower : lower.substring(radix == 8 ? 1 : 2);
    try {
      return new Token(Token.Kind.NUMBER, text, Long.parseUnsignedLong(digits, radix), column);
    } catch (NumberFormatException e) {
      throw new SyntaxException(column, "\"" + text + "\" is not a number of up to 64 bits");
    }
  }

  private boolean isExponent(int start) {
    return line.substring(start, at).matches("\\d+[eE]\\d*");
  }

  private String string(int column) {
    StringBuilder out = new StringBuilder();
    while (true) {
      if (at >= line.length()) {
        throw new SyntaxException(column, "string without a closing quote");
      }
      if (line.charAt(at) == '"') {
        at++;
        return out.toString();
      }
      if (line.charAt(at) == '\\') {
        out.append((char) (character(column, "string") & 0xff));
      } else {
        int code = line.codePointAt(at);
        at += Character.charCount(code);
        for (byte b : Character.toString(code).getBytes(StandardCharsets.UTF_8)) {
          out.append((char) (b & 0xff));
        }
      }
    }
  }

  /** One character or escape. */
  private long character(int column, String what) {
    if (at >= line.length()) {
      throw new SyntaxException(column, what + " without a character");
    }
    char c = line.charAt(at++);
    if (c != '\\') {
      return c;
    }
    if (at >= line.length()) {
      throw new SyntaxException(column, what + " ends in a backslash");
    }
    c = line.charAt(at++);
    if (c >= '0' && c <= '7') {
      int value = c - '0';
      for (int i = 0; i < 2 && at < line.length() && line.charAt(at) >= '0'
          && line.charAt(at) <= '7'; i++) {
        value = value * 8 + line.charAt(at++) - '0';
      }
      return value;
    }
    if (c == 'x') {
      int value = 0;
      while (at < line.length() && Character.digit(line.charAt(at), 16) >= 0) {
        value = value << 4 | Character.digit(line.charAt(at++), 16);
      }
      return value & 0xff;
    }
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '\'' -> c;
      default -> throw new SyntaxException(at, "unknown escape \\" + c);
    };
  }
}
