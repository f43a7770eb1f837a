package dev.zhulong.cli;

import dev.zhulong.hal.LaunchStatistics;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a launch cost, as text and as JSON. */
final class StatisticsReport {
  private StatisticsReport() {}

  static Map<String, Object> json(String device, LaunchStatistics s) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("device", device);
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
    return map;
  }

  static void print(PrintWriter out, String device, LaunchStatistics s) {
    out.println("device             " + device);
    out.printf(Locale.ROOT, "cycles             %,d%n", s.cycles());
    out.printf(Locale.ROOT, "instructions       %,d (IPC %.3f)%n", s.instructions(), s.ipc());
    out.printf(Locale.ROOT, "lane instructions  %,d%n", s.laneInstructions());
    out.printf(
        Locale.ROOT,
        "wall time          %.3f s: %,.0f kilocycles/s, %,.1f million lane instructions/s%n",
        s.wallSeconds(),
        s.kiloCyclesPerSecond(),
        s.laneInstructionsPerSecond() / 1e6);
    s.counters()
        .forEach(
            (csr, value) -> {
              if (value != 0) {
                out.printf(Locale.ROOT, "  %-60s %,d%n", csr.description(), value);
              }
            });
  }
}
