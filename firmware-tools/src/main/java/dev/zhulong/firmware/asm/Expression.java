package dev.zhulong.firmware.asm;

/** An expression; it has a value as soon as its symbols have. */
sealed interface Expression {
  /** The token that messages point at. */
  Token place();

  /**
   * The value as far as it is known.
   *
   * @throws SourceError if the expression can have none
   */
  Value evaluate();

  /** A number. */
  record Constant(Token place, long number) implements Expression {
    @Override
    public Value evaluate() {
      return Value.of(number);
    }
  }

  /** A symbol. */
  record Reference(Token place, AsmSymbol symbol) implements Expression {
    @Override
    public Value evaluate() {
      return symbol.evaluate(place);
    }
  }

  /** An operator before its operand. */
  record Unary(Token place, Expression operand) implements Expression {
    @Override
    public Value evaluate() {
      Value value = operand.evaluate();
      return switch (place.text()) {
        case "+" -> value;
        case "-" -> value.negated();
        case "~" -> Value.of(~absolute(value, place));
        default -> Value.of(absolute(value, place) == 0 ? 1 : 0);
      };
    }
  }

  /** An operator between its operands. */
  record Binary(Token place, Expression left, Expression right) implements Expression {
    @Override
    public Value evaluate() {
      Value a = left.evaluate();
      Value b = right.evaluate();
      if (place.text().equals("+") || place.text().equals("-")) {
        Value sum = a.add(place.text().equals("+") ? b : b.negated());
        if (sum == null) {
          throw new SourceError(place, "at most one symbol can be added and one subtracted");
        }
        return sum;
      }
      return Value.of(calculate(absolute(a, place), absolute(b, place)));
    }

    private long calculate(long a, long b) {
      if (b == 0 && (place.text().equals("/") || place.text().equals("%"))) {
        throw new SourceError(place, "division by zero");
      }
      return switch (place.text()) {
        case "*" -> a * b;
        case "/" -> a / b;
        case "%" -> a % b;
        case "<<" -> b >= 0 && b < 64 ? a << b : 0;
        case ">>" -> b >= 0 && b < 64 ? a >>> b : 0;
        case "&" -> a & b;
        case "|" -> a | b;
        case "^" -> a ^ b;
        // GNU's comparisons give all ones for true.
        case "==" -> a == b ? -1 : 0;
        case "!=" -> a != b ? -1 : 0;
        case "<" -> a < b ? -1 : 0;
        case ">" -> a > b ? -1 : 0;
        case "<=" -> a <= b ? -1 : 0;
        case ">=" -> a >= b ? -1 : 0;
        case "&&" -> a != 0 && b != 0 ? 1 : 0;
        default -> a != 0 || b != 0 ? 1 : 0;
      };
    }
  }

  private static long absolute(Value value, Token place) {
    if (!value.absolute()) {
      AsmSymbol symbol = value.plus() != null ? value.plus() : value.minus();
      throw new SourceError(
          place,
          "operator '%s' needs numbers, and %s is %s",
          place.text(),
          symbol.name().isEmpty() ? "a place" : "'" + symbol.name() + "'",
          symbol.isDefined() ? "an address" : "not defined");
    }
    return value.constant();
  }

  /** The value as a number, which it must be by now. */
  default long number() {
    Value value = evaluate();
    if (!value.absolute()) {
      AsmSymbol symbol = value.plus() != null ? value.plus() : value.minus();
      throw new SourceError(
          place(),
          symbol.isDefined()
              ? "a number is needed here, not an address"
              : "'" + symbol.name() + "' is not defined; a number must be known here");
    }
    return value.constant();
  }
}
