package dev.zhulong.cli;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.hal.DeviceInfo;
import dev.zhulong.hal.LaunchProfile;
import dev.zhulong.hal.LaunchStatistics;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a launch cost, as text and as JSON. */
final class StatisticsReport {
  private StatisticsReport() {}

  static Map<String, Object> json(DeviceInfo device, LaunchStatistics s) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("device", device.description());
    map.put("cycles", s.cycles());
    map.put("instructions", s.instructions());
    map.put("laneInstructions", s.laneInstructions());
    map.put("ipc", s.ipc());
    map.put("wallSeconds", s.wallSeconds());
    map.put("kiloCyclesPerSecond", s.kiloCyclesPerSecond());
    map.put("laneInstructionsPerSecond", s.laneInstructionsPerSecond());
    Map<String, Object> counters = new LinkedHashMap<>();
    s.counters()
        .forEach((csr, value) -> counters.put(csr.assemblyName().replace("perf_", ""), value));
    map.put("counters", counters);
    map.put("profile", profile(device, s));
    return map;
  }

  /** Shares and rates from 0 to 1; null where there is nothing to divide by. */
  static Map<String, Object> profile(DeviceInfo device, LaunchStatistics s) {
    LaunchProfile profile = s.profile(device.shape());
    Map<String, Object> cycles = new LinkedHashMap<>();
    profile.cycles().forEach((cause, share) -> cycles.put(camelCase(cause.name()), share));
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("cycles", cycles);
    map.put("instructionCacheHitRate", profile.instructionCacheHitRate());
    map.put("dataCacheHitRate", profile.dataCacheHitRate());
    map.put("sharedCacheHitRate", profile.sharedCacheHitRate());
    map.put("memoryLatency", profile.memoryLatency());
    map.put("laneUtilisation", profile.laneUtilisation());
    map.put("divergentSplitRate", profile.divergentSplitRate());
    map.put("refetchRate", profile.refetchRate());
    return map;
  }

  private static String camelCase(String constant) {
    String lower = constant.toLowerCase(Locale.ROOT);
    int gap = lower.indexOf('_');
    return gap < 0
        ? lower
        : lower.substring(0, gap)
            + Character.toUpperCase(lower.charAt(gap + 1))
            + lower.substring(gap + 2);
  }

  static void print(PrintWriter out, DeviceInfo device, LaunchStatistics s) {
    out.println("device             " + device.description());
    out.printf(Locale.ROOT, "cycles             %,d%n", s.cycles());
    out.printf(Locale.ROOT, "instructions       %,d (IPC %.3f)%n", s.instructions(), s.ipc());
    out.printf(Locale.ROOT, "lane instructions  %,d%n", s.laneInstructions());
    out.printf(
        Locale.ROOT,
        "wall time          %.3f s: %,.0f kilocycles/s, %,.1f million lane instructions/s%n",
        s.wallSeconds(),
        s.kiloCyclesPerSecond(),
        s.laneInstructionsPerSecond() / 1e6);
    printProfile(out, device, s);
  }

  /** The profile, a line each; a rate of nothing has none. */
  static void printProfile(PrintWriter out, DeviceInfo device, LaunchStatistics s) {
    LaunchProfile profile = s.profile(device.shape());
    if (!profile.cycles().isEmpty()) {
      out.println("cycles of the cores, by cause");
      profile
          .cycles()
          .forEach(
              (cause, share) ->
                  out.printf(
                      Locale.ROOT,
                      "  %6.2f %%  %s (%,d)%n",
                      100 * share,
                      cause.description(),
                      s.count(cause.counter())));
    }
    rate(
        out,
        "lanes",
        profile.laneUtilisation(),
        "of the lanes active in the average warp-instruction");
    rate(
        out,
        "divergence",
        profile.divergentSplitRate(),
        "of %,d SPLITs divergent",
        s.count(Csr.PERF_SPLITS));
    rate(
        out,
        "branches",
        profile.refetchRate(),
        "of %,d with successors fetched again",
        s.count(Csr.PERF_BRANCHES));
    rate(
        out,
        "instruction cache",
        profile.instructionCacheHitRate(),
        "of %,d fetches hit",
        s.count(Csr.PERF_ICACHE_HITS) + s.count(Csr.PERF_ICACHE_MISSES));
    rate(
        out,
        "data cache",
        profile.dataCacheHitRate(),
        "of %,d line loads hit; %,d line stores",
        s.count(Csr.PERF_LOAD_HITS) + s.count(Csr.PERF_LOAD_MISSES),
        s.count(Csr.PERF_STORE_LINES));
    rate(
        out,
        "L2",
        profile.sharedCacheHitRate(),
        "of %,d line reads hit",
        s.count(Csr.PERF_L2_HITS) + s.count(Csr.PERF_L2_MISSES));
    if (!Double.isNaN(profile.memoryLatency())) {
      out.printf(
          Locale.ROOT,
          "%-17s %8.2f cycles for a line read on average; %,d line reads, %,d line writes%n",
          "memory",
          profile.memoryLatency(),
          s.count(Csr.PERF_MEMORY_READS),
          s.count(Csr.PERF_MEMORY_WRITES));
    }
  }

  private static void rate(PrintWriter out, String name, double rate, String of, Object... counts) {
    if (!Double.isNaN(rate)) {
      out.printf(
          Locale.ROOT,
          "%-17s %8.2f %% %s%n",
          name,
          100 * rate,
          String.format(Locale.ROOT, of, counts));
    }
  }
}
