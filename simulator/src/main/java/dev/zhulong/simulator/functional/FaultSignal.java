package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.FaultCause;

/** Ends an instruction that faults, before it has any effect. */
final class FaultSignal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  final transient FaultCause cause;
  final int address;
  final int access;

  FaultSignal(FaultCause cause, int address, int access) {
    super(cause.name(), null, false, false);
    this.cause = cause;
    this.address = address;
    this.access = access;
  }

  FaultSignal(FaultCause cause) {
    this(cause, 0, 0);
  }
}
