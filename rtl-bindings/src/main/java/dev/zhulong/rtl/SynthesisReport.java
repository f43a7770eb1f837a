package dev.zhulong.rtl;

import java.util.List;
import java.util.Locale;

/**
 * What a synthesis tool makes of the core before it is mapped to gates.
 *
 * @param tool the tool's name and version
 * @param top the module that was synthesised, with all below it
 * @param units each module once, the top first
 */
public record SynthesisReport(String tool, String top, List<Unit> units) {

  /**
   * One module; the modules that it contains are counted on their own.
   *
   * @param name the module's name in the source, with a suffix where it has several parameter sets
   * @param instances how often the top contains it
   * @param cells word-wide operators, multiplexers and registers of one instance
   * @param registerBits bits of flip-flops of one instance
   * @param memoryBits bits of memories of one instance
   */
  public record Unit(String name, long instances, long cells, long registerBits, long memoryBits) {}

  /** The units and their sum as a Markdown table. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append("| unit | instances | cells | register bits | memory bits |\n");
    text.append("|---|--:|--:|--:|--:|\n");
    units.forEach(unit -> row(text, unit));
    long cells = units.stream().mapToLong(u -> u.instances() * u.cells()).sum();
    long registers = units.stream().mapToLong(u -> u.instances() * u.registerBits()).sum();
    long memories = units.stream().mapToLong(u -> u.instances() * u.memoryBits()).sum();
    row(text, new Unit("all", 1, cells, registers, memories));
    return text.toString();
  }

  private static void row(StringBuilder text, Unit unit) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %d | %,d | %,d | %,d |%n",
            unit.name(),
            unit.instances(),
            unit.cells(),
            unit.registerBits(),
            unit.memoryBits()));
  }
}
