package dev.zhulong.hal;

/** The device could not do what a debugger asked for; nothing has changed. */
public final class DebugException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DebugException(String message) {
    super(message);
  }
}
