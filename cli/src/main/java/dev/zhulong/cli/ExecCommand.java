package dev.zhulong.cli;

import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.RawResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl exec}: runs a bare program; its console is the output, its exit word the exit code. */
@Command(
    name = "exec",
    mixinStandardHelpOptions = true,
    description = {
      "Run a bare RV32 program (ELF): lane 0 of warp 0 of every core starts at its entry.",
      "Its console goes to standard output, its exit word (modulo 256) becomes the exit code."
    },
    footer = {"", "Example:", "  zl exec hello.elf --device rtl:?config=c1w4t4 --stats"})
final class ExecCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;

  @Parameters(paramLabel = "PROGRAM", description = "ELF executable.")
  private Path program;

  @Option(
      names = "--argument",
      paramLabel = "WORD",
      defaultValue = "0",
      description = "Initial mscratch. Default: ${DEFAULT-VALUE}")
  private String argument;

  @Option(names = "--stats", description = "Print what it cost, to standard error.")
  private boolean statistics;

  @Option(names = "--json", description = "Print the costs as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    byte[] elf = Files.readAllBytes(program);
    try (Gpu gpu = device.open(out)) {
      RawResult result =
          gpu.execute(
              elf, program.toString(), (int) ElementType.U32.parse(argument), device.limits());
      if (statistics && json) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("exitCode", result.exitCode());
        report.putAll(StatisticsReport.json(gpu.info(), result.statistics()));
        err.println(Json.text(report));
      } else if (statistics) {
        StatisticsReport.print(err, gpu.info(), result.statistics());
      }
      return result.exitCode() & 0xff;
    }
  }
}
