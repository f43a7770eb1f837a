package dev.zhulong.cli;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.simulator.bringdown.BringDown;
import dev.zhulong.simulator.cycle.FloatUnits;
import dev.zhulong.simulator.lockstep.LockStepRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zl verify}: random programs on the core and the simulator at once. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Run random programs in lock-step on the cycle model and the functional simulator and",
      "compare every retired instruction. A difference names the seed that shows it again."
    },
    footer = {"", "Example:", "  zl verify --config c1w4t4 --seed 1 --instructions 1000000"})
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "c1w4t4,c1w8t8",
      description =
          "Configurations, each with its share of the instructions. Default: ${DEFAULT-VALUE}")
  private List<String> configs;

  @Option(names = "--seed", paramLabel = "S", description = "First seed. Default: from the clock")
  private Long seed;

  @Option(
      names = "--instructions",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "Warp-instructions to compare, of all configurations. Default: ${DEFAULT-VALUE}")
  private long instructions;

  @Option(
      names = "--bring-down",
      paramLabel = "N",
      description =
          "Instead, bring the core of each configuration down N times, at random by every fault,"
              + " hangs, and a memory that stops answering: the driver must report it, the next"
              + " launch be right, and other buffers be as they were.")
  private Integer bringDowns;

  @Option(
      names = "--fpu",
      paramLabel = "N",
      description =
          "Instead, compare the floating-point units with the host's arithmetic: the directed"
              + " operands and N random ones for every operation, in all rounding modes.")
  private Long floatOperations;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    long first = seed == null ? System.nanoTime() >>> 20 : seed;
    if (bringDowns != null) {
      bringDown(out, first);
      return 0;
    }
    if (floatOperations != null) {
      FloatUnits.verify(
          floatOperations,
          first,
          line -> {
            out.println(line);
            out.flush();
          });
      return 0;
    }
    long share = Math.max(1, instructions / configs.size());
    for (String config : configs) {
      CoreShape shape = CoreShape.parse(config);
      long start = System.nanoTime();
      long compared = LockStepRun.run(shape, first, share);
      out.printf(
          Locale.ROOT,
          "%s: %,d instructions from seed %d without a difference, %.1f s%n",
          shape,
          compared,
          first,
          (System.nanoTime() - start) / 1e9);
      out.flush();
    }
    return 0;
  }

  private void bringDown(PrintWriter out, long first) {
    for (String config : configs) {
      try (BringDown device = BringDown.open("rtl:?config=" + CoreShape.parse(config), first)) {
        long start = System.nanoTime();
        Map<String, Integer> counts = device.run(bringDowns);
        counts.forEach((name, count) -> out.printf(Locale.ROOT, "%6d  %s%n", count, name));
        out.printf(
            Locale.ROOT,
            "%s: down and up again %,d times from seed %d, %.1f s%n",
            config,
            bringDowns,
            first,
            (System.nanoTime() - start) / 1e9);
        out.flush();
      }
    }
  }
}
