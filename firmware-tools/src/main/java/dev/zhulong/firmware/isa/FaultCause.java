package dev.zhulong.firmware.isa;

/** Why work was stopped; {@link #code} is what the fault record holds. Machine contract, faults. */
public enum FaultCause {
  /** No fault is latched. */
  NONE(0),
  /** An encoding or CSR that the core does not have. */
  ILLEGAL_INSTRUCTION(1),
  /** A data or instruction address that is not naturally aligned. */
  MISALIGNED(2),
  /** An address that is unmapped, or that no protection region allows. */
  ACCESS(3),
  /** A branch or indirect jump whose active lanes disagree, outside of a SPLIT. */
  DIVERGENT_BRANCH(4),
  /** The divergence stack over- or underflowed. */
  STACK(5),
  /** EBREAK was executed. */
  BREAKPOINT(6),
  /** ECALL was executed. */
  ECALL(7),
  /** The host stopped work that did not end in time. */
  TIMEOUT(8);

  private final int code;

  FaultCause(int code) {
    this.code = code;
  }

  /** The value of the fault record's cause register. */
  public int code() {
    return code;
  }

  /**
   * The cause with the given code.
   *
   * @throws IllegalArgumentException if no cause has this code
   */
  public static FaultCause of(int code) {
    for (FaultCause cause : values()) {
      if (cause.code == code) {
        return cause;
      }
    }
    throw new IllegalArgumentException("fault cause " + code + " is not one of 0 to 8");
  }
}
