package dev.zhulong.rtl;

/** The core cannot be synthesised, or a tool for it is missing or fails. */
public final class SynthesisException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what is wrong and what to do about it. */
  public SynthesisException(String message) {
    super(message);
  }
}
