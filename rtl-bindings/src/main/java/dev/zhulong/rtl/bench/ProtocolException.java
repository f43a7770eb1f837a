package dev.zhulong.rtl.bench;

/** A design has broken the protocol of one of its interfaces. */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With what has been seen. */
  public ProtocolException(String message) {
    super(message);
  }
}
