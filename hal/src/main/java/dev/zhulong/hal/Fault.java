package dev.zhulong.hal;

import dev.zhulong.firmware.isa.FaultCause;

/**
 * The device's record of the first fault. Machine contract, faults.
 *
 * @param cause why
 * @param pc program counter of the instruction, unsigned
 * @param core core number
 * @param warp warp in the core
 * @param lanes mask of the warp's active lanes
 * @param address address of the access, unsigned; 0 when the cause is not an access
 * @param access 1 read, 2 write, 4 execute; 0 when the cause is not an access
 * @param source the place in the kernel's source as {@code file:line:column}, or empty
 */
public record Fault(
    FaultCause cause,
    long pc,
    int core,
    int warp,
    int lanes,
    long address,
    int access,
    String source) {

  /** One line for people. */
  public String describe() {
    String where = source.isEmpty() ? "" : " (" + source + ")";
    String what =
        switch (access) {
          case 1 -> String.format(" reading 0x%08x", address);
          case 2 -> String.format(" writing 0x%08x", address);
          case 4 -> String.format(" fetching 0x%08x", address);
          default -> "";
        };
    return String.format(
        "%s%s at pc 0x%08x%s, core %d warp %d lanes 0x%x",
        cause, what, pc, where, core, warp, lanes);
  }
}
