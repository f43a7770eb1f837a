package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.verify.MutationRun;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.fuzz.ShaderRun;
import dev.zhulong.fuzz.ShaderRuns;
import dev.zhulong.fuzz.drawing.DrawingRuns;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.vfiouser.ProtocolFuzz;
import dev.zhulong.simulator.bringdown.BringDown;
import dev.zhulong.simulator.cycle.FloatUnits;
import dev.zhulong.simulator.lockstep.Coverage;
import dev.zhulong.simulator.lockstep.LineCoverageRun;
import dev.zhulong.simulator.lockstep.LockStepRun;
import dev.zhulong.simulator.lockstep.MutantRun;
import dev.zhulong.simulator.lockstep.QueueRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zl verify}: random programs on the core and the simulator at once. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Test the core, the compiler and the drivers with random work.",
      "By default, random programs run in lock-step on the cycle model and the functional simulator,",
      "and every retired instruction is compared. A difference names the seed that shows it again."
    },
    footer = {
      "",
      "Examples:",
      "  zl verify --config c1w4t4 --seed 1 --instructions 1000000",
      "  zl verify --coverage --instructions 2000000",
      "  zl verify --mutants --seed 7",
      "  zl verify --mutate 100000 --seed 1",
      "  zl verify --shaders 100000 --seed 1",
      "  zl verify --graphics 5000 --seed 1",
      "  zl verify --commands 100000 --config c1w4t4 --seed 1",
      "  zl verify --protocol 1000000 --seed 1",
      "  zl verify --kills 200 --seed 1",
      "  zl verify --process-kills 200 --seed 1",
      "  zl verify --vfio-user 1000000 --seed 1",
      "  zl verify --line-coverage covered --instructions 200000"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final long PROGRESS_NANOSECONDS = 10_000_000_000L;
  private static final int MOST_MISSED = 12;

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
      description = {
        "Warp-instructions to compare, of all configurations; with --mutants the most to compare",
        "before a bug counts as not caught. Default: ${DEFAULT-VALUE}"
      })
  private long instructions;

  /** What else is wanted of the run; one of them. */
  private static final class Kind {
    @Option(
        names = "--coverage",
        description = "Tell what the programs have exercised, and what they have not.")
    private boolean coverage;

    @Option(
        names = "--mutants",
        description = {
          "Run a table of deliberate bugs instead, each until it is caught; on a configuration of",
          "its own."
        })
    private boolean mutants;

    @Option(
        names = "--line-coverage",
        paramLabel = "DIR",
        description = {
          "Count how often each line of the SystemVerilog runs, and write the sources with the",
          "counts to a folder."
        })
    private Path lineCoverage;

    @Option(
        names = "--bring-down",
        paramLabel = "N",
        description = {
          "Bring the core of each configuration down N times instead, at random by every fault,",
          "hangs, and a memory that stops answering: the driver must report it, the next launch be",
          "right, and other buffers be as they were."
        })
    private Integer bringDowns;

    @Option(
        names = "--fpu",
        paramLabel = "N",
        description = {
          "Compare the floating-point units with the host's arithmetic instead: the directed",
          "operands and N random ones for every operation, in all rounding modes."
        })
    private Long floatOperations;

    @Option(
        names = "--mutate",
        paramLabel = "N",
        description = {
          "Compile N damaged SPIR-V modules instead, made of the examples and of shaders that use",
          "all features: each must give a program or a diagnostic within a second of one processor."
        })
    private Long damagedModules;

    @Option(
        names = "--vfio-user",
        paramLabel = "N",
        description = {
          "Send N messages, most of them wrong, to a PCI function on a simulated device instead:",
          "each is answered, refused or ends the session."
        })
    private Long messages;

    @Option(
        names = "--shaders",
        paramLabel = "N",
        description = {
          "Compile N random shaders at all levels instead, run them on the device, and compare"
              + " with",
          "an interpreter of SPIR-V. One that differs is made small and written to a file."
        })
    private Long shaders;

    @Option(
        names = "--shader",
        paramLabel = "FILE",
        description = "Do so with the module in a file that such a run has written.")
    private Path shader;

    @Option(
        names = "--graphics",
        paramLabel = "N",
        description = {
          "Draw N times with random states and primitives instead: nothing fails, nothing leaves",
          "the scissor, and triangles cover what the rules say."
        })
    private Long drawings;

    @Option(
        names = "--commands",
        paramLabel = "N",
        description = {
          "Have the command queues of the core and of the simulator do N random commands instead:",
          "launches and copies, good and bad, and resets on the way."
        })
    private Long commands;

    @Option(
        names = "--protocol",
        paramLabel = "N",
        description = {
          "Send N messages, many of them wrong, to a served device instead: each is answered,",
          "refused or ends the connection, and another client must not notice."
        })
    private Long protocolMessages;

    @Option(
        names = "--kills",
        paramLabel = "N",
        description = {
          "Cut N connections to a served device, end N of its clients and N servers instead, in"
              + " the",
          "middle of copies and launches."
        })
    private Integer kills;

    @Option(
        names = "--process-kills",
        paramLabel = "N",
        description = {
          "Kill N clients, N servers and N PCI functions that are processes of their own instead,",
          "lose N interrupts, and have N devices answer all-ones."
        })
    private Integer processKills;
  }

  @ArgGroup private Kind kind = new Kind();

  @Option(
      names = {"-d", "--device"},
      paramLabel = "ADDRESS",
      defaultValue = "sim:?cores=1&warps=4&threads=4",
      description = "Where random shaders and draws run. Default: ${DEFAULT-VALUE}")
  private String device;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  private PrintWriter out;
  private PrintWriter err;

  @Override
  public Integer call() throws IOException, CompileException {
    out = spec.commandLine().getOut();
    err = spec.commandLine().getErr();
    if (instructions < 1) {
      throw new ParameterException(
          spec.commandLine(), "--instructions " + instructions + ": must be 1 or more");
    }
    long first = seed == null ? System.nanoTime() >>> 20 : seed;
    if (kind.mutants) {
      return mutants(first);
    }
    if (kind.floatOperations != null) {
      FloatUnits.verify(
          kind.floatOperations,
          first,
          line -> {
            out.println(line);
            out.flush();
          });
      return 0;
    }
    if (kind.damagedModules != null) {
      return damagedModules(first);
    }
    if (kind.protocolMessages != null) {
      requirePositive("--protocol", kind.protocolMessages);
      return RemoteChecks.protocol(out, kind.protocolMessages, first);
    }
    if (kind.kills != null) {
      requirePositive("--kills", kind.kills);
      return RemoteChecks.kills(out, kind.kills, first);
    }
    if (kind.processKills != null) {
      requirePositive("--process-kills", kind.processKills);
      return RemoteChecks.processKills(out, kind.processKills, first);
    }
    if (kind.shaders != null) {
      return shaders(first);
    }
    if (kind.drawings != null) {
      return drawings(first);
    }
    if (kind.shader != null) {
      return shader();
    }
    List<CoreShape> shapes = configs.stream().map(CoreShape::parse).toList();
    if (kind.bringDowns != null) {
      return bringDown(shapes, first);
    }
    if (kind.messages != null) {
      return messages(first);
    }
    if (kind.commands != null) {
      return commands(shapes, first);
    }
    if (kind.lineCoverage != null) {
      return lines(shapes, first);
    }
    return lockStep(shapes, first);
  }

  private void requirePositive(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " " + value + ": must be 1 or more");
    }
  }

  private static List<byte[]> examples() throws CompileException {
    List<byte[]> modules = new ArrayList<>();
    for (Workload workload : Workloads.all()) {
      modules.add(workload.compile().spirv());
    }
    return modules;
  }

  private int damagedModules(long first) throws CompileException {
    if (kind.damagedModules < 1) {
      throw new ParameterException(
          spec.commandLine(), "--mutate " + kind.damagedModules + ": must be 1 or more");
    }
    long[] next = {System.nanoTime() + PROGRESS_NANOSECONDS};
    MutationRun.Summary found;
    long start = System.nanoTime();
    try {
      found =
          MutationRun.of(examples(), Path.of(""))
              .run(
                  first,
                  kind.damagedModules,
                  done -> {
                    if (System.nanoTime() - next[0] >= 0) {
                      next[0] = System.nanoTime() + PROGRESS_NANOSECONDS;
                      err.printf(Locale.ROOT, "%,d of %,d modules%n", done, kind.damagedModules);
                      err.flush();
                    }
                  });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
    found.mistakes().forEach(out::println);
    out.printf(
        Locale.ROOT,
        "%,d modules from seed %d: %,d programs, %,d diagnostics, %d mistakes; slowest %.3f s (seed %d),"
            + " heap at most %,d MiB, %.1f s%n",
        found.modules(),
        first,
        found.programs(),
        found.modules() - found.programs(),
        found.mistakes().size(),
        found.slowestSeconds(),
        found.slowestSeed(),
        found.heapBytes() >> 20,
        (System.nanoTime() - start) / 1e9);
    return found.mistakes().isEmpty() ? 0 : Main.FAILED;
  }

  private int messages(long first) {
    if (kind.messages < 1) {
      throw new ParameterException(
          spec.commandLine(), "--vfio-user " + kind.messages + ": must be 1 or more");
    }
    DeviceAddress address = DeviceAddress.parse("sim:?config=c1w2t2");
    long start = System.nanoTime();
    try (Transport device = TransportProvider.find(address).open(address)) {
      ProtocolFuzz.Summary done = ProtocolFuzz.run(device, kind.messages, first);
      out.printf(
          Locale.ROOT,
          "%,d messages in %,d sessions from seed %d: %,d answered, %,d refused;"
              + " %+d descriptors, %+d mappings, heap %+d KiB; %.1f s%n",
          done.messages(),
          done.sessions(),
          first,
          done.answered(),
          done.refused(),
          done.descriptors(),
          done.mappings(),
          done.heapBytes() >> 10,
          (System.nanoTime() - start) / 1e9);
    }
    return 0;
  }

  private int shaders(long first) {
    if (kind.shaders < 1) {
      throw new ParameterException(
          spec.commandLine(), "--shaders " + kind.shaders + ": must be 1 or more");
    }
    long[] next = {System.nanoTime() + PROGRESS_NANOSECONDS};
    int workers = device.startsWith("sim:") ? Runtime.getRuntime().availableProcessors() : 1;
    ShaderRuns.Summary found;
    long start = System.nanoTime();
    try {
      found =
          ShaderRuns.on(() -> Gpu.open(device), Path.of(""), workers)
              .run(
                  first,
                  kind.shaders,
                  Long.MAX_VALUE / 2,
                  done -> {
                    if (System.nanoTime() - next[0] >= 0) {
                      next[0] = System.nanoTime() + PROGRESS_NANOSECONDS;
                      err.printf(Locale.ROOT, "%,d of %,d shaders%n", done, kind.shaders);
                      err.flush();
                    }
                  });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
    found.mistakes().forEach(out::println);
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(
        Locale.ROOT,
        "%,d shaders from seed %d: %d mistakes; %.1f s, %.0f a second%n",
        found.programs(),
        first,
        found.mistakes().size(),
        seconds,
        found.programs() / seconds);
    return found.mistakes().isEmpty() ? 0 : Main.FAILED;
  }

  private int drawings(long first) {
    requirePositive("--graphics", kind.drawings);
    long start = System.nanoTime();
    long[] next = {start + PROGRESS_NANOSECONDS};
    DrawingRuns.Summary found =
        DrawingRuns.run(
            () -> Gpu.open(device),
            first,
            kind.drawings,
            Long.MAX_VALUE,
            done -> {
              if (System.nanoTime() - next[0] >= 0) {
                next[0] = System.nanoTime() + PROGRESS_NANOSECONDS;
                err.printf(Locale.ROOT, "%,d of %,d draws%n", done, kind.drawings);
                err.flush();
              }
            });
    found.mistakes().forEach(out::println);
    out.printf(
        Locale.ROOT,
        "%,d draws from seed %d: %d mistakes; %.1f s%n",
        found.draws(),
        first,
        found.mistakes().size(),
        (System.nanoTime() - start) / 1e9);
    return found.mistakes().isEmpty() ? 0 : Main.FAILED;
  }

  private int shader() throws IOException {
    try (ShaderRun run = ShaderRun.on(Gpu.open(device))) {
      String mistake = run.check(Files.readAllBytes(kind.shader));
      out.println(kind.shader + ": " + (mistake == null ? "no difference" : mistake));
      return mistake == null ? 0 : Main.FAILED;
    }
  }

  private int commands(List<CoreShape> shapes, long first) {
    if (kind.commands < 1) {
      throw new ParameterException(
          spec.commandLine(), "--commands " + kind.commands + ": must be 1 or more");
    }
    for (CoreShape shape : shapes) {
      long start = System.nanoTime();
      QueueRun.Summary done = QueueRun.of(shape, first, Math.max(1, kind.commands / shapes.size()));
      out.printf(
          Locale.ROOT,
          "%s: %,d commands in %,d rings from seed %d without a difference, %.1f s%n",
          shape,
          done.commands(),
          done.rings(),
          first,
          (System.nanoTime() - start) / 1e9);
      out.flush();
    }
    return 0;
  }

  private int lockStep(List<CoreShape> shapes, long first) {
    List<Map<String, Object>> rows = new ArrayList<>();
    long share = Math.max(1, instructions / shapes.size());
    for (CoreShape shape : shapes) {
      long start = System.nanoTime();
      LockStepRun run = LockStepRun.of(shape).reporting(progress(shape, share));
      Coverage coverage = null;
      if (kind.coverage) {
        coverage = Coverage.of(shape);
        run.collecting(coverage);
      }
      long compared = run.run(first, share);
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("config", shape.toString());
      row.put("seed", first);
      row.put("instructions", compared);
      row.put("seconds", seconds);
      rows.add(row);
      if (!json) {
        out.printf(
            Locale.ROOT,
            "%s: %,d instructions from seed %d without a difference, %.1f s%n",
            shape,
            compared,
            first,
            seconds);
      }
      if (coverage != null) {
        row.put("coverage", groups(coverage));
      }
      out.flush();
    }
    if (json) {
      out.println(Json.text(rows));
    }
    return 0;
  }

  /** Tells on standard error how far a long run is. */
  private LongConsumer progress(CoreShape shape, long share) {
    long[] next = {System.nanoTime() + PROGRESS_NANOSECONDS};
    return compared -> {
      if (System.nanoTime() - next[0] >= 0) {
        next[0] = System.nanoTime() + PROGRESS_NANOSECONDS;
        err.printf(Locale.ROOT, "%s: %,d of %,d instructions%n", shape, compared, share);
        err.flush();
      }
    };
  }

  private List<Map<String, Object>> groups(Coverage coverage) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Coverage.Group group : coverage.groups()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("group", group.name());
      row.put("hit", group.hit());
      row.put("total", group.total());
      row.put("missed", group.missed());
      rows.add(row);
      if (!json) {
        out.printf(
            Locale.ROOT, "  %-20s %5d of %5d bins%n", group.name(), group.hit(), group.total());
        group.missed().stream()
            .limit(MOST_MISSED)
            .forEach(bin -> out.printf("    missed: %s%n", bin));
        if (group.missed().size() > MOST_MISSED) {
          out.printf("    and %d more; --json has all%n", group.missed().size() - MOST_MISSED);
        }
      }
    }
    if (!json) {
      out.println("  Without a bin, by rule:");
      Coverage.RULES.forEach(rule -> out.printf("    %s%n", rule));
    }
    return rows;
  }

  private int mutants(long first) {
    List<Map<String, Object>> rows = new ArrayList<>();
    List<MutantRun.Verdict> verdicts =
        MutantRun.run(
            first,
            instructions,
            verdict -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("name", verdict.name());
              row.put("file", verdict.file());
              row.put("imitates", verdict.imitates());
              row.put("caught", verdict.survived() ? null : verdict.caught());
              row.put("instructions", verdict.instructions());
              rows.add(row);
              if (!json) {
                out.printf(
                    Locale.ROOT,
                    "%-24s %9d  %s%n",
                    verdict.name(),
                    verdict.instructions(),
                    verdict.survived() ? "NOT CAUGHT" : verdict.caught());
                out.flush();
              }
            });
    long survivors = verdicts.stream().filter(MutantRun.Verdict::survived).count();
    if (json) {
      out.println(Json.text(rows));
    } else {
      out.printf(
          "%d of %d mutants caught, programs from seed %d%n",
          verdicts.size() - survivors, verdicts.size(), first);
    }
    return survivors == 0 ? 0 : Main.FAILED;
  }

  private int lines(List<CoreShape> shapes, long first) throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (LineCoverageRun.FileLines file :
        LineCoverageRun.run(shapes, first, instructions, kind.lineCoverage)) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("file", file.name());
      row.put("lines", file.lines());
      row.put("covered", file.covered());
      row.put("uncovered", file.lines() - file.covered());
      rows.add(row);
      if (!json) {
        out.printf(
            Locale.ROOT,
            "%-24s %5d lines %6.1f %%  %4d not covered%n",
            file.name(),
            file.lines(),
            100.0 * file.covered() / Math.max(1, file.lines()),
            file.lines() - file.covered());
      }
    }
    if (json) {
      out.println(Json.text(rows));
    } else {
      out.printf("the sources with the counts are in %s%n", kind.lineCoverage);
    }
    return 0;
  }

  private int bringDown(List<CoreShape> shapes, long first) {
    for (CoreShape shape : shapes) {
      try (BringDown device = BringDown.open("rtl:?config=" + shape, first)) {
        long start = System.nanoTime();
        Map<String, Integer> counts = device.run(kind.bringDowns);
        counts.forEach((name, count) -> out.printf(Locale.ROOT, "%6d  %s%n", count, name));
        out.printf(
            Locale.ROOT,
            "%s: down and up again %,d times from seed %d, %.1f s%n",
            shape,
            kind.bringDowns,
            first,
            (System.nanoTime() - start) / 1e9);
        out.flush();
      }
    }
    return 0;
  }
}
