package dev.zhulong.remote;

/** The other side does not speak the protocol; the connection ends. */
final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProtocolException(String message) {
    super(message);
  }
}
