package dev.zhulong.simulator.gdb;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.Debugger;
import java.util.Arrays;

/** Which of the device's breakpoints hold which addresses. */
final class Breakpoints {
  private static final long FREE = -1;

  private final Debugger debugger;
  private final long[] addresses = new long[HostRegister.BREAKPOINTS];

  Breakpoints(Debugger debugger) {
    this.debugger = debugger;
    Arrays.fill(addresses, FREE);
  }

  boolean at(long address) {
    return indexOf(address) >= 0;
  }

  /** Sets one, unless it is set already; false if all are taken. */
  boolean set(long address) {
    if (at(address)) {
      return true;
    }
    int index = indexOf(FREE);
    if (index < 0) {
      return false;
    }
    debugger.setBreakpoint(index, address);
    addresses[index] = address;
    return true;
  }

  void clear(long address) {
    int index = indexOf(address);
    if (index >= 0) {
      debugger.clearBreakpoint(index);
      addresses[index] = FREE;
    }
  }

  private int indexOf(long address) {
    for (int i = 0; i < addresses.length; i++) {
      if (addresses[i] == address) {
        return i;
      }
    }
    return -1;
  }
}
