package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.rtl.Mutation;
import dev.zhulong.simulator.lockstep.Coverage;
import dev.zhulong.simulator.lockstep.LineCoverageRun;
import dev.zhulong.simulator.lockstep.LockStepRun;
import dev.zhulong.simulator.lockstep.MutantRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verification itself: it sees bugs, and its programs exercise what there is. */
class VerificationTest {
  /** Some bugs show in one program of a hundred. */
  private static final long MOST_INSTRUCTIONS = 3_000_000;

  private static final double LEAST_COVERAGE = 0.98;

  /** Lock-step does not use the debug block, which has tests of its own. */
  private static final double LEAST_LINES = 0.90;

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 5_000_000})
  void everyDeliberateBugIsCaught(long seed) {
    NativeTools.assumeVerilator();
    List<MutantRun.Verdict> verdicts = MutantRun.run(seed, MOST_INSTRUCTIONS, verdict -> {});
    String survivors =
        verdicts.stream()
            .filter(MutantRun.Verdict::survived)
            .map(MutantRun.Verdict::name)
            .collect(Collectors.joining(", "));
    assertEquals("", survivors, () -> "not caught with seed " + seed);
  }

  @Test
  void deliberateBugsAreInEveryUnit() {
    List<Mutation> mutations = MutantRun.mutations();
    assertEquals(
        mutations.size(), mutations.stream().map(Mutation::name).distinct().count(), "names");
    assertTrue(mutations.stream().map(Mutation::file).distinct().count() >= 20);
  }

  @Test
  void randomProgramsReachWhatThereIs() {
    NativeTools.assumeVerilator();
    CoreShape shape = CoreShape.parse("c2w4t4");
    Coverage coverage = Coverage.of(shape);
    LockStepRun.of(shape).collecting(coverage).run(1, 1_500_000);
    for (Coverage.Group group : coverage.groups()) {
      assertTrue(
          group.hit() >= LEAST_COVERAGE * group.total(),
          () -> group.name() + ": " + group.hit() + " of " + group.total() + group.missed());
    }
  }

  @Test
  void linesAreCounted(@TempDir Path folder) throws IOException {
    NativeTools.assumeVerilator();
    List<LineCoverageRun.FileLines> files =
        LineCoverageRun.run(List.of(CoreShape.parse("c1w4t4")), 1, 100_000, folder);
    int lines = files.stream().mapToInt(LineCoverageRun.FileLines::lines).sum();
    int covered = files.stream().mapToInt(LineCoverageRun.FileLines::covered).sum();
    assertTrue(covered >= LEAST_LINES * lines && covered < lines, covered + " of " + lines);
    assertEquals(files.size(), files.stream().filter(file -> exists(folder, file)).count());
    String alu = Files.readString(folder.resolve("zl_alu.sv"));
    assertTrue(
        alu.lines().anyMatch(line -> line.matches(" +[1-9][0-9]* .*return a \\+ b;.*")), alu);
  }

  private static boolean exists(Path folder, LineCoverageRun.FileLines file) {
    return Files.isRegularFile(folder.resolve(file.name()));
  }
}
