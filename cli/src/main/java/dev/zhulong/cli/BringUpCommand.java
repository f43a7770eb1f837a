package dev.zhulong.cli;

import dev.zhulong.hal.bringup.BringUp;
import dev.zhulong.hal.bringup.Probe;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zl bringup}: a device's first steps. */
@Command(
    name = "bringup",
    mixinStandardHelpOptions = true,
    description = {
      "Check a device step by step.",
      "Identity, registers, memory, interrupt, copy engine, a launch, and a self-test of each unit.",
      "What was in its memory is lost."
    },
    footer = {
      "",
      "Examples:",
      "  zl bringup --device pci:0000:01:00.0",
      "  zl bringup --device pci:0000:01:00.0 --script first-light.jsh"
    })
final class BringUpCommand implements Callable<Integer> {
  private static final int KIB = 1024;

  @Spec private CommandSpec spec;

  @Option(
      names = {"--device", "-d"},
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "Device address; see \"zl devices\". Default: ${DEFAULT-VALUE}")
  private String address;

  @Option(
      names = "--march",
      paramLabel = "KIB",
      defaultValue = "1024",
      description = "Memory to march over. Default: ${DEFAULT-VALUE}")
  private int march;

  @Option(
      names = "--script",
      paramLabel = "FILE.jsh",
      description = "Run a script of JShell instead, which sees what zl jshell sees.")
  private Path script;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (script != null) {
      return JShellCommand.run(address, script, out);
    }
    if (march < 1 || march > Integer.MAX_VALUE / KIB) {
      throw new IllegalArgumentException("--march " + march + ": must be from 1 to 2097151 KiB");
    }
    List<BringUp.Stage> stages =
        BringUp.run(
            Probe.open(address),
            march * KIB,
            stage -> {
              if (!json) {
                out.printf(
                    Locale.ROOT,
                    "%s  %-22s %8.1f ms  %s%n",
                    stage.outcome(),
                    stage.name(),
                    stage.nanoseconds() / 1e6,
                    stage.detail());
                out.flush();
              }
            });
    if (json) {
      out.println(Json.text(stages.stream().map(BringUpCommand::fields).toList()));
    }
    boolean failed = stages.stream().anyMatch(s -> s.outcome() == BringUp.Outcome.FAIL);
    return failed ? Main.FAILED : 0;
  }

  private static Map<String, Object> fields(BringUp.Stage stage) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", stage.name());
    fields.put("outcome", stage.outcome().toString());
    fields.put("detail", stage.detail());
    fields.put("milliseconds", stage.nanoseconds() / 1e6);
    return fields;
  }
}
