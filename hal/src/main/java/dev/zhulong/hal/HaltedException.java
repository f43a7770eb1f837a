package dev.zhulong.hal;

/** A launch cannot end because a debugger has halted the device; nothing is lost. */
final class HaltedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  HaltedException(String program) {
    super(program + " is halted by the debugger; resume it before waiting for its end");
  }
}
