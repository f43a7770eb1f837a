package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchProfile;
import dev.zhulong.hal.LaunchProfile.Cause;
import dev.zhulong.hal.LaunchStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a launch's cycles went. */
class ProfileTest {
  private static final double EXACT = 1e-9;

  @TempDir private Path folder;

  private static LaunchStatistics launch(String device, String name) throws CompileException {
    Workload workload =
        Workloads.all().stream().filter(w -> w.name().equals(name)).findFirst().orElseThrow();
    try (Gpu gpu = Gpu.open(device)) {
      return workload.run(gpu, workload.compile().elf()).statistics();
    }
  }

  @Test
  void ratesAreQuotientsOfCounters() {
    Map<Csr, Long> counters =
        Map.ofEntries(
            Map.entry(Csr.PERF_WARP_INSTRUCTIONS, 500L),
            Map.entry(Csr.PERF_STALL_OPERAND, 300L),
            Map.entry(Csr.PERF_IDLE, 200L),
            Map.entry(Csr.PERF_ICACHE_HITS, 99L),
            Map.entry(Csr.PERF_ICACHE_MISSES, 1L),
            Map.entry(Csr.PERF_LOAD_HITS, 30L),
            Map.entry(Csr.PERF_LOAD_MISSES, 10L),
            Map.entry(Csr.PERF_L2_HITS, 6L),
            Map.entry(Csr.PERF_L2_MISSES, 4L),
            Map.entry(Csr.PERF_MEMORY_READS, 4L),
            Map.entry(Csr.PERF_MEMORY_READ_CYCLES, 130L),
            Map.entry(Csr.PERF_SPLITS, 8L),
            Map.entry(Csr.PERF_SPLITS_DIVERGENT, 2L));
    LaunchProfile profile =
        new LaunchStatistics(1000, 500, 1500, 1, counters).profile(CoreShape.parse("c1w4t4"));
    assertEquals(0.5, profile.cycles().get(Cause.ISSUE), EXACT);
    assertEquals(0.3, profile.cycles().get(Cause.OPERAND), EXACT);
    assertEquals(0, profile.cycles().get(Cause.LOAD_STORE), EXACT);
    assertEquals(0.2, profile.cycles().get(Cause.IDLE), EXACT);
    assertEquals(0.99, profile.instructionCacheHitRate(), EXACT);
    assertEquals(0.75, profile.dataCacheHitRate(), EXACT);
    assertEquals(0.6, profile.sharedCacheHitRate(), EXACT);
    assertEquals(32.5, profile.memoryLatency(), EXACT);
    assertEquals(0.75, profile.laneUtilisation(), EXACT);
    assertEquals(0.25, profile.divergentSplitRate(), EXACT);
    assertEquals(Double.NaN, profile.refetchRate(), "no branches");
  }

  @Test
  void functionalSimulatorHasLanesButNoCycles() throws CompileException {
    LaunchProfile profile =
        launch("sim:?config=c1w4t4", "mandelbrot").profile(CoreShape.parse("c1w4t4"));
    assertEquals(Map.of(), profile.cycles());
    assertTrue(profile.laneUtilisation() > 0.3 && profile.laneUtilisation() < 1, profile::toString);
    assertEquals(Double.NaN, profile.memoryLatency());
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1w4t4", "c2w4t4"})
  void everyCycleOfEveryCoreHasOneCause(String config) throws CompileException {
    NativeTools.assumeVerilator();
    CoreShape shape = CoreShape.parse(config);
    LaunchStatistics s = launch("rtl:?config=" + config, "reduce");
    long sum = 0;
    for (Cause cause : Cause.values()) {
      sum += s.count(cause.counter());
    }
    // The counters start one cycle before the launch's own.
    assertEquals(s.cycles() * shape.cores(), sum, 2.0 * shape.cores());
    Map<Cause, Double> cycles = s.profile(shape).cycles();
    assertEquals(1, cycles.values().stream().mapToDouble(Double::doubleValue).sum(), EXACT);
    assertTrue(cycles.get(Cause.ISSUE) > 0.2, cycles::toString);
  }

  @Test
  void waitingForAFenceIsSynchronisation() throws IOException {
    NativeTools.assumeVerilator();
    Path source = folder.resolve("fence.s");
    Files.writeString(
        source,
        """
        _start:
          la t0, word
          sw t0, 0(t0)
          fence
          tmc x0
        .balign 64
        word: .word 0
        """);
    Path program = folder.resolve("fence.elf");
    Zl.run("asm", source.toString(), "-o", program.toString()).succeeds();
    Zl ran =
        Zl.run(
            "exec",
            program.toString(),
            "--stats",
            "--device",
            "rtl:?config=c1w4t4&memory-latency=200");
    Matcher share =
        Pattern.compile("([0-9.]+) %  all warps at a barrier, fence or WSYNC")
            .matcher(ran.succeeds().err());
    assertTrue(share.find(), ran::err);
    double percent = Double.parseDouble(share.group(1));
    assertTrue(percent > 25 && percent < 75, ran::err);
  }

  @Test
  void memoryLatencyIsThatOfTheMemory() throws CompileException {
    NativeTools.assumeVerilator();
    CoreShape shape = CoreShape.parse("c1w4t4");
    LaunchProfile near = launch("rtl:?config=c1w4t4&memory-latency=30", "saxpy").profile(shape);
    LaunchProfile far = launch("rtl:?config=c1w4t4&memory-latency=200", "saxpy").profile(shape);
    assertTrue(near.memoryLatency() >= 30 && near.memoryLatency() < 60, near::toString);
    assertTrue(far.memoryLatency() >= 200 && far.memoryLatency() < 260, far::toString);
    assertTrue(
        far.cycles().get(Cause.OPERAND) > near.cycles().get(Cause.OPERAND),
        () -> near + " and " + far);
    assertEquals(1, near.laneUtilisation(), EXACT);
  }

  @Test
  void benchShowsTheCyclesOfEveryWork() {
    NativeTools.assumeVerilator();
    String json = Zl.run("bench", "cycles", "--stalls", "--json").succeeds().out();
    assertEquals(11, json.split("\"profile\": \\{", -1).length, json);
    assertEquals(11, json.split("\"operand\": ", -1).length, json);
  }
}
