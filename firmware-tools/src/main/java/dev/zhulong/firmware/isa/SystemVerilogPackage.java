package dev.zhulong.firmware.isa;

import java.util.Locale;

/** Writes the SystemVerilog package {@code zl_isa_pkg} that the core imports, from this package. */
public final class SystemVerilogPackage {
  private SystemVerilogPackage() {}

  /** Prints the package to standard output, for linting the core by hand. */
  public static void main(String[] args) {
    System.out.print(text());
  }

  /** The whole package file. */
  public static String text() {
    StringBuilder out = new StringBuilder();
    out.append("// Generated from dev.zhulong.firmware.isa; edit there.\n");
    // A core need not use every constant of the contract.
    out.append("/* verilator lint_off UNUSEDPARAM */\n");
    out.append("package zl_isa_pkg;\n");
    for (Instruction i : Instruction.values()) {
      word(out, "INSN_" + i.name() + "_MASK", i.mask());
      word(out, "INSN_" + i.name() + "_MATCH", i.match());
    }
    for (Csr csr : Csr.values()) {
      out.append(
          String.format(
              Locale.ROOT,
              "  localparam logic [11:0] CSR_%s = 12'h%03x;%n",
              csr.name(),
              csr.address()));
    }
    for (HostRegister register : HostRegister.values()) {
      out.append(
          String.format(
              Locale.ROOT,
              "  localparam logic [15:0] REG_%s = 16'h%04x;%n",
              register.name(),
              register.offset()));
    }
    word(out, "REG_ID_VALUE", HostRegister.ID_VALUE);
    word(out, "REG_VERSION_VALUE", HostRegister.VERSION_VALUE);
    for (FaultCause cause : FaultCause.values()) {
      out.append(
          String.format(
              Locale.ROOT,
              "  localparam logic [3:0] FAULT_%s = 4'd%d;%n",
              cause.name(),
              cause.code()));
    }
    word(out, "ADDR_FIRST_MAPPED", (int) MemoryMap.FIRST_MAPPED);
    word(out, "ADDR_CONSOLE", (int) MemoryMap.CONSOLE);
    word(out, "ADDR_RESULT", (int) MemoryMap.RESULT);
    word(out, "ADDR_LOCAL", (int) MemoryMap.LOCAL);
    out.append("endpackage\n/* verilator lint_on UNUSEDPARAM */\n");
    return out.toString();
  }

  private static void word(StringBuilder out, String name, int value) {
    out.append(
        String.format(Locale.ROOT, "  localparam logic [31:0] %s = 32'h%08x;%n", name, value));
  }
}
