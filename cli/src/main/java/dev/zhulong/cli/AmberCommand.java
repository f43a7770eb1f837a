package dev.zhulong.cli;

import dev.zhulong.amber.Outcome;
import dev.zhulong.amber.ScriptRunner;
import dev.zhulong.hal.Gpu;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl amber}: runs shader test scripts and says which expectations hold. */
@Command(
    name = "amber",
    mixinStandardHelpOptions = true,
    description = {
      "Run AmberScript and VkScript files on a device: shaders, and what they should write or draw.",
      "Prints PASS, FAIL or SKIP with the reason for each file; the exit code is 1 if one failed."
    },
    footer = {"", "Example:", "  zl amber examples/saxpy.amber --device rtl:"},
    defaultValueProvider = AmberCommand.LargeDevice.class)
final class AmberCommand implements Callable<Integer> {
  /**
   * The largest core there is and a minute for a launch, unless asked otherwise: scripts are
   * written for devices that take workgroups of 128 to 1,024 invocations.
   */
  static final class LargeDevice implements IDefaultValueProvider {
    @Override
    public String defaultValue(ArgSpec argument) {
      return argument instanceof OptionSpec option
          ? switch (option.longestName()) {
            case "--device" -> "sim:?config=c1w32t32";
            // A script that hangs is to be told from one that works hard.
            case "--timeout" -> "60";
            default -> null;
          }
          : null;
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;

  @Parameters(
      paramLabel = "FILE|FOLDER",
      arity = "1..*",
      description = "Scripts, or folders with files in .amber, .vkscript or .vk.")
  private List<Path> paths = new ArrayList<>();

  @Option(
      names = "--picture",
      paramLabel = "BUFFER=FILE.png",
      description = "Write an image of the script as a picture when it has run; may be repeated.")
  private Map<String, Path> pictures = new LinkedHashMap<>();

  @Option(names = "--stats", description = "Print the device cycles of drawing, by stages.")
  private boolean statistics;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      files.addAll(ScriptRunner.scripts(path));
    }
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    try (Gpu gpu = device.open(out)) {
      ScriptRunner runner = new ScriptRunner(gpu, device.limits());
      pictures.forEach(runner::picture);
      for (Path file : files) {
        Outcome outcome = runner.run(file);
        switch (outcome) {
          case Outcome.Passed _ -> passed++;
          case Outcome.Failed _ -> failed++;
          case Outcome.Skipped _ -> skipped++;
        }
        out.println(outcome.report(file.toString()));
        if (statistics) {
          runner.drawn().ifPresent(drawn -> out.println("  " + drawn));
        }
        out.flush();
      }
    }
    out.println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
    return failed == 0 ? 0 : Main.FAILED;
  }
}
