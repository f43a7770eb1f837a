package dev.zhulong.firmware.asm;

import java.util.List;

/** Reads a statement's tokens from left to right. */
final class TokenCursor {
  private static final String[][] PRECEDENCE = {
    {"|"}, {"^"}, {"&"}, {"+", "-"}, {"*", "/", "%", "<<", ">>"}
  };
  private static final int MAX_NESTING = 100;

  private final List<Token> tokens;
  private int at;
  private int nesting;

  TokenCursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekAfter() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  int position() {
    return at;
  }

  void reset(int position) {
    at = position;
  }

  boolean atEnd() {
    return peek().kind() == Token.Kind.END;
  }

  boolean accept(String sign) {
    if (peek().is(sign)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String sign) {
    if (!accept(sign)) {
      throw error("expected \"" + sign + "\"" + found());
    }
  }

  void expectEnd() {
    if (!atEnd()) {
      throw error("expected the end of the statement" + found());
    }
  }

  String name(String what) {
    if (peek().kind() != Token.Kind.NAME) {
      throw error("expected " + what + found());
    }
    return next().text();
  }

  String string() {
    if (peek().kind() != Token.Kind.STRING) {
      throw error("expected a string in double quotes" + found());
    }
    return next().text();
  }

  SyntaxException error(String message) {
    return new SyntaxException(peek().column(), message);
  }

  private String found() {
    return atEnd() ? ", found the end of the statement" : ", found \"" + peek().text() + "\"";
  }

  Expression expression() {
    if (++nesting > MAX_NESTING) {
      throw error("expression nested deeper than " + MAX_NESTING + "; name a part with .equ");
    }
    Expression result = binary(0);
    nesting--;
    return result;
  }

  private Expression binary(int level) {
    if (level == PRECEDENCE.length) {
      return unary();
    }
    Expression left = binary(level + 1);
    while (true) {
      Token sign = peek();
      if (sign.kind() != Token.Kind.SIGN || !List.of(PRECEDENCE[level]).contains(sign.text())) {
        return left;
      }
      next();
      left = new Expression.Binary(sign.text(), left, binary(level + 1), sign.column());
    }
  }

  private Expression unary() {
    Token token = peek();
    switch (token.kind()) {
      case NUMBER -> {
        if (token.text().matches("\\d*\\.\\d*.*")) {
          throw error("\"" + token.text() + "\" is not an integer");
        }
        next();
        return new Expression.Number(token.value());
      }
      case NAME, LOCAL -> {
        next();
        return new Expression.Name(token.text(), token.column());
      }
      case SIGN -> {
        if (accept("(")) {
          Expression inner = expression();
          expect(")");
          return inner;
        }
        if (accept("+")) {
          return nested();
        }
        if (token.is("-") || token.is("~") || token.is("!")) {
          next();
          return new Expression.Unary(token.text().charAt(0), nested(), token.column());
        }
      }
      default -> {
        // Falls to the message below.
      }
    }
    throw error("expected a value" + found());
  }

  private Expression nested() {
    if (++nesting > MAX_NESTING) {
      throw error("expression nested deeper than " + MAX_NESTING + "; name a part with .equ");
    }
    Expression result = unary();
    nesting--;
    return result;
  }
}
