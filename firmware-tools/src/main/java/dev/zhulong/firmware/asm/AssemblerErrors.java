package dev.zhulong.firmware.asm;

import java.util.function.Consumer;

/** Problems that belong to a whole source. */
final class AssemblerErrors {
  private AssemblerErrors() {}

  /** Reports a problem at the start of the source. */
  static void at(Consumer<SourceError> errors, String problem, Object... values) {
    Token start = new Token(Token.Kind.END, "", 0, 1, 1);
    errors.accept(new SourceError(start, problem, values));
  }
}
