package dev.zhulong.amber;

/** A command could not be carried out, or an expectation does not hold. */
final class ExpectationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;

  ExpectationException(int line, String message) {
    super(message);
    this.line = line;
  }

  int line() {
    return line;
  }
}
