package dev.zhulong.simulator.bringdown;

import static dev.zhulong.firmware.isa.FaultCause.ACCESS;
import static dev.zhulong.firmware.isa.FaultCause.BREAKPOINT;
import static dev.zhulong.firmware.isa.FaultCause.DIVERGENT_BRANCH;
import static dev.zhulong.firmware.isa.FaultCause.ECALL;
import static dev.zhulong.firmware.isa.FaultCause.ILLEGAL_INSTRUCTION;
import static dev.zhulong.firmware.isa.FaultCause.MISALIGNED;
import static dev.zhulong.firmware.isa.FaultCause.STACK;
import static dev.zhulong.firmware.isa.FaultCause.TIMEOUT;

import dev.zhulong.firmware.isa.FaultCause;
import java.util.List;

/**
 * One way to bring a device down.
 *
 * @param name for people and messages
 * @param cause what the fault record must say
 * @param access its kind of access: 0 none, 1 read, 2 write, 4 execute
 * @param place where the program counter and the address must be
 * @param memoryDies whether the memory stops answering while the program runs
 * @param body assembly that does it, run by all lanes of the workgroup's warps; a0 is the victim's
 *     buffer, a2 the address of a buffer that it must not touch, and the label {@code fault} stands
 *     at the instruction that is at fault
 */
record Scenario(
    String name, FaultCause cause, int access, Place place, boolean memoryDies, String body) {

  /** What a fault record must say about addresses. */
  sealed interface Place {
    /** The program counter is that of the label; the address is zero. */
    record AtLabel() implements Place {}

    /** The program counter is that of the label; the address is this one. */
    record Absolute(long address) implements Place {}

    /** The program counter is that of the label; the address is so far into the victim's buffer. */
    record InVictim(int offset) implements Place {}

    /** The program counter is that of the label; the address is that of the forbidden buffer. */
    record Forbidden() implements Place {}

    /** Program counter and address are the start of the victim's buffer. */
    record FetchFromVictim() implements Place {}

    /** Anywhere in the program: the host stopped it. */
    record Anywhere() implements Place {}
  }

  private static final Place AT_LABEL = new Place.AtLabel();
  private static final int NONE = 0;
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;

  private static Scenario fault(
      String name, FaultCause cause, int access, Place place, String body) {
    return new Scenario(name, cause, access, place, false, body);
  }

  private static Scenario hang(String name, boolean memoryDies, String body) {
    return new Scenario(name, TIMEOUT, NONE, new Place.Anywhere(), memoryDies, body);
  }

  /** All of them. */
  static List<Scenario> all() {
    return List.of(
        fault("illegal word", ILLEGAL_INSTRUCTION, NONE, AT_LABEL, "fault: .word 0\n"),
        fault("unknown CSR", ILLEGAL_INSTRUCTION, NONE, AT_LABEL, "fault: csrr t0, 0x7ff\n"),
        fault(
            "reserved rounding mode",
            ILLEGAL_INSTRUCTION,
            NONE,
            AT_LABEL,
            """
              li t0, 5
              csrw frm, t0
            fault: fadd.s ft0, ft1, ft2
            """),
        fault("misaligned load", MISALIGNED, READ, new Place.InVictim(2), "fault: lw t0, 2(a0)\n"),
        fault(
            "misaligned store", MISALIGNED, WRITE, new Place.InVictim(1), "fault: sh t0, 1(a0)\n"),
        fault(
            "misaligned jump",
            MISALIGNED,
            EXECUTE,
            new Place.InVictim(2),
            "fault: jalr x0, 2(a0)\n"),
        fault(
            "load below memory",
            ACCESS,
            READ,
            new Place.Absolute(0x20),
            "fault: lw t0, 0x20(x0)\n"),
        fault(
            "store beyond local memory",
            ACCESS,
            WRITE,
            new Place.Absolute(0xffff_ff00L),
            """
              li t0, -256
            fault: sw t0, 0(t0)
            """),
        fault(
            "load from a forbidden buffer",
            ACCESS,
            READ,
            new Place.Forbidden(),
            "fault: lw t0, 0(a2)\n"),
        fault(
            "store to a forbidden buffer",
            ACCESS,
            WRITE,
            new Place.Forbidden(),
            "fault: sw t0, 0(a2)\n"),
        fault(
            "jump into data",
            ACCESS,
            EXECUTE,
            new Place.FetchFromVictim(),
            "fault: jalr x0, 0(a0)\n"),
        fault(
            "divergent branch",
            DIVERGENT_BRANCH,
            NONE,
            AT_LABEL,
            """
              csrr t0, lane_id
            fault: bnez t0, 1f
            1: nop
            """),
        fault(
            "divergent jump",
            DIVERGENT_BRANCH,
            NONE,
            AT_LABEL,
            """
              csrr t0, lane_id
              slli t0, t0, 2
              add t0, t0, a0
            fault: jalr x0, 0(t0)
            """),
        fault(
            "stack overflow",
            STACK,
            NONE,
            AT_LABEL,
            """
              li t1, -1
            1: tmc t1
              csrr t0, lane_id
            fault: split t2, t0
              j 1b
            """),
        fault(
            "stack underflow",
            STACK,
            NONE,
            AT_LABEL,
            """
              li t0, 77
            fault: join t0
            """),
        fault("restored mask of zero", STACK, NONE, AT_LABEL, "fault: pred x0, x0\n"),
        fault("breakpoint", BREAKPOINT, NONE, AT_LABEL, "fault: ebreak\n"),
        fault("system call", ECALL, NONE, AT_LABEL, "fault: ecall\n"),
        hang("endless loop", false, "1: j 1b\n"),
        hang(
            "endless stores",
            false,
            """
            1: andi t4, t3, 0x7fc
              add t4, t4, a0
              sw t3, 0(t4)
              addi t3, t3, 4
              j 1b
            """),
        hang(
            "barrier never met",
            false,
            """
              csrr t0, group_warp_rank
              bnez t0, 1f
              csrr t1, slot_id
              csrr t2, group_warps
              bar t1, t2
            1: tmc x0
            """),
        hang(
            "WSPAWN never satisfied",
            false,
            """
              csrr t0, group_warp_rank
              bnez t0, 1f
              li t1, 2
              la t2, _start
              wspawn t1, t2
            1: j 1b
            """),
        hang("memory dies under loads", true, streaming("lw t5, 0(t4)")),
        hang("memory dies under stores", true, streaming("sw t3, 0(t4)")),
        hang("memory dies under both", true, streaming("lw t5, 0(t4)\n  sw t3, 64(t4)")));
  }

  /** Goes through more of the victim's buffer than a data cache holds, for ever. */
  private static String streaming(String accesses) {
    return """
      li t2, 0xffc0
    1: and t4, t3, t2
      add t4, t4, a0
      ACCESSES
      addi t3, t3, 64
      j 1b
    """
        .replace("ACCESSES", accesses);
  }
}
