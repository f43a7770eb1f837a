package dev.zhulong.compiler.backend;

/** A kernel that fits the language but not the machine; the message names the limit and remedy. */
public final class CodeGenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A refusal with its reason. */
  public CodeGenException(String message) {
    super(message);
  }
}
