package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.verify.MutationRun;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample of what {@code zl verify --mutate} does for as long as asked. */
class MutationTest {
  private static final long SEED = Long.getLong("zl.seed", System.nanoTime() >>> 24);
  private static final long MODULES = 3000;

  @TempDir private Path folder;

  @Test
  void damagedModulesGiveProgramsOrDiagnostics() throws InterruptedException {
    System.out.println("mutations: seed " + SEED + " (repeat with -Dzl.seed=" + SEED + ")");
    MutationRun.Summary found = MutationRun.of(List.of(), folder).run(SEED, MODULES, _ -> {});
    // How long one takes is the command's to judge, on a machine that does nothing else.
    List<String> mistakes =
        found.mistakes().stream().filter(m -> !m.matches(".*: took \\d+ ms")).toList();
    assertEquals(List.of(), mistakes);
    assertEquals(MODULES, found.modules());
    assertTrue(found.programs() > 0 && found.programs() < MODULES, found.toString());
  }
}
