package dev.zhulong.simulator.gdb;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.hal.HartRegister;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The registers of a thread in the debugger's order, and the XML that tells it so. Source: GDB
 * manual, appendix G, target descriptions, RISC-V features.
 */
final class TargetDescription {
  private static final String[] INTEGER_NAMES = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "fp", "s1", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
    "t5", "t6"
  };
  private static final String[] FLOAT_NAMES = {
    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1", "fa2",
    "fa3", "fa4", "fa5", "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9",
    "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"
  };

  /** CSRs that the debugger knows as part of the float unit. */
  private static final List<Csr> FLOAT_CSRS = List.of(Csr.FFLAGS, Csr.FRM, Csr.FCSR);

  /** Number of the program counter. */
  static final int PC = 32;

  /** Registers of the packets that carry all: integer, program counter, float. */
  static final int GENERAL = 65;

  private final List<HartRegister> registers = new ArrayList<>();
  private final String xml;

  TargetDescription() {
    StringBuilder out = new StringBuilder();
    out.append("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n");
    out.append("<target version=\"1.0\">\n<architecture>riscv:rv32</architecture>\n");
    // Else the debugger takes the program for one of Linux, and steps by breakpoints.
    out.append("<osabi>none</osabi>\n");
    out.append("<feature name=\"org.gnu.gdb.riscv.cpu\">\n");
    for (int i = 0; i < 32; i++) {
      String type = i == 2 || i == 3 || i == 4 || i == 8 ? "data_ptr" : "int";
      add(out, INTEGER_NAMES[i], i == 1 ? "code_ptr" : type, HartRegister.integer(i));
    }
    add(out, "pc", "code_ptr", HartRegister.PC);
    out.append("</feature>\n<feature name=\"org.gnu.gdb.riscv.fpu\">\n");
    for (int i = 0; i < 32; i++) {
      add(out, FLOAT_NAMES[i], "ieee_single", HartRegister.floating(i));
    }
    for (Csr csr : FLOAT_CSRS) {
      add(out, name(csr), "int", HartRegister.csr(csr));
    }
    out.append("</feature>\n<feature name=\"dev.zhulong.warp\">\n");
    for (Csr csr : Csr.values()) {
      if (!FLOAT_CSRS.contains(csr) && !csr.name().startsWith("PERF_")) {
        add(out, name(csr), "int", HartRegister.csr(csr));
      }
    }
    xml = out.append("</feature>\n</target>\n").toString();
  }

  private void add(StringBuilder out, String name, String type, HartRegister register) {
    out.append("<reg name=\"").append(name).append("\" bitsize=\"32\" type=\"").append(type);
    out.append("\" regnum=\"").append(registers.size()).append("\"/>\n");
    registers.add(register);
  }

  private static String name(Csr csr) {
    return csr.name().toLowerCase(Locale.ROOT);
  }

  String xml() {
    return xml;
  }

  /**
   * A register by the debugger's number.
   *
   * @throws IllegalArgumentException if there is none
   */
  HartRegister register(long number) {
    if (number >= registers.size()) {
      throw new IllegalArgumentException("register " + number);
    }
    return registers.get((int) number);
  }
}
