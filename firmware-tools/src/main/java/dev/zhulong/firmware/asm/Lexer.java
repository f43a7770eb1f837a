package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.asm.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a source into statements of tokens. Comments: {@code #}, {@code //} and slash-star. */
final class Lexer {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_.$][A-Za-z0-9_.$]*");
  private static final Pattern FRACTION =
      Pattern.compile("\\d+\\.\\d*(?:[eE][+-]?\\d+)?|\\d+[eE][+-]?\\d+");
  private static final Pattern LOCAL = Pattern.compile("(\\d+)[bf](?![0-9A-Za-z_.$])");
  private static final Pattern NUMBER = Pattern.compile("[0-9][0-9A-Za-z_]*");
  private static final List<String> TWO = List.of("<<", ">>", "==", "!=", "<=", ">=", "&&", "||");
  private static final String ONE = "+-*/%&|^~!<>()=,:@";

  private final String text;
  private final Consumer<SourceError> errors;
  private final List<List<Token>> statements = new ArrayList<>();
  private List<Token> statement = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;

  private Lexer(String text, Consumer<SourceError> errors) {
    this.text = text;
    this.errors = errors;
  }

  /** The statements, each closed by an {@link Kind#END} token; empty ones are left out. */
  static List<List<Token>> statements(String text, Consumer<SourceError> errors) {
    Lexer lexer = new Lexer(text, errors);
    while (lexer.at < text.length()) {
      lexer.next();
    }
    lexer.endStatement();
    return lexer.statements;
  }

  private void next() {
    char c = text.charAt(at);
    if (c == '\n' || c == ';') {
      endStatement();
      at++;
      if (c == '\n') {
        newLine();
      }
    } else if (Character.isWhitespace(c)) {
      at++;
    } else if (c == '#' || text.startsWith("//", at)) {
      int end = text.indexOf('\n', at);
      at = end < 0 ? text.length() : end;
    } else if (text.startsWith("/*", at)) {
      blockComment();
    } else if (c == '"') {
      string();
    } else if (c == '\'') {
      character();
    } else if (!matched()) {
      symbol();
    }
  }

  private void newLine() {
    line++;
    lineStart = at;
  }

  private void endStatement() {
    if (!statement.isEmpty()) {
      statement.add(token(Kind.END, "", 0, at));
      statements.add(statement);
      statement = new ArrayList<>();
    }
  }

  private Token token(Kind kind, String spelling, long value, int start) {
    return new Token(kind, spelling, value, line, start - lineStart + 1);
  }

  private void add(Kind kind, String spelling, long value, int start) {
    statement.add(token(kind, spelling, value, start));
  }

  private void error(int start, String problem, Object... values) {
    errors.accept(new SourceError(token(Kind.PUNCTUATION, "", 0, start), problem, values));
  }

  private void blockComment() {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      error(at, "the comment has no end; close it with */");
      at = text.length();
      return;
    }
    while (at < end + 2) {
      boolean lineEnds = text.charAt(at++) == '\n';
      if (lineEnds) {
        newLine();
      }
    }
  }

  private boolean matched() {
    int start = at;
    String fraction = match(FRACTION);
    if (fraction != null) {
      add(Kind.FRACTION, fraction, 0, start);
      return true;
    }
    String name = match(LOCAL);
    if (name == null) {
      name = match(NAME);
    }
    if (name != null) {
      add(Kind.NAME, name, 0, start);
      return true;
    }
    String number = match(NUMBER);
    if (number != null) {
      add(Kind.NUMBER, number, number(number, start), start);
    }
    return number != null;
  }

  private String match(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    matcher.useTransparentBounds(true);
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher.group();
  }

  private long number(String digits, int start) {
    String lower = digits.toLowerCase(java.util.Locale.ROOT);
    try {
      if (lower.startsWith("0x")) {
        return Long.parseUnsignedLong(lower.substring(2), 16);
      }
      if (lower.startsWith("0b")) {
        return Long.parseUnsignedLong(lower.substring(2), 2);
      }
      boolean octal = lower.length() > 1 && lower.startsWith("0");
      return Long.parseUnsignedLong(lower, octal ? 8 : 10);
    } catch (NumberFormatException e) {
      error(start, "'%s' is not a number of up to 64 bits (decimal, 0x, 0b, or octal)", digits);
      return 0;
    }
  }

  private void symbol() {
    int start = at;
    for (String two : TWO) {
      if (text.startsWith(two, at)) {
        at += 2;
        add(Kind.PUNCTUATION, two, 0, start);
        return;
      }
    }
    int point = text.codePointAt(at);
    at += Character.charCount(point);
    if (ONE.indexOf(point) >= 0) {
      add(Kind.PUNCTUATION, Character.toString(point), 0, start);
    } else {
      error(start, "character U+%04X has no meaning here", point);
    }
  }

  private void character() {
    int start = at++;
    if (at >= text.length() || text.charAt(at) == '\n') {
      error(start, "a character is missing after '");
      return;
    }
    long value = oneCharacter();
    if (at < text.length() && text.charAt(at) == '\'') {
      at++;
    }
    add(Kind.NUMBER, text.substring(start, at), value >= BYTE ? value - BYTE : value, start);
  }

  private void string() {
    int start = at++;
    StringBuilder out = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
      out.appendCodePoint((int) oneCharacter());
    }
    if (at >= text.length() || text.charAt(at) == '\n') {
      error(start, "the string has no end; close it with \" on the same line");
      return;
    }
    at++;
    add(Kind.STRING, out.toString(), 0, start);
  }

  /** A character, or what an escape stands for. Escaped numbers are single bytes. */
  private long oneCharacter() {
    int point = text.codePointAt(at);
    at += Character.charCount(point);
    if (point != '\\' || at >= text.length() || text.charAt(at) == '\n') {
      return point;
    }
    int start = at;
    char escape = text.charAt(at++);
    return switch (escape) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '\\', '"', '\'' -> escape;
      case 'x', 'X' -> digits(start + 1, 16, Integer.MAX_VALUE);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> digits(start, 8, 3);
      default -> {
        error(start - 1, "'\\%s' is not an escape", escape);
        yield escape;
      }
    };
  }

  private long digits(int start, int radix, int most) {
    at = start;
    int value = 0;
    while (at < text.length()
        && at - start < most
        && Character.digit(text.charAt(at), radix) >= 0) {
      value = value * radix + Character.digit(text.charAt(at), radix) & 0xff;
      at++;
    }
    return value >= 0x80 ? BYTE + value : value;
  }

  /** Escaped bytes above 127 are kept apart from the characters of these numbers. */
  static final int BYTE = 0x10_0000;
}
