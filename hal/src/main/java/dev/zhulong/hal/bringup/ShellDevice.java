package dev.zhulong.hal.bringup;

/** Hands a device to Java text that is evaluated in this process: {@code zl jshell}. */
public final class ShellDevice {
  private static volatile Probe current;

  private ShellDevice() {}

  /** The device; null where none is open. */
  public static Probe current() {
    return current;
  }

  /** Sets it, or takes it back with null. */
  public static void use(Probe probe) {
    current = probe;
  }
}
