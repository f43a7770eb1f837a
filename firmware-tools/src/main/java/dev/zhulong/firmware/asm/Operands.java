package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.asm.Token.Kind;
import java.util.List;
import java.util.Locale;

/** Reads the operands of one statement from left to right. */
final class Operands {
  private static final int DEEPEST = 200;
  private static final List<List<String>> PRECEDENCE =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("==", "!=", "<", ">", "<=", ">="),
          List.of("+", "-"),
          List.of("|", "&", "^"),
          List.of("*", "/", "%", "<<", ">>"));

  private final List<Token> tokens;
  private final Program program;
  private int at;
  private int depth;

  Operands(List<Token> tokens, Program program) {
    this.tokens = tokens;
    this.program = program;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token take() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  int position() {
    return at;
  }

  void back(int position) {
    at = position;
  }

  boolean atEnd() {
    return peek().kind() == Kind.END;
  }

  boolean accept(String punctuation) {
    boolean there = peek().is(punctuation);
    if (there) {
      at++;
    }
    return there;
  }

  void expect(String punctuation) {
    if (!accept(punctuation)) {
      throw new SourceError(peek(), "expected '%s', not %s", punctuation, peek().quoted());
    }
  }

  void comma() {
    expect(",");
  }

  void end() {
    if (!atEnd()) {
      throw new SourceError(peek(), "%s is too much for this statement", peek().quoted());
    }
  }

  String name(String what) {
    Token token = take();
    if (token.kind() != Kind.NAME) {
      throw new SourceError(token, "expected %s, not %s", what, token.quoted());
    }
    return token.text();
  }

  String string() {
    Token token = take();
    if (token.kind() != Kind.STRING) {
      throw new SourceError(token, "expected a string in \"\", not %s", token.quoted());
    }
    return token.text();
  }

  boolean atInteger() {
    return peek().kind() == Kind.NAME && Names.integerNumber(peek().text()) >= 0;
  }

  int integer() {
    Token token = take();
    int number = token.kind() == Kind.NAME ? Names.integerNumber(token.text()) : -1;
    if (number < 0) {
      throw new SourceError(
          token, "expected an integer register (x0 to x31, a0, …), not %s", token.quoted());
    }
    return number;
  }

  int floating() {
    Token token = take();
    int number = token.kind() == Kind.NAME ? Names.floatNumber(token.text()) : -1;
    if (number < 0) {
      throw new SourceError(
          token, "expected a float register (f0 to f31, fa0, …), not %s", token.quoted());
    }
    return number;
  }

  /** A register of either kind. */
  int register() {
    return atInteger() ? integer() : floating();
  }

  int csr() {
    Token token = peek();
    int address =
        token.kind() == Kind.NAME ? Names.csrNumber(token.text().toLowerCase(Locale.ROOT)) : -1;
    if (address >= 0) {
      at++;
      return address;
    }
    Expression expression = expression();
    Value value = expression.evaluate();
    if (!value.absolute()) {
      throw new SourceError(token, "%s is not a CSR of the core", token.quoted());
    }
    return within(expression, 0, 4095, "CSR number");
  }

  int rounding() {
    Token token = take();
    int mode = token.kind() == Kind.NAME ? Names.ROUNDING.indexOf(token.text()) : -1;
    if (mode < 0 || token.text().equals("unknown")) {
      throw new SourceError(
          token, "expected a rounding mode of %s, not %s", Names.ROUNDING, token.quoted());
    }
    return mode;
  }

  int fenceSet() {
    Token token = take();
    if (token.kind() == Kind.NUMBER && token.value() == 0) {
      return 0;
    }
    int set = 0;
    int last = -1;
    for (char c : token.text().toCharArray()) {
      int i = "iorw".indexOf(c);
      if (token.kind() != Kind.NAME || i <= last) {
        throw new SourceError(
            token, "expected a set of i, o, r, w in this order, not %s", token.quoted());
      }
      last = i;
      set |= 8 >> i;
    }
    return set;
  }

  /** A number that must be known here. */
  int number(long least, long most, String what) {
    return within(expression(), least, most, what);
  }

  static int within(Expression expression, long least, long most, String what) {
    long value = expression.number();
    if (value < least || value > most) {
      throw new SourceError(
          expression.place(), "%s %d is not from %d to %d", what, value, least, most);
    }
    return (int) value;
  }

  Expression expression() {
    return binary(0);
  }

  private Expression binary(int level) {
    if (level == PRECEDENCE.size()) {
      return unary();
    }
    Expression left = binary(level + 1);
    while (peek().kind() == Kind.PUNCTUATION && PRECEDENCE.get(level).contains(peek().text())) {
      Token operator = take();
      // A long chain would make a tree too deep to walk.
      if (++depth > DEEPEST) {
        throw new SourceError(operator, "more than %d operators in one statement", DEEPEST);
      }
      left = new Expression.Binary(operator, left, binary(level + 1));
    }
    return left;
  }

  private Expression unary() {
    Token token = take();
    if (++depth > DEEPEST) {
      throw new SourceError(token, "more than %d operators in one statement", DEEPEST);
    }
    Expression result = operand(token);
    depth--;
    return result;
  }

  private Expression operand(Token token) {
    if (token.is("-") || token.is("+") || token.is("~") || token.is("!")) {
      return new Expression.Unary(token, unary());
    }
    if (token.is("(")) {
      Expression inner = expression();
      expect(")");
      return inner;
    }
    if (token.kind() == Kind.NUMBER) {
      return new Expression.Constant(token, token.value());
    }
    if (token.kind() == Kind.NAME
        && Names.integerNumber(token.text()) < 0
        && Names.floatNumber(token.text()) < 0) {
      return new Expression.Reference(token, program.reference(token));
    }
    throw new SourceError(token, "expected a number or a symbol, not %s", token.quoted());
  }
}
