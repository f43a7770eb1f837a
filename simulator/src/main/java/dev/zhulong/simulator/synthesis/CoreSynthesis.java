package dev.zhulong.simulator.synthesis;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.rtl.Synthesis;
import dev.zhulong.rtl.SynthesisReport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a synthesis tool makes of the core of a shape, with 16 KiB of each memory. */
public final class CoreSynthesis {
  private final CoreShape shape;
  private final SynthesisReport report;

  private CoreSynthesis(CoreShape shape, SynthesisReport report) {
    this.shape = shape;
    this.report = report;
  }

  /**
   * Synthesises.
   *
   * @param top a module's name in the source
   * @throws dev.zhulong.rtl.SynthesisException if a tool is missing, or the core has latches, loops
   *     or other faults
   */
  public static CoreSynthesis run(CoreShape shape, String top) throws IOException {
    return new CoreSynthesis(shape, Synthesis.standard().run(ModelConfiguration.fast(shape), top));
  }

  /** The device as plain Verilog-2005, which is what the synthesis tool reads. */
  public static String view(CoreShape shape) throws IOException {
    return Synthesis.standard().view(ModelConfiguration.fast(shape));
  }

  /** One row a unit. */
  public List<Map<String, Object>> rows() {
    return report.units().stream().map(CoreSynthesis::row).toList();
  }

  private static Map<String, Object> row(SynthesisReport.Unit unit) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("unit", unit.name());
    row.put("instances", unit.instances());
    row.put("cells", unit.cells());
    row.put("registerBits", unit.registerBits());
    row.put("memoryBits", unit.memoryBits());
    return row;
  }

  /** The report in Markdown. */
  public String text() {
    return report.top()
        + ", "
        + ModelConfiguration.fast(shape)
        + ", "
        + report.tool()
        + ": no latches, no combinational loops.\n\n"
        + report.table();
  }
}
