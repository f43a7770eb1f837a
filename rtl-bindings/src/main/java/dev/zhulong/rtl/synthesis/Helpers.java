package dev.zhulong.rtl.synthesis;

import java.util.Map;
import java.util.TreeMap;

/** Functions that a module needs for what Verilog has no operator for. */
final class Helpers {
  private final Map<String, String> texts = new TreeMap<>();

  /** Bits of a value that is no variable. */
  String slice(String value, int from, int lsb, int width) {
    String name = "zl_slice_" + from + "_" + lsb + "_" + width;
    define(name, from, width, name + " = value[" + (lsb + width - 1) + ":" + lsb + "];");
    return name + "(" + value + ")";
  }

  /** Bits of a value that is no variable, from a place that is not constant. */
  String pick(String value, int from, String lsb, int width) {
    String name = "zl_pick_" + from + "_" + width;
    texts.put(
        name,
        header(name, from, width)
            + "    input [31:0] lsb;\n    "
            + name
            + " = value[lsb +: "
            + width
            + "];\n  endfunction\n");
    return name + "(" + value + ", " + lsb + ")";
  }

  /** The number of ones. */
  String ones(String value, int from, int width) {
    String name = "zl_ones_" + from + "_" + width;
    texts.put(
        name,
        header(name, from, width)
            + "    reg [31:0] i;\n    begin\n      "
            + name
            + " = 0;\n      for (i = 0; i < "
            + from
            + "; i = i + 1) "
            + name
            + " = "
            + name
            + " + value[i];\n    end\n  endfunction\n");
    return name + "(" + value + ")";
  }

  private void define(String name, int from, int width, String body) {
    texts.put(name, header(name, from, width) + "    " + body + "\n  endfunction\n");
  }

  private static String header(String name, int from, int width) {
    return "  function automatic "
        + Variable.range(width)
        + name
        + ";\n    input "
        + Variable.range(from)
        + "value;\n";
  }

  String text() {
    return String.join("", texts.values());
  }
}
