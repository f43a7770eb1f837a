package dev.zhulong.amber;

/** A line of a script is not understood. */
final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;

  /** An error at a line, counted from 1. */
  ScriptException(int line, String message) {
    super(message);
    this.line = line;
  }

  int line() {
    return line;
  }
}
