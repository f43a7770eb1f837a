package dev.zhulong.firmware.asm;

/**
 * What an expression comes to: {@code constant + plus − minus}, where the symbols may be missing.
 */
record Value(long constant, AsmSymbol plus, AsmSymbol minus) {
  static Value of(long constant) {
    return new Value(constant, null, null);
  }

  boolean absolute() {
    return plus == null && minus == null;
  }

  /** Cancels two places of one section against each other. */
  private Value folded() {
    if (plus == null || minus == null) {
      return this;
    }
    if (plus == minus) {
      return of(constant);
    }
    if (plus.isLabel() && plus.section() == minus.section()) {
      return of(constant + plus.offset() - minus.offset());
    }
    return this;
  }

  /** The sum, or {@code null} if it has more symbols than a value can have. */
  Value add(Value other) {
    if (plus != null && other.plus != null || minus != null && other.minus != null) {
      return null;
    }
    return new Value(
            constant + other.constant,
            plus != null ? plus : other.plus,
            minus != null ? minus : other.minus)
        .folded();
  }

  Value negated() {
    return new Value(-constant, minus, plus);
  }
}
