package dev.zhulong.firmware.asm;

/** An operand's arithmetic, evaluated when the symbols are known. */
sealed interface Expression {
  /** A number. */
  record Number(long value) implements Expression {}

  /** A symbol, or the place of the statement ({@code .}) as a symbol of its own. */
  record Name(String name, int column) implements Expression {}

  /** {@code -a}, {@code ~a} or {@code !a}. */
  record Unary(char operator, Expression operand, int column) implements Expression {}

  /** Two operands and one of {@code + - * / % & | ^ << >>}. */
  record Binary(String operator, Expression left, Expression right, int column)
      implements Expression {}

  /**
   * A value: a constant, or a symbol plus a constant.
   *
   * @param symbol null for a constant
   */
  record Value(String symbol, long constant) {
    boolean absolute() {
      return symbol == null;
    }
  }
}
