package dev.zhulong.fuzz.interpreter;

/** A module that the interpreter cannot run: not valid, or with what it does not know. */
public final class InterpreterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  InterpreterException(String message) {
    super(message);
  }
}
