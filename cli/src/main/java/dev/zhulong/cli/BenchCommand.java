package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchStatistics;
import dev.zhulong.precision.FunctionSet;
import dev.zhulong.precision.Measurement;
import dev.zhulong.precision.OracleUnavailableException;
import dev.zhulong.precision.PrecisionRun;
import dev.zhulong.simulator.cycle.HarnessComparison;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl bench}: measures on this machine, now; every measured run's output is checked. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measure the core, the simulators and the compiler.",
      "  cycles   cycles of five plain shaders on the core, beside a published core of its size",
      "  speed    how fast the functional simulator and the cycle model run",
      "  compile  how long the examples take to compile, warm",
      "  scaling  cycles of one core and of four for the same work; takes minutes",
      "  harness  the cycle model driven from Java, beside the same model and a C++ main",
      "  code     instructions that shaders execute, beside the same work in C by clang -O3",
      "  backends  a design poked in every cycle by each back end, beside a C++ main",
      "  serve  a device served to others, beside the same in process",
      "  precision  the error of every float function, against GNU MPFR; takes minutes"
    },
    footer = {"", "Example:", "  zl bench speed --json"})
final class BenchCommand implements Callable<Integer> {
  enum Suite {
    CYCLES,
    SPEED,
    COMPILE,
    SCALING,
    HARNESS,
    CODE,
    PRECISION,
    BACKENDS,
    SERVE
  }

  /**
   * Cycles that the published Vortex RTL needs for the same work with 16 KiB caches and a memory of
   * 30 cycles, for a core of 4 warps and 4 lanes, and one of 8 and 8.
   */
  private static final Map<String, long[]> REFERENCE =
      Map.of(
          "vecadd", new long[] {555_848, 352_516},
          "sgemm", new long[] {332_122, 364_560},
          "conv3x3", new long[] {301_189, 341_463},
          "stencil", new long[] {284_860, 402_311},
          "ranksort", new long[] {460_081, 2_005_760});

  private static final String RTL = "rtl:?memory-latency=30&config=";

  /** One core: a bare program starts on every core. */
  private static final String CODE_CONFIG = "c1w8t8";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "SUITE",
      description =
          "cycles, speed, compile, scaling, harness, code, backends, serve or precision. Default:"
              + " all but scaling, backends, serve and precision, and code where clang is installed")
  private Suite suite;

  @Option(names = "--stalls", description = "cycles: also show where the cycles went.")
  private boolean stalls;

  @Option(
      names = "--small",
      description = "code, backends: on small data, to see that everything works.")
  private boolean small;

  @Option(
      names = "--functions",
      paramLabel = "REGEX",
      defaultValue = ".*",
      description = "precision: only functions of these names, as sin|cos.")
  private Pattern functions;

  @Option(
      names = "--arguments",
      paramLabel = "N",
      description = "precision: random arguments of each function. Default: 1048576")
  private Integer arguments;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "64",
      description = "serve: clients at once. Default: ${DEFAULT-VALUE}")
  private int clients;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description =
          "serve: how long many clients work; one alone, at most 5. Default: ${DEFAULT-VALUE}")
  private double seconds;

  @Option(
      names = "--device",
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "serve: what is served. Default: ${DEFAULT-VALUE}")
  private String device;

  @Option(names = "--json", description = "Print an array of rows as JSON.")
  private boolean json;

  @Override
  public Integer call() throws CompileException {
    List<Map<String, Object>> rows = new ArrayList<>();
    if (suite == null || suite == Suite.CYCLES) {
      cycles(rows, "c1w4t4", true);
      cycles(rows, "c1w8t8", false);
    }
    if (suite == null || suite == Suite.SPEED) {
      speed(rows, "sim:", "c1w8t8", "sim:?config=c1w8t8", Workloads.sgemm(256), 5);
      speed(rows, "rtl:", "c1w4t4", RTL + "c1w4t4", Workloads.sgemm(40), 3);
      speed(rows, "rtl:", "c1w8t8", RTL + "c1w8t8", Workloads.sgemm(56), 3);
    }
    if (suite == null || suite == Suite.COMPILE) {
      compile(rows);
    }
    if (suite == Suite.SCALING) {
      scaling(rows, Workloads.sgemm(256));
      scaling(rows, Workloads.stencil(64));
    }
    if (suite == null || suite == Suite.HARNESS) {
      harness(rows, "c1w4t4", Workloads.sgemm(96));
    }
    if (suite == Suite.CODE || suite == null && ReferenceKernel.available()) {
      code(rows);
    }
    if (suite == Suite.PRECISION) {
      precision(rows);
    }
    if (suite == Suite.SERVE) {
      if (clients < 1 || clients > 1000 || !(seconds > 0 && seconds < 1e6)) {
        throw new ParameterException(
            spec.commandLine(),
            "--clients " + clients + " must be 1 to 1000, --seconds " + seconds + " above 0");
      }
      new ServeBench(row -> add(rows, row), device, clients, seconds).run();
    }
    if (suite == Suite.BACKENDS) {
      new BackendsBench(row -> add(rows, row), small).run();
    }
    if (json) {
      spec.commandLine().getOut().println(Json.text(rows));
    }
    return rows.stream().anyMatch(row -> row.containsKey("failure")) ? Main.FAILED : 0;
  }

  private void add(List<Map<String, Object>> rows, Map<String, Object> row) {
    rows.add(row);
    if (!json) {
      PrintWriter out = spec.commandLine().getOut();
      StringBuilder text = new StringBuilder();
      row.forEach(
          (key, value) ->
              text.append(text.isEmpty() ? "" : "  ")
                  .append(key)
                  .append(' ')
                  .append(
                      value instanceof Double d ? String.format(Locale.ROOT, "%.4g", d) : value));
      out.println(text);
      out.flush();
    }
  }

  private void precision(List<Map<String, Object>> rows) throws CompileException {
    int random = arguments == null ? PrecisionRun.FULL : arguments;
    if (random < 0) {
      throw new ParameterException(
          spec.commandLine(), "--arguments " + random + ": must be 0 or more");
    }
    try (Gpu gpu = Gpu.open("sim:");
        PrecisionRun run = PrecisionRun.on(gpu)) {
      for (FunctionSet set : FunctionSet.values()) {
        run.measure(set, functions.asMatchPredicate(), random, m -> add(rows, row(m)));
      }
    } catch (OracleUnavailableException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private static Map<String, Object> row(Measurement m) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("set", m.set().title());
    row.put("name", m.name());
    row.put("domain", m.domain());
    row.put("arguments", m.arguments());
    row.put("instructions", m.instructions());
    row.put("error", m.error());
    row.put("unit", m.unit());
    row.put("limit", m.limit());
    row.put("share", m.share());
    row.put("at", m.place());
    if (!m.passed()) {
      row.put("failure", m.failure());
    }
    return row;
  }

  private static Map<String, Object> row(String name, String device, String config) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", name);
    row.put("device", device);
    row.put("config", config);
    return row;
  }

  private void cycles(List<Map<String, Object>> rows, String config, boolean small)
      throws CompileException {
    double product = 1;
    List<Workload> workloads = Workloads.compared(small);
    try (Gpu gpu = Gpu.open(RTL + config)) {
      for (Workload workload : workloads) {
        Workload.Outcome outcome = workload.run(gpu, workload.compile().elf());
        workload.check(outcome.output());
        LaunchStatistics s = outcome.statistics();
        String name = workload.name().replace("3d", "");
        long reference = REFERENCE.get(name)[small ? 0 : 1];
        double ratio = (double) s.cycles() / reference;
        product *= ratio;
        Map<String, Object> row = row(name, "rtl:", config);
        row.put("cycles", s.cycles());
        row.put("warpInstructions", s.instructions());
        row.put("laneInstructions", s.laneInstructions());
        row.put("ipc", s.ipc());
        row.put("reference", reference);
        row.put("ratio", ratio);
        add(rows, row);
        if (stalls) {
          row.put("profile", StatisticsReport.profile(gpu.info(), s));
          if (!json) {
            StatisticsReport.printProfile(spec.commandLine().getOut(), gpu.info(), s);
          }
        }
      }
    }
    Map<String, Object> mean = row("geometric mean", "rtl:", config);
    mean.put("ratio", Math.pow(product, 1.0 / workloads.size()));
    add(rows, mean);
  }

  /** How many times fewer cycles four cores need than one. */
  private void scaling(List<Map<String, Object>> rows, Workload workload) throws CompileException {
    byte[] elf = workload.compile().elf();
    long single = 0;
    for (String config : List.of("c1w8t8", "c4w8t8")) {
      try (Gpu gpu = Gpu.open(RTL + config)) {
        Workload.Outcome outcome = workload.run(gpu, elf);
        workload.check(outcome.output());
        LaunchStatistics s = outcome.statistics();
        Map<String, Object> row = row(workload.name(), "rtl:", config);
        row.put("cycles", s.cycles());
        row.put("ipc", s.ipc());
        if (single == 0) {
          single = s.cycles();
        } else {
          row.put("l2Hits", s.counters().get(Csr.PERF_L2_HITS));
          row.put("l2Misses", s.counters().get(Csr.PERF_L2_MISSES));
          row.put("speedup", (double) single / s.cycles());
        }
        add(rows, row);
      }
    }
  }

  /** Runs a workload several times on one device and reports the fastest run. */
  private void speed(
      List<Map<String, Object>> rows,
      String device,
      String config,
      String address,
      Workload workload,
      int runs)
      throws CompileException {
    byte[] elf = workload.compile().elf();
    LaunchStatistics best = null;
    try (Gpu gpu = Gpu.open(address)) {
      for (int i = 0; i < runs; i++) {
        Workload.Outcome outcome = workload.run(gpu, elf);
        workload.check(outcome.output());
        LaunchStatistics s = outcome.statistics();
        best = best == null || s.wallNanos() < best.wallNanos() ? s : best;
      }
    }
    Map<String, Object> row = row(workload.name(), device, config);
    row.put("cycles", best.cycles());
    row.put("laneInstructions", best.laneInstructions());
    row.put("wallSeconds", best.wallSeconds());
    row.put("kiloCyclesPerSecond", best.kiloCyclesPerSecond());
    row.put("laneInstructionsPerSecond", best.laneInstructionsPerSecond());
    add(rows, row);
  }

  private void harness(List<Map<String, Object>> rows, String config, Workload workload)
      throws CompileException {
    byte[] elf = workload.compile().elf();
    HarnessComparison result =
        HarnessComparison.measure(
            CoreShape.parse(config),
            gpu -> {
              Workload.Outcome outcome = workload.run(gpu, elf);
              workload.check(outcome.output());
              return outcome.statistics();
            },
            5);
    Map<String, Object> row = row(workload.name(), "rtl:", config);
    row.put("cycles", result.cycles());
    row.put("javaKiloCyclesPerSecond", result.javaKiloCyclesPerSecond());
    row.put("nativeKiloCyclesPerSecond", result.nativeKiloCyclesPerSecond());
    row.put("ratio", result.wallRatio());
    row.put("processorRatio", result.processorRatio());
    add(rows, row);
  }

  private void compile(List<Map<String, Object>> rows) throws CompileException {
    double logs = 0;
    List<Workload> workloads = Workloads.all();
    for (Workload workload : workloads) {
      CompiledKernel kernel = workload.compile();
      long best = Long.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        long start = System.nanoTime();
        kernel = workload.compile();
        best = Math.min(best, System.nanoTime() - start);
      }
      Map<String, Object> row = row(workload.name(), "compiler", "-O2");
      row.put("milliseconds", best / 1e6);
      row.put("elfBytes", kernel.elf().length);
      add(rows, row);
      logs += Math.log(best / 1e6);
    }
    Map<String, Object> mean = row("geometric mean", "compiler", "-O2");
    mean.put("milliseconds", Math.exp(logs / workloads.size()));
    add(rows, mean);
  }

  /** Instructions of all lanes, beside those of one lane that does all the work in C. */
  private void code(List<Map<String, Object>> rows) throws CompileException {
    double calledLogs = 0;
    double inlinedLogs = 0;
    List<Workload> workloads = Workloads.codeCompared(small);
    try (Gpu gpu = Gpu.open("sim:?config=" + CODE_CONFIG)) {
      for (Workload workload : workloads) {
        CompiledKernel kernel = workload.compile();
        final long shader = laneInstructions(workload, workload.run(gpu, kernel.elf()));
        final long called = reference(gpu, workload, kernel, ReferenceKernel.Form.CALLED);
        final long inlined = reference(gpu, workload, kernel, ReferenceKernel.Form.INLINED);
        Map<String, Object> row = row(workload.name(), "sim:", CODE_CONFIG);
        row.put("laneInstructions", shader);
        row.put("clangCalled", called);
        row.put("clangInlined", inlined);
        row.put("ratioCalled", (double) shader / called);
        row.put("ratioInlined", (double) shader / inlined);
        add(rows, row);
        calledLogs += Math.log((double) shader / called);
        inlinedLogs += Math.log((double) shader / inlined);
      }
    }
    Map<String, Object> mean = row("geometric mean", "sim:", CODE_CONFIG);
    mean.put("ratioCalled", Math.exp(calledLogs / workloads.size()));
    mean.put("ratioInlined", Math.exp(inlinedLogs / workloads.size()));
    add(rows, mean);
  }

  private static long reference(
      Gpu gpu, Workload workload, CompiledKernel kernel, ReferenceKernel.Form form) {
    ReferenceKernel reference = ReferenceKernel.compile(workload, form);
    return laneInstructions(workload, reference.run(gpu, kernel.info()));
  }

  private static long laneInstructions(Workload workload, Workload.Outcome outcome) {
    workload.check(outcome.output());
    return outcome.statistics().laneInstructions();
  }
}
