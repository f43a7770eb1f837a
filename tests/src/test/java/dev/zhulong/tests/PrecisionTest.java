package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.precision.FunctionSet;
import dev.zhulong.precision.Measurement;
import dev.zhulong.precision.OracleUnavailableException;
import dev.zhulong.precision.PrecisionRun;
import dev.zhulong.precision.PrecisionTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The errors of all float functions are within their limits, and docs/precision.md has them;
 * -Dzl.tables=apply measures its tables anew, which takes minutes.
 */
class PrecisionTest {
  private static final int SAMPLE = 4096;
  private static final int CYCLE_SAMPLE = 96;
  private static final Path DOCUMENT = Modules.ROOT.resolve("docs/precision.md");
  private static final String REMEDY =
      "to renew: ./mvnw -pl tests -am verify -Dtest=PrecisionTest -Dzl.tables=apply";

  private static PrecisionRun open(Gpu gpu) {
    try {
      return PrecisionRun.on(gpu);
    } catch (OracleUnavailableException e) {
      return abort(e.getMessage());
    }
  }

  private static List<Measurement> measure(PrecisionRun run, FunctionSet set, int random)
      throws CompileException {
    List<Measurement> made = new ArrayList<>();
    run.measure(set, _ -> true, random, made::add);
    return made;
  }

  @ParameterizedTest
  @EnumSource
  void errorsAreThoseOfTheDocument(FunctionSet set) throws CompileException, IOException {
    try (Gpu gpu = Gpu.open("sim:");
        PrecisionRun run = open(gpu)) {
      boolean apply = "apply".equals(System.getProperty("zl.tables"));
      List<Measurement> found = measure(run, set, apply ? PrecisionRun.FULL : SAMPLE);
      for (Measurement m : found) {
        assertTrue(m.passed(), m::failure);
      }
      String document = Files.readString(DOCUMENT);
      if (apply) {
        Files.writeString(DOCUMENT, PrecisionTable.renew(document, set, found));
        return;
      }
      List<String> rows = PrecisionTable.rows(document, set);
      assertEquals(found.size(), rows.size(), REMEDY);
      for (int n = 0; n < rows.size(); n++) {
        compare(run, found.get(n), rows.get(n));
      }
    }
  }

  /** A row's figure is that at its arguments, and no sample's is larger. */
  private static void compare(PrecisionRun run, Measurement sample, String row)
      throws CompileException {
    assertTrue(row.startsWith(PrecisionTable.key(sample)), row + "; " + REMEDY);
    assertTrue(row.contains("| " + sample.limit() + " |"), row + "; " + REMEDY);
    Measurement documented = PrecisionTable.located(row, sample);
    if (documented.isLocated()) {
      Measurement again = run.again(documented);
      assertEquals(PrecisionTable.error(documented), PrecisionTable.error(again), REMEDY);
    }
    double slack = 1 + 1e-9;
    assertTrue(
        sample.error() <= documented.error() * slack
            || PrecisionTable.error(sample).equals(PrecisionTable.error(documented)),
        () -> row + ": " + PrecisionTable.row(sample) + "; " + REMEDY);
  }

  @Test
  void theCommandPrintsAFunction() {
    assumeTrue(PrecisionRun.isAvailable(), "needs libmpfr6");
    String printed =
        Zl.run("bench", "precision", "--functions", "Exp2|exp2", "--arguments", "100")
            .succeeds()
            .out();
    assertTrue(printed.contains("set GLSL.std.450  name Exp2"), printed);
    assertTrue(printed.contains("set OpenCL.std  name exp2"), printed);
  }

  @Test
  void wrongOptionsAreRefused() {
    Zl.run("bench", "precision", "--functions", "[").refuses("--functions");
    Zl.run("bench", "precision", "--arguments", "-1").refuses("--arguments -1");
  }

  @Test
  void theCoreComputesTheSame() throws CompileException {
    NativeTools.assumeVerilator();
    try (Gpu gpu = Gpu.open("sim:");
        Gpu core = Gpu.open("rtl:?config=c1w4t4");
        PrecisionRun functional = open(gpu);
        PrecisionRun cycles = open(core)) {
      for (FunctionSet set : FunctionSet.values()) {
        for (Measurement like : measure(functional, set, 0)) {
          Measurement here = functional.spread(like, CYCLE_SAMPLE);
          Measurement there = cycles.spread(like, CYCLE_SAMPLE);
          assertEquals(here, there.withInstructions(here.instructions()));
        }
      }
    }
  }
}
