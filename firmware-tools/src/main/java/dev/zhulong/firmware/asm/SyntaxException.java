package dev.zhulong.firmware.asm;

/** An error at a column of the statement that is being read; it becomes a {@link Diagnostic}. */
final class SyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int column;

  SyntaxException(int column, String message) {
    super(message);
    this.column = column;
  }

  int column() {
    return column;
  }
}
