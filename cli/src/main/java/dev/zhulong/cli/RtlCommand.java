package dev.zhulong.cli;

import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.BuildListener;
import dev.zhulong.rtl.PortShape;
import dev.zhulong.rtl.tool.DesignJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl rtl}: any SystemVerilog design as a Java class. */
@Command(
    name = "rtl",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Make a Java class of any SystemVerilog design, with Verilator: see docs/rtl-bindings.md."
    },
    subcommands = {
      RtlCommand.Ports.class,
      RtlCommand.Generate.class,
      RtlCommand.Compile.class,
    },
    footer = {
      "",
      "Example:",
      "  zl rtl ports fifo.sv --parameter DEPTH=8",
      "  zl rtl generate fifo.sv --package demo.rtl -o src/test/java"
    })
final class RtlCommand {
  /** The design, which all of them take. */
  static final class Design {
    @Parameters(
        arity = "1..*",
        paramLabel = "FILE",
        description = "SystemVerilog files, packages before their users.")
    private List<Path> sources;

    @Option(
        names = "--top",
        paramLabel = "MODULE",
        defaultValue = "",
        description = "The top module. Default: as the last file is called.")
    private String top;

    @Option(
        names = {"--parameter", "-P"},
        paramLabel = "NAME=VALUE",
        description = "A parameter of the top module: a whole number, or a text in \"\".")
    private Map<String, String> parameters = Map.of();

    @Option(
        names = {"--define", "-D"},
        paramLabel = "NAME=VALUE",
        description = "A macro.")
    private Map<String, String> defines = Map.of();

    @Option(
        names = {"--include", "-I"},
        paramLabel = "FOLDER",
        description = "Where `include finds files.")
    private List<Path> includes = List.of();

    DesignJob job() {
      return new DesignJob(sources, includes, defines, parameters, top);
    }
  }

  /** {@code zl rtl ports}. */
  @Command(
      name = "ports",
      mixinStandardHelpOptions = true,
      description = "Print the ports of a design as Java sees them.")
  static final class Ports implements Runnable {
    @Spec private CommandSpec spec;
    @Mixin private Design design;

    @Option(names = "--json", description = "Print as JSON.")
    private boolean json;

    @Override
    public void run() {
      PrintWriter out = spec.commandLine().getOut();
      List<PortShape> ports = design.job().design().ports();
      if (json) {
        out.println(Json.text(ports.stream().map(Ports::fields).toList()));
        return;
      }
      ports.forEach(port -> out.println(port.text()));
    }

    private static Map<String, Object> fields(PortShape port) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("name", port.name());
      fields.put("direction", port.direction().toString().toLowerCase(Locale.ROOT));
      fields.put("width", port.width());
      fields.put("signed", port.signed());
      fields.put("elements", port.elements());
      fields.put("location", port.location());
      return fields;
    }
  }

  /** {@code zl rtl generate}. */
  @Command(
      name = "generate",
      mixinStandardHelpOptions = true,
      description = "Write the class for a design, with a field for each port.")
  static final class Generate implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Design design;

    @Option(
        names = "--package",
        paramLabel = "NAME",
        required = true,
        description = "The class's package.")
    private String packageName;

    @Option(
        names = "--class",
        paramLabel = "NAME",
        defaultValue = "",
        description = "Its name. Default: the module's in camel case.")
    private String className;

    @Option(
        names = "-o",
        paramLabel = "FOLDER",
        defaultValue = ".",
        description = "Root of the source tree. Default: the current folder.")
    private Path folder;

    @Override
    public Integer call() throws IOException {
      Path file = design.job().generate(folder, packageName, className);
      spec.commandLine().getOut().println(file);
      return 0;
    }
  }

  /** {@code zl rtl compile}. */
  @Command(
      name = "compile",
      mixinStandardHelpOptions = true,
      description = "Build the models of a design into the cache, where tests find them.")
  static final class Compile implements Runnable {
    @Spec private CommandSpec spec;
    @Mixin private Design design;

    @Option(
        names = "--backend",
        paramLabel = "NAME",
        split = ",",
        defaultValue = "FFM",
        description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private List<Backend> backends;

    @Override
    public void run() {
      for (Backend backend : backends) {
        Path library = design.job().compile(backend, BuildListener.terminal());
        spec.commandLine().getOut().println(backend + " " + library);
      }
    }
  }
}
