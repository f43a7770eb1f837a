package dev.zhulong.hal.bringup;

/** A stage has found something wrong; the message says what and where. */
final class StageFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StageFailure(String message) {
    super(message);
  }
}
