package dev.zhulong.rtl;

/** A cycle model cannot be built or loaded on this machine. */
public final class ModelUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what is missing and what to do about it. */
  public ModelUnavailableException(String message) {
    super(message);
  }

  /** As above, with the failure underneath. */
  public ModelUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
