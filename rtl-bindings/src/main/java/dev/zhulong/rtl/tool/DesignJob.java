package dev.zhulong.rtl.tool;

import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.BuildListener;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is to be done for one design.
 *
 * @param sources SystemVerilog files, packages before their users
 * @param includes folders in which {@code `include} finds files
 * @param defines macros by name
 * @param parameters of the top module by name: a number, or a text in quotation marks
 * @param top the top module; empty for the name of the last file
 */
public record DesignJob(
    List<Path> sources,
    List<Path> includes,
    Map<String, String> defines,
    Map<String, String> parameters,
    String top) {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+");
  private static final Pattern TEXT = Pattern.compile("\"(.*)\"");
  private static final Pattern PACKAGE = Pattern.compile("(\\w+\\.)*\\w+");

  /** Copies the lists. */
  public DesignJob {
    sources = List.copyOf(sources);
    includes = List.copyOf(includes);
    defines = Map.copyOf(defines);
    parameters = Map.copyOf(parameters);
  }

  /**
   * The design.
   *
   * @throws IllegalArgumentException if there is no source, or a parameter is neither a number nor
   *     a text
   */
  public VerilatedDesign design() {
    VerilatedDesign design = VerilatedModel.of(sources.toArray(Path[]::new));
    for (Path folder : includes) {
      design = design.include(folder);
    }
    for (Map.Entry<String, String> define : defines.entrySet()) {
      design = design.define(define.getKey(), define.getValue());
    }
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      design = with(design, parameter.getKey(), parameter.getValue());
    }
    return top.isEmpty() ? design : design.top(top);
  }

  private static VerilatedDesign with(VerilatedDesign design, String name, String value) {
    Matcher text = TEXT.matcher(value);
    if (text.matches()) {
      return design.parameter(name, text.group(1));
    }
    try {
      if (NUMBER.matcher(value).matches()) {
        return design.parameter(name, Long.parseLong(value));
      }
    } catch (NumberFormatException e) {
      // Told below: it does not fit 64 bits.
    }
    throw new IllegalArgumentException(
        "parameter "
            + name
            + " is "
            + value
            + ", must be a whole number of 64 bits or a text in quotation marks");
  }

  /**
   * Writes the class for the top module, unless it is there already, word for word.
   *
   * @param folder root of a source tree
   * @param packageName the class's package
   * @param className its simple name; empty for the module's in camel case
   * @return the file
   * @throws dev.zhulong.rtl.DesignException if the design is refused
   */
  public Path generate(Path folder, String packageName, String className) throws IOException {
    if (!PACKAGE.matcher(packageName).matches()) {
      throw new IllegalArgumentException("\"" + packageName + "\" is no name of a Java package");
    }
    VerilatedDesign design = design();
    String name = className.isEmpty() ? design.className() : className;
    if (!name.matches("[A-Za-z_]\\w*")) {
      throw new IllegalArgumentException("\"" + name + "\" is no name of a Java class");
    }
    String text = design.bindings(packageName, name);
    Path file = folder.resolve(packageName.replace('.', '/')).resolve(name + ".java");
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    return file;
  }

  /**
   * Sees to it that the model of a back end is in the cache, and that it starts.
   *
   * @return the library, which later builds of the same design find
   * @throws dev.zhulong.rtl.DesignException if the design is refused
   * @throws dev.zhulong.rtl.ModelUnavailableException if a tool is missing
   */
  public Path compile(Backend backend, BuildListener listener) {
    try (VerilatedModel model = design().backend(backend).reportingTo(listener).build()) {
      return model.library();
    }
  }
}
