package dev.zhulong.precision;

/** GNU MPFR is not installed here. */
public final class OracleUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  OracleUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
