package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchStatistics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      "  scaling  cycles of one core and of four for the same work; takes minutes"
    },
    footer = {"", "Example:", "  zl bench speed --json"})
final class BenchCommand implements Callable<Integer> {
  enum Suite {
    CYCLES,
    SPEED,
    COMPILE,
    SCALING
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

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "SUITE",
      description = "cycles, speed, compile or scaling. Default: the first three")
  private Suite suite;

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
    if (json) {
      spec.commandLine().getOut().println(Json.text(rows));
    }
    return 0;
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
}
