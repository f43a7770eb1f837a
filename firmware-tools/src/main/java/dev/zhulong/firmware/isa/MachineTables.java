package dev.zhulong.firmware.isa;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes the tables of {@code docs/machine.md} from this package. */
public final class MachineTables {
  private MachineTables() {}

  /** The tables by name, each as Markdown that ends with a newline. */
  public static Map<String, String> all() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("warp instructions", instructions(Extension.WARP));
    tables.put("texture instructions", instructions(Extension.TEXTURE));
    tables.put("merge instructions", instructions(Extension.MERGE));
    tables.put("coverage instructions", instructions(Extension.COVERAGE));
    tables.put("csrs", csrs());
    tables.put("host registers", hostRegisters());
    tables.put("fault causes", faultCauses());
    tables.put("extensions", extensions());
    return tables;
  }

  /**
   * Puts the tables into a document, each between {@code <!-- table: NAME -->} and {@code <!-- end
   * -->}.
   */
  public static String renew(String document) {
    String result = document;
    for (Map.Entry<String, String> table : all().entrySet()) {
      String begin = "<!-- table: " + table.getKey() + " -->\n";
      int start = result.indexOf(begin);
      if (start >= 0) {
        int end = result.indexOf("<!-- end -->", start);
        result =
            result.substring(0, start + begin.length())
                + "\n"
                + table.getValue()
                + "\n"
                + result.substring(end);
      }
    }
    return result;
  }

  private static String instructions(Extension extension) {
    StringBuilder out = new StringBuilder("| mnemonic | match | mask |\n|---|---|---|\n");
    for (Instruction i : Instruction.values()) {
      if (i.extension() == extension) {
        out.append(
            String.format(
                Locale.ROOT, "| `%s` | `%08x` | `%08x` |%n", i.mnemonic(), i.match(), i.mask()));
      }
    }
    return out.toString();
  }

  private static String csrs() {
    StringBuilder out =
        new StringBuilder("| CSR | address | scope | access | holds |\n|---|---|---|---|---|\n");
    for (Csr c : Csr.values()) {
      out.append(
          String.format(
              Locale.ROOT,
              "| `%s` | `0x%03x` | %s | %s | %s |%n",
              c.assemblyName(),
              c.address(),
              c.scope(),
              c.writable() ? "RW" : "RO",
              c.description()));
    }
    return out.toString();
  }

  private static String hostRegisters() {
    StringBuilder out =
        new StringBuilder("| register | offset | access | holds |\n|---|---|---|---|\n");
    for (HostRegister r : HostRegister.values()) {
      out.append(
          String.format(
              Locale.ROOT,
              "| `%s` | `0x%03x` | %s | %s |%n",
              r.name(),
              r.offset(),
              r.access(),
              r.description()));
    }
    return out.toString();
  }

  private static String faultCauses() {
    StringBuilder out = new StringBuilder("| code | cause |\n|---|---|\n");
    for (FaultCause c : FaultCause.values()) {
      out.append(String.format(Locale.ROOT, "| %d | `%s` |%n", c.code(), c.name()));
    }
    return out.toString();
  }

  private static String extensions() {
    StringBuilder out = new StringBuilder("| bit | extension |\n|---|---|\n");
    for (Extension e : Extension.values()) {
      out.append(String.format(Locale.ROOT, "| %d | %s |%n", e.ordinal(), e.name()));
    }
    return out.toString();
  }
}
