package dev.zhulong.rtl;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the ports of the top module from Verilator's description of the elaborated design ({@code
 * --xml-only}): variables with a direction in the module marked as top, and the type table.
 */
final class InterfaceXml {
  private static final List<String> TYPES =
      List.of(
          "basicdtype",
          "refdtype",
          "enumdtype",
          "structdtype",
          "uniondtype",
          "memberdtype",
          "packarraydtype",
          "unpackarraydtype");

  /** An entry of the type table; {@code bounds} are the constants of its range. */
  private record Type(
      String kind, Map<String, String> attributes, List<Type> members, List<Integer> bounds) {
    String attribute(String name) {
      return attributes.getOrDefault(name, "");
    }
  }

  private record Variable(Map<String, String> attributes, List<String> constants) {}

  private final Map<String, String> files = new HashMap<>();
  private final Map<String, Type> types = new HashMap<>();
  private final Map<String, Map<String, Long>> enums = new LinkedHashMap<>();
  // Where the types of ports come from: packages of structs, and names of enumerations.
  private final Set<String> packages = new HashSet<>();
  private final Set<String> typeNames = new HashSet<>();
  private final List<Variable> variables = new ArrayList<>();
  private String top = "";

  private InterfaceXml() {}

  /**
   * Reads a description.
   *
   * @throws DesignException if a port is of a kind that has no form in Java
   */
  static DesignInterface read(Path xml) throws IOException {
    InterfaceXml description = new InterfaceXml();
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try (InputStream in = Files.newInputStream(xml)) {
      description.scan(factory.createXMLStreamReader(in));
    } catch (XMLStreamException e) {
      throw new IOException("Verilator's description of the design is no XML", e);
    }
    return description.resolve();
  }

  private void scan(XMLStreamReader reader) throws XMLStreamException {
    boolean inTop = false;
    Variable variable = null;
    Map<String, Long> values = new LinkedHashMap<>();
    String member = "";
    Deque<Type> open = new ArrayDeque<>();
    while (reader.hasNext()) {
      int event = reader.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        String element = reader.getLocalName();
        Map<String, String> attributes = attributes(reader);
        switch (element) {
          case "file" -> files.put(attributes.get("id"), attributes.get("filename"));
          case "module" -> {
            inTop = "1".equals(attributes.get("topModule"));
            top = inTop ? attributes.get("origName") : top;
          }
          case "var" -> {
            variable = new Variable(attributes, new ArrayList<>());
            if (inTop) {
              variables.add(variable);
            }
          }
          case "enumitem" -> member = attributes.get("name");
          case "const" -> {
            String text = attributes.get("name");
            if (variable != null) {
              variable.constants().add(text);
            } else if (!open.isEmpty() && open.peek().kind().equals("enumdtype")) {
              values.put(member, constant(text).longValue());
            } else if (!open.isEmpty()) {
              open.peek().bounds().add(constant(text).intValue());
            }
          }
          default -> {
            if (TYPES.contains(element)) {
              Type type = new Type(element, attributes, new ArrayList<>(), new ArrayList<>());
              types.put(attributes.get("id"), type);
              if (element.equals("memberdtype") && !open.isEmpty()) {
                open.peek().members().add(type);
              }
              if (element.equals("enumdtype")) {
                values = new LinkedHashMap<>();
                enums.put(attributes.getOrDefault("name", ""), values);
              }
              open.push(type);
            }
          }
        }
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        switch (reader.getLocalName()) {
          case "module" -> inTop = false;
          case "var" -> variable = null;
          default -> {
            if (TYPES.contains(reader.getLocalName())) {
              open.pop();
            }
          }
        }
      }
    }
  }

  private static Map<String, String> attributes(XMLStreamReader reader) {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
    return attributes;
  }

  /** A constant as Verilator writes it: {@code 32'sh1f}. */
  private static BigInteger constant(String text) {
    int radix = text.indexOf('h');
    if (radix < 0) {
      return new BigInteger(text);
    }
    BigInteger value = new BigInteger(text.substring(radix + 1), 16);
    int width = Integer.parseInt(text.substring(0, text.indexOf('\'')));
    boolean negative = text.charAt(radix - 1) == 's' && value.testBit(width - 1);
    return negative ? value.subtract(BigInteger.ONE.shiftLeft(width)) : value;
  }

  private DesignInterface resolve() {
    Map<String, String> parameters = new LinkedHashMap<>();
    List<PortShape> ports = new ArrayList<>();
    List<DesignException.Diagnostic> refused = new ArrayList<>();
    for (Variable variable : variables) {
      Map<String, String> attributes = variable.attributes();
      if ("true".equals(attributes.get("param")) && !variable.constants().isEmpty()) {
        parameters.put(attributes.get("name"), variable.constants().getFirst());
      } else if (attributes.containsKey("pinIndex")) {
        String problem = problem(attributes);
        if (problem.isEmpty()) {
          ports.add(port(attributes));
        } else {
          int line = Integer.parseInt(attributes.get("loc").split(",")[1]);
          refused.add(
              new DesignException.Diagnostic(
                  files.get(attributes.get("loc").split(",")[0]),
                  line,
                  0,
                  "port " + attributes.get("name") + " " + problem));
        }
      }
    }
    if (!refused.isEmpty()) {
      throw new DesignException("module " + top + " cannot be bound to Java:", refused);
    }
    return new DesignInterface(top, parameters, ports, portEnums());
  }

  /**
   * The enumerations that ports can have. The description does not say which one a field of a
   * struct has, so these are all of the packages that the structs come from.
   */
  private Map<String, Map<String, Long>> portEnums() {
    Map<String, Map<String, Long>> result = new LinkedHashMap<>();
    enums.forEach(
        (name, values) -> {
          int colons = name.indexOf("::");
          if (colons > 0) {
            String simple = name.substring(colons + 2);
            if (typeNames.contains(simple) || packages.contains(name.substring(0, colons))) {
              result.put(simple, values);
            }
          }
        });
    return result;
  }

  private String problem(Map<String, String> attributes) {
    String direction = attributes.get("dir");
    if (!direction.equals("input") && !direction.equals("output")) {
      return "is "
          + direction
          + ", which two-state simulation does not have;"
          + " wrap the module and split it into an input, an output and an output enable";
    }
    if (!attributes.get("name").matches("\\w+")) {
      return "has a name that is no identifier; wrap the module and rename it";
    }
    Type type = types.get(attributes.get("dtype_id"));
    while (type != null && type.attributes().containsKey("sub_dtype_id")) {
      type = types.get(type.attribute("sub_dtype_id"));
    }
    if (type == null
        || type.kind().equals("basicdtype")
            && List.of("real", "string", "event", "chandle").contains(type.attribute("name"))) {
      return "has a type that is not made of bits; wrap the module and pass bits";
    }
    return "";
  }

  private PortShape port(Map<String, String> attributes) {
    List<PortShape.Dimension> dimensions = new ArrayList<>();
    Type type = types.get(attributes.get("dtype_id"));
    while (type.kind().equals("unpackarraydtype") || type.kind().equals("refdtype")) {
      if (type.kind().equals("unpackarraydtype")) {
        int left = type.bounds().get(0);
        int right = type.bounds().get(1);
        dimensions.add(new PortShape.Dimension(Math.min(left, right), Math.abs(left - right) + 1));
      }
      type = types.get(type.attribute("sub_dtype_id"));
    }
    Map<String, PortShape.Field> fields = new LinkedHashMap<>();
    collectFields(type, "", 0, fields);
    typeNames.add(attributes.getOrDefault("vartype", ""));
    int colons = type.attribute("name").indexOf("::");
    if (colons > 0 && !fields.isEmpty()) {
      packages.add(type.attribute("name").substring(0, colons));
    }
    String[] location = attributes.get("loc").split(",");
    return new PortShape(
        attributes.get("name"),
        attributes.get("origName"),
        attributes.get("dir").equals("input") ? PortDirection.INPUT : PortDirection.OUTPUT,
        width(type),
        type.attribute("signed").equals("true"),
        dimensions,
        fields,
        files.get(location[0]) + ":" + location[1]);
  }

  private int width(Type type) {
    return switch (type.kind()) {
      case "basicdtype" ->
          type.attributes().containsKey("left")
              ? Math.abs(
                      Integer.parseInt(type.attribute("left"))
                          - Integer.parseInt(type.attribute("right")))
                  + 1
              : 1;
      case "structdtype" -> type.members().stream().mapToInt(this::width).sum();
      case "uniondtype" -> type.members().stream().mapToInt(this::width).max().orElse(0);
      case "packarraydtype" ->
          (Math.abs(type.bounds().get(0) - type.bounds().get(1)) + 1) * width(element(type));
      default -> width(element(type));
    };
  }

  private Type element(Type type) {
    return types.get(type.attribute("sub_dtype_id"));
  }

  // The first member has the highest bits.
  private void collectFields(
      Type type, String prefix, int low, Map<String, PortShape.Field> fields) {
    boolean union = type.kind().equals("uniondtype");
    if (!union && !type.kind().equals("structdtype")) {
      return;
    }
    int top = low + width(type);
    for (Type member : type.members()) {
      int width = width(member);
      String name = prefix + member.attribute("name");
      int at = union ? low : top - width;
      fields.put(name, new PortShape.Field(at, width));
      Type inner = element(member);
      while (inner.kind().equals("refdtype")) {
        inner = element(inner);
      }
      collectFields(inner, name + ".", at, fields);
      top -= union ? 0 : width;
    }
  }
}
