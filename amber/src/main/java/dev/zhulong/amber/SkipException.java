package dev.zhulong.amber;

/** A script asks for what this machine does not have. */
final class SkipException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SkipException(String reason) {
    super(reason);
  }
}
