package dev.zhulong.rtl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text form of a {@link DesignInterface}, which travels inside of the library: lines of fields
 * between tabs.
 *
 * <pre>{@code
 * top        fifo
 * parameter  DEPTH  32'sh8
 * port       data_i  data_i  INPUT  8  unsigned  0:4  s0/fifo.sv:12    dimensions lowest:size
 * field      valid  7  1                                               of the last port
 * enum       state_t
 * value      IDLE  0                                                   of the last enum
 * }</pre>
 */
final class InterfaceText {
  private InterfaceText() {}

  static String write(DesignInterface design) {
    StringBuilder text = new StringBuilder();
    line(text, "top", design.top());
    design.parameters().forEach((name, value) -> line(text, "parameter", name, value));
    for (PortShape port : design.ports()) {
      List<String> dimensions =
          port.dimensions().stream().map(d -> d.lowest() + ":" + d.size()).toList();
      line(
          text,
          "port",
          port.name(),
          port.member(),
          port.direction(),
          port.width(),
          port.signed() ? "signed" : "unsigned",
          String.join(",", dimensions),
          port.location());
      port.fields().forEach((name, field) -> line(text, "field", name, field.low(), field.width()));
    }
    design
        .enums()
        .forEach(
            (name, values) -> {
              line(text, "enum", name);
              values.forEach((member, value) -> line(text, "value", member, value));
            });
    return text.toString();
  }

  private static void line(StringBuilder text, Object... fields) {
    for (int i = 0; i < fields.length; i++) {
      text.append(i == 0 ? "" : "\t").append(fields[i]);
    }
    text.append('\n');
  }

  static DesignInterface read(String text) {
    String top = "";
    Map<String, String> parameters = new LinkedHashMap<>();
    List<PortShape> ports = new ArrayList<>();
    Map<String, Map<String, Long>> enums = new LinkedHashMap<>();
    Map<String, Long> values = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      String[] f = line.split("\t", -1);
      switch (f[0]) {
        case "top" -> top = f[1];
        case "parameter" -> parameters.put(f[1], f[2]);
        case "port" -> ports.add(port(f));
        case "field" ->
            ports
                .getLast()
                .fields()
                .put(f[1], new PortShape.Field(Integer.parseInt(f[2]), Integer.parseInt(f[3])));
        case "enum" -> {
          values = new LinkedHashMap<>();
          enums.put(f[1], values);
        }
        case "value" -> values.put(f[1], Long.parseLong(f[2]));
        default -> throw new IllegalArgumentException("line \"" + line + "\" of an interface");
      }
    }
    return new DesignInterface(top, parameters, ports, enums);
  }

  private static PortShape port(String[] f) {
    List<PortShape.Dimension> dimensions = new ArrayList<>();
    if (!f[6].isEmpty()) {
      for (String dimension : f[6].split(",")) {
        int colon = dimension.indexOf(':');
        dimensions.add(
            new PortShape.Dimension(
                Integer.parseInt(dimension.substring(0, colon)),
                Integer.parseInt(dimension.substring(colon + 1))));
      }
    }
    return new PortShape(
        f[1],
        f[2],
        PortDirection.valueOf(f[3]),
        Integer.parseInt(f[4]),
        f[5].equals("signed"),
        dimensions,
        new LinkedHashMap<>(),
        f[7]);
  }
}
