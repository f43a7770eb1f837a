package dev.zhulong.hal;

/** The device is gone or answers nothing sensible any more; close it and open it anew. */
public final class DeviceLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what was seen. */
  public DeviceLostException(String message) {
    super(message);
  }
}
