package dev.zhulong.simulator.gdb;

/** What arrives from the debugger. */
sealed interface Packet {
  /**
   * A sound packet.
   *
   * @param text its contents, a character a byte, escapes not resolved
   */
  record Command(String text) implements Packet {}

  /** A packet that is too long, or damaged while nobody acknowledges. */
  record Unusable() implements Packet {}

  /** The user wants the device halted. */
  record Interrupt() implements Packet {}

  /** The connection has ended. */
  record End() implements Packet {}
}
