package dev.zhulong.hal;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.HostRegister;

/**
 * A register of a hardware thread as a debugger names it; PC, CSRs and the lane mask are the
 * warp's, so that all its lanes share them. The numbers are those of the abstract commands of the
 * RISC-V debug specification, section 3.7.1.1.
 *
 * @param number the number in the debug block's command
 */
public record HartRegister(int number) {
  /** Program counter; a multiple of 4. */
  public static final HartRegister PC = new HartRegister(HostRegister.DEBUG_PC);

  /** Mask of active lanes; writable by a debugger, never zero. */
  public static final HartRegister LANES = csr(Csr.ACTIVE_LANES);

  /** Integer register 0 to 31. */
  public static HartRegister integer(int index) {
    return new HartRegister(HostRegister.DEBUG_INTEGER + checked(index));
  }

  /** Float register 0 to 31. */
  public static HartRegister floating(int index) {
    return new HartRegister(HostRegister.DEBUG_FLOAT + checked(index));
  }

  /** A CSR. */
  public static HartRegister csr(Csr csr) {
    return new HartRegister(csr.address());
  }

  private static int checked(int index) {
    if (index < 0 || index > 31) {
      throw new IllegalArgumentException("register " + index + ", must be 0 to 31");
    }
    return index;
  }

  @Override
  public String toString() {
    int index = number & 31;
    if (number >= HostRegister.DEBUG_FLOAT) {
      return "f" + index;
    }
    if (number >= HostRegister.DEBUG_INTEGER) {
      return "x" + index;
    }
    return number == HostRegister.DEBUG_PC ? "pc" : String.format("csr 0x%03x", number);
  }
}
