package dev.zhulong.rtl;

import dev.zhulong.firmware.isa.SystemVerilogPackage;
import dev.zhulong.rtl.bench.Seeds;
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

  /** The whole device, as it is for one core. */
  static VerilatedDesign whole() {
    String[] others =
        ModelSources.bundled().systemVerilog().keySet().stream()
            .filter(name -> !name.endsWith("_pkg.sv") && !name.equals("zl_gpu.sv"))
            .map(name -> name.replace(".sv", ""))
            .toArray(String[]::new);
    return design("zl_gpu", others);
  }

  /**
   * Random numbers whose seed is printed; {@code -Dzl.seed=N} repeats a run.
   *
   * @param bench says whose they are
   */
  static Random random(String bench) {
    return Seeds.random(bench);
  }
}
