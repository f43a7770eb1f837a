package dev.zhulong.rtl.synthesis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An elaborated design as Verilog-2005.
 *
 * @param text all its modules
 * @param units the name of each module in the text, to the name of its source file's module
 */
public record VerilogView(String text, Map<String, String> units) {

  /**
   * Prints a design.
   *
   * @param xml what {@code verilator --xml-only} has written
   * @throws UnsupportedConstructException if something of the design has no form in the view
   */
  public static VerilogView of(Path xml) throws IOException {
    Node netlist =
        Node.read(xml)
            .all("netlist")
            .findFirst()
            .orElseThrow(() -> new IOException(xml + " has no netlist"));
    DataTypes types = new DataTypes(netlist);
    Map<String, Node> packageFunctions = new HashMap<>();
    netlist
        .all("package")
        .flatMap(Node::tree)
        .filter(node -> node.is("func"))
        .forEach(node -> packageFunctions.put(node.name(), node));
    StringBuilder text = new StringBuilder();
    Map<String, String> units = new LinkedHashMap<>();
    Map<String, String> names = names(netlist.all("module").toList());
    for (Node module : netlist.all("module").toList()) {
      text.append(ModulePrinter.text(module, names, types, packageFunctions)).append('\n');
      units.put(names.get(module.name()), module.attribute("origName"));
    }
    return new VerilogView(text.toString(), units);
  }

  /** A module keeps its name in the source where there is one specialisation only. */
  private static Map<String, String> names(List<Node> modules) {
    Map<String, String> names = new HashMap<>();
    for (Node module : modules) {
      String source = module.attribute("origName");
      long same = modules.stream().filter(m -> m.attribute("origName").equals(source)).count();
      names.put(module.name(), same == 1 ? source : module.name().replace("__", "_"));
    }
    return names;
  }
}
