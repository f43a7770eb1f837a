package dev.zhulong.cli;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.simulator.synthesis.CoreSynthesis;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zl synth}: the core in a synthesis tool. */
@Command(
    name = "synth",
    mixinStandardHelpOptions = true,
    description = {
      "Count cells, register bits and memory bits of the core by unit, with yosys.",
      "Checks that it has neither latches nor combinational loops. Takes about a minute."
    },
    footer = {"", "Example:", "  zl synth --config c1w4t4 -o report.md"})
final class SynthCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "NAME",
      defaultValue = "c1w4t4",
      description = "Cores, warps, lanes. Default: ${DEFAULT-VALUE}")
  private String config;

  @Option(
      names = "--top",
      paramLabel = "UNIT",
      defaultValue = "zl_gpu",
      description = "The module to read, with all below it. Default: ${DEFAULT-VALUE}")
  private String top;

  @Option(names = "-o", paramLabel = "FILE", description = "Write the report to a file.")
  private Path report;

  @Option(
      names = "--view",
      paramLabel = "FILE",
      description = "Only write the device as the plain Verilog that yosys reads.")
  private Path view;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    CoreShape shape = CoreShape.parse(config);
    if (view != null) {
      Files.writeString(view, CoreSynthesis.view(shape));
      return 0;
    }
    if (report != null && !Files.isDirectory(report.toAbsolutePath().getParent())) {
      // Before the minutes that it takes, not behind them.
      throw new NoSuchFileException(report.toString());
    }
    CoreSynthesis synthesis = CoreSynthesis.run(shape, top);
    String text = json ? Json.text(synthesis.rows()) + "\n" : synthesis.text();
    if (report == null) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
    } else {
      Files.writeString(report, text);
    }
    return 0;
  }
}
