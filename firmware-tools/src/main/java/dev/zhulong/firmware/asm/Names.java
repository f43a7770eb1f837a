package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.isa.Csr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names of registers, CSRs and rounding modes in assembly text. */
final class Names {
  private static final String[] INTEGER = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
        "a5",
    "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"
  };
  private static final String[] FLOAT = {
    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1", "fa2",
    "fa3", "fa4", "fa5", "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9",
    "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"
  };

  /** Rounding modes by number; those without a name are not valid. */
  static final List<String> ROUNDING =
      List.of("rne", "rtz", "rdn", "rup", "rmm", "unknown", "unknown", "dyn");

  private static final Map<String, Integer> INTEGER_NUMBERS = numbers(INTEGER, "x");
  private static final Map<String, Integer> FLOAT_NUMBERS = numbers(FLOAT, "f");

  /** CSRs that the core shares with other RISC-V machines, by their standard names. */
  private static final Map<String, Integer> STANDARD_CSRS =
      Map.ofEntries(
          Map.entry("fflags", 0x001),
          Map.entry("frm", 0x002),
          Map.entry("fcsr", 0x003),
          Map.entry("mscratch", 0x340),
          Map.entry("mcycle", 0xB00),
          Map.entry("minstret", 0xB02),
          Map.entry("mcycleh", 0xB80),
          Map.entry("minstreth", 0xB82),
          Map.entry("mhartid", 0xF14));

  private static final Map<String, Integer> CSR_NUMBERS = new HashMap<>();
  private static final Map<Integer, String> CSR_NAMES = new HashMap<>();

  static {
    for (Csr csr : Csr.values()) {
      CSR_NUMBERS.put(csr.assemblyName(), csr.address());
      CSR_NAMES.put(csr.address(), csr.assemblyName());
    }
    CSR_NUMBERS.putAll(STANDARD_CSRS);
    STANDARD_CSRS.forEach((name, number) -> CSR_NAMES.put(number, name));
  }

  private Names() {}

  private static Map<String, Integer> numbers(String[] names, String prefix) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      numbers.put(names[i], i);
      numbers.put(prefix + i, i);
    }
    if (prefix.equals("x")) {
      numbers.put("fp", 8);
    }
    return numbers;
  }

  static String integer(int number) {
    return INTEGER[number];
  }

  static String floating(int number) {
    return FLOAT[number];
  }

  /** The number of an integer register, or −1. */
  static int integerNumber(String name) {
    return INTEGER_NUMBERS.getOrDefault(name, -1);
  }

  /** The number of a float register, or −1. */
  static int floatNumber(String name) {
    return FLOAT_NUMBERS.getOrDefault(name, -1);
  }

  /** The address of a named CSR, or −1. */
  static int csrNumber(String name) {
    return CSR_NUMBERS.getOrDefault(name, -1);
  }

  static String csr(int address) {
    String name = CSR_NAMES.get(address);
    return name != null ? name : "0x" + Integer.toHexString(address);
  }
}
