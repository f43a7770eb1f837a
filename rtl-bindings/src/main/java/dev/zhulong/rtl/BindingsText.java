package dev.zhulong.rtl;

import java.util.Map;
import javax.lang.model.SourceVersion;

/** Writes the Java class of a top module. */
final class BindingsText {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  private BindingsText() {}

  static String of(DesignInterface design, String packageName, String className) {
    if (!SourceVersion.isName(packageName)) {
      throw new IllegalArgumentException("\"" + packageName + "\" is no name of a Java package");
    }
    if (!SourceVersion.isName(className) || className.contains(".")) {
      throw new IllegalArgumentException("\"" + className + "\" is no name of a Java class");
    }
    return new BindingsText().write(design, packageName, className);
  }

  private String write(DesignInterface design, String packageName, String className) {
    line("// Generated from the ports of module %s; not to be edited.", design.top());
    line("package %s;", packageName);
    line("");
    boolean inRtl = packageName.equals("dev.zhulong.rtl");
    if (!inRtl) {
      for (String type : new String[] {"NarrowPort", "VerilatedDesign", "VerilatedModel"}) {
        line("import dev.zhulong.rtl.%s;", type);
      }
      if (design.ports().stream().anyMatch(port -> !port.narrow())) {
        line("import dev.zhulong.rtl.WidePort;");
      }
    }
    if (design.ports().stream().anyMatch(port -> !port.dimensions().isEmpty())) {
      line("import java.util.List;");
    }
    line("");
    line("/** Module {@code %s}; fields are its ports. */", design.top());
    line("public final class %s implements AutoCloseable {", className);
    line("/** The model, for whatever is not a port. */");
    line("public final VerilatedModel model;");
    for (PortShape port : design.ports()) {
      line("");
      line("/** %s. */", description(port));
      line("public final %s %s;", type(port), identifier(port.name()));
    }
    line("");
    line("/**");
    line("* Builds or finds the model, and makes an instance.");
    line("*");
    line("* @throws IllegalArgumentException if the design's top module has other ports");
    line("*/");
    line("public %s(VerilatedDesign design) {", className);
    line("model = design.build();");
    line("try {");
    for (PortShape port : design.ports()) {
      line("%s = model.%s(\"%s\");", identifier(port.name()), accessor(port), port.name());
    }
    line("} catch (IllegalArgumentException e) {");
    line("model.close();");
    line("throw e;");
    line("}");
    line("}");
    line("");
    line("/** {@link VerilatedModel#eval}. */");
    line("public void eval() {");
    line("model.eval();");
    line("}");
    line("");
    line("/** {@link VerilatedModel#step(long)}. */");
    line("public void step(long cycles) {");
    line("model.step(cycles);");
    line("}");
    line("");
    line("/** {@link VerilatedModel#reset}. */");
    line("public void reset(long cycles) {");
    line("model.reset(cycles);");
    line("}");
    line("");
    line("@Override");
    line("public void close() {");
    line("model.close();");
    line("}");
    design.enums().forEach(this::constants);
    line("}");
    return text.toString();
  }

  private void constants(String name, Map<String, Long> values) {
    line("");
    line("/** Enumeration {@code %s}. */", name);
    line("public static final class %s {", camelCase(name));
    line("private %s() {}", camelCase(name));
    values.forEach(
        (member, value) -> {
          line("");
          line("/** {@code %s}. */", member);
          line("public static final long %s = %d;", identifier(member), value);
        });
    line("}");
  }

  private void line(String format, Object... arguments) {
    String line = String.format(format, arguments);
    if (line.startsWith("}")) {
      depth--;
    }
    if (!line.isEmpty()) {
      text.append("  ".repeat(depth)).append(line.startsWith("*") ? " " : "").append(line);
    }
    text.append('\n');
    if (line.endsWith("{")) {
      depth++;
    }
  }

  private static String description(PortShape port) {
    String direction = port.direction() == PortDirection.INPUT ? "Input" : "Output";
    String fields =
        port.fields().isEmpty() ? "" : ", with fields " + String.join(", ", port.fields().keySet());
    return direction + (port.signed() ? ", signed" : "") + fields;
  }

  private static String type(PortShape port) {
    String element = port.narrow() ? "NarrowPort" : "WidePort";
    return port.dimensions().isEmpty() ? element : "List<" + element + ">";
  }

  private static String accessor(PortShape port) {
    return (port.narrow() ? "narrow" : "wide") + (port.dimensions().isEmpty() ? "" : "Array");
  }

  // The names of the class's own members, and Java's words.
  private static String identifier(String name) {
    return SourceVersion.isKeyword(name) || name.equals("model") || name.equals("design")
        ? name + "_"
        : name;
  }

  static String camelCase(String name) {
    StringBuilder result = new StringBuilder();
    for (String word : name.split("_")) {
      if (!word.isEmpty()) {
        result.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
    }
    return result.isEmpty() ? "Anonymous" : result.toString();
  }
}
