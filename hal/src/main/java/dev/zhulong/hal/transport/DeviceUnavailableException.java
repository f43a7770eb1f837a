package dev.zhulong.hal.transport;

/** A device that was asked for by a valid address cannot be opened on this machine. */
public final class DeviceUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says what is missing and what to do about it. */
  public DeviceUnavailableException(String message) {
    super(message);
  }

  /** As above, with the failure underneath. */
  public DeviceUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
