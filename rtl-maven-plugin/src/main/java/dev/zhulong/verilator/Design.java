package dev.zhulong.verilator;

import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One {@code <design>} of the plugin's configuration; Maven fills the fields in. */
public final class Design {
  /** SystemVerilog files, packages before their users. */
  List<File> sources = new ArrayList<>();

  /** Folders in which {@code `include} finds files. */
  List<File> includes = new ArrayList<>();

  /** Macros by name. */
  Map<String, String> defines = new LinkedHashMap<>();

  /** Parameters of the top module by name: a whole number, or a text in quotation marks. */
  Map<String, String> parameters = new LinkedHashMap<>();

  /** The top module; without it, it is called as the last file is. */
  String top = "";

  /** The generated class's simple name; without it, the module's in camel case. */
  String className = "";

  /** For Maven. */
  public Design() {}

  /** What the other process is told. */
  List<String> job() {
    List<String> lines = new ArrayList<>();
    sources.forEach(file -> lines.add("source=" + file));
    includes.forEach(folder -> lines.add("include=" + folder));
    defines.forEach((name, value) -> lines.add("define=" + name + "=" + (value == null ? "" : value)));
    parameters.forEach((name, value) -> lines.add("parameter=" + name + "=" + value));
    lines.add("top=" + top);
    return lines;
  }

  /** What messages call it. */
  String name() {
    return top.isEmpty() ? sources.get(sources.size() - 1).getName() : top;
  }
}
