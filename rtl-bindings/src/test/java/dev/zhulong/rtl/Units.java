package dev.zhulong.rtl;

import dev.zhulong.firmware.isa.SystemVerilogPackage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The units of the core as designs, and the seeds of their benches. */
final class Units {
  private static final Path CORE = Path.of("src/main/systemverilog");

  private Units() {}

  /** A unit with the core's packages; {@code others} are the modules that it instantiates. */
  static VerilatedDesign design(String unit, String... others) {
    List<Path> files = new ArrayList<>();
    for (String name : new String[] {"zl_pkg", "zl_fpu_pkg"}) {
      files.add(CORE.resolve(name + ".sv"));
    }
    for (String name : others) {
      files.add(CORE.resolve(name + ".sv"));
    }
    files.add(CORE.resolve(unit + ".sv"));
    return VerilatedModel.of(files.toArray(Path[]::new))
        .sourceText("zl_isa_pkg.sv", SystemVerilogPackage.text());
  }

  /**
   * Random numbers whose seed is printed; {@code -Dzl.seed=N} repeats a run.
   *
   * @param bench says whose they are
   */
  static Random random(String bench) {
    long seed = Long.getLong("zl.seed", System.nanoTime() & 0xffffff);
    System.out.println(bench + ": seed " + seed + " (repeat with -Dzl.seed=" + seed + ")");
    return new Random(seed);
  }
}
