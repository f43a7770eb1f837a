package dev.zhulong.hal;

/** A launch ended in a fault. The device has been reset; buffers keep what was written. */
public final class DeviceFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  DeviceFaultException(String program, Fault fault, String remedy) {
    super(program + " stopped: " + fault.describe() + (remedy.isEmpty() ? "" : "; " + remedy));
    this.fault = fault;
  }

  /** The device's record of it. */
  public Fault fault() {
    return fault;
  }
}
