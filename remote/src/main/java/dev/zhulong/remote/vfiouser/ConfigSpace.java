package dev.zhulong.remote.vfiouser;

import dev.zhulong.firmware.isa.PciFunction;

/**
 * Configuration space of a PCIe endpoint with the capabilities power management, PCI Express and
 * MSI-X. Holds what was written as far as bits are writable; what they do is the session's.
 */
final class ConfigSpace {
  static final int BYTES = 4096;

  /** One interrupt line, so one vector. */
  static final int VECTORS = 1;

  private static final int COMMAND = 0x04;
  private static final int STATUS = 0x06;
  private static final int BAR = 0x10;
  private static final int SUBSYSTEM = 0x2c;
  private static final int CAPABILITIES = 0x34;
  private static final int INTERRUPT_LINE = 0x3c;
  private static final int POWER = 0x40;
  private static final int EXPRESS = 0x48;
  private static final int MSIX = 0x84;
  private static final int DEVICE_CONTROL = EXPRESS + 8;

  private static final int COMMAND_MASTER = 1 << 2;
  private static final int COMMAND_INTX_DISABLE = 1 << 10;

  /** Memory, bus master, parity, SERR, INTx disable. */
  private static final int COMMAND_WRITABLE = 0x0546;

  private static final int STATUS_INTX = 1 << 3;
  private static final int STATUS_CAPABILITIES = 1 << 4;
  private static final int FUNCTION_RESET = 1 << 15;

  private final byte[] value = new byte[BYTES];
  private final byte[] writable = new byte[BYTES];
  private final long memoryBytes;

  ConfigSpace(long memoryBytes) {
    this.memoryBytes = memoryBytes;
    reset();
  }

  /** Takes everything back to how it is after power on. */
  void reset() {
    java.util.Arrays.fill(value, (byte) 0);
    java.util.Arrays.fill(writable, (byte) 0);
    put(0x00, 2, PciFunction.VENDOR, 0);
    put(0x02, 2, PciFunction.DEVICE, 0);
    put(COMMAND, 2, 0, COMMAND_WRITABLE);
    put(STATUS, 2, STATUS_CAPABILITIES, 0);
    put(0x08, 4, PciFunction.CLASS << 8 | PciFunction.REVISION, 0);
    put(0x0c, 1, 0, 0xff);
    bars();
    put(SUBSYSTEM, 2, PciFunction.VENDOR, 0);
    put(SUBSYSTEM + 2, 2, PciFunction.DEVICE, 0);
    put(CAPABILITIES, 1, POWER, 0);
    put(INTERRUPT_LINE, 1, 0, 0xff);
    put(INTERRUPT_LINE + 1, 1, 1, 0);

    // Power management, version 3; D3hot keeps the state.
    put(POWER, 4, 0x01 | EXPRESS << 8 | 3 << 16, 0);
    put(POWER + 4, 4, 1 << 3, 3);

    // PCI Express, version 2, an endpoint that can be reset by itself; x1, 2.5 GT/s.
    put(EXPRESS, 4, 0x10 | MSIX << 8 | 2 << 16, 0);
    put(EXPRESS + 4, 4, 1 << 28 | 1 << 15, 0);
    put(DEVICE_CONTROL, 2, 0x2810, 0x7fff);
    put(EXPRESS + 12, 4, 0x11, 0);
    put(EXPRESS + 16, 2, 0, 0x0fff);
    put(EXPRESS + 18, 2, 0x11, 0);

    // MSI-X: table at the begin of BAR 4, pending bits in its second half.
    put(MSIX, 4, 0x11 | (VECTORS - 1) << 16, 0xc000 << 16);
    put(MSIX + 4, 4, PciFunction.MSIX_BAR, 0);
    put(MSIX + 8, 4, PciFunction.MSIX_PENDING | PciFunction.MSIX_BAR, 0);
  }

  private void bars() {
    put(BAR + 4 * PciFunction.REGISTER_BAR, 4, 0, -PciFunction.REGISTER_BYTES);
    // 64 bits, prefetchable.
    long mask = -memoryBytes;
    put(BAR + 4 * PciFunction.MEMORY_BAR, 4, 0xc, (int) mask);
    put(BAR + 4 * PciFunction.MEMORY_BAR + 4, 4, 0, (int) (mask >>> 32));
    put(BAR + 4 * PciFunction.MSIX_BAR, 4, 0, -PciFunction.MSIX_BYTES);
  }

  private void put(int offset, int bytes, int number, int mask) {
    for (int i = 0; i < bytes; i++) {
      value[offset + i] = (byte) (number >>> 8 * i);
      writable[offset + i] = (byte) (mask >>> 8 * i);
    }
  }

  int read(int offset) {
    return value[offset] & 0xff;
  }

  void write(int offset, int byteValue) {
    value[offset] = (byte) (value[offset] & ~writable[offset] | byteValue & writable[offset]);
  }

  /** Whether a byte written there asks for a reset of the function. */
  static boolean resets(int offset, int byteValue) {
    return offset == DEVICE_CONTROL + 1 && (byteValue << 8 & FUNCTION_RESET) != 0;
  }

  private int word(int offset) {
    return read(offset) | read(offset + 1) << 8;
  }

  /** Whether the function may reach the host's memory. */
  boolean master() {
    return (word(COMMAND) & COMMAND_MASTER) != 0;
  }

  /** Whether the interrupt pin is off. */
  boolean pinDisabled() {
    return (word(COMMAND) & COMMAND_INTX_DISABLE) != 0;
  }

  /** Shows the level of the interrupt. */
  void interrupt(boolean high) {
    value[STATUS] = (byte) (STATUS_CAPABILITIES | (high ? STATUS_INTX : 0));
  }
}
