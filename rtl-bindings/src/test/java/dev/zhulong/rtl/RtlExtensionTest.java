package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.zhulong.rtl.junit.Rtl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** What {@code @Rtl} does around a test: waveforms, closing, mistakes in the annotation. */
class RtlExtensionTest {
  private static VerilatedModel last;

  @TempDir private Path waves;

  /** Tests for this test; nothing else runs them. */
  static final class Cases {
    @Test
    void passes(@Rtl("fifo.sv") VerilatedModel fifo) {
      last = fifo;
      fifo.step(10);
    }

    @Test
    void fails(@Rtl("fifo.sv") VerilatedModel fifo) {
      fifo.step(10);
      throw new AssertionError("on purpose");
    }

    @Test
    void lacksItsFile(@Rtl("nowhere.sv") VerilatedModel model) {
      model.step(1);
    }

    @Test
    void hasNoValue(@Rtl(value = "fifo.sv", parameters = "DEPTH") VerilatedModel fifo) {
      fifo.step(1);
    }

    @Test
    void wantsText(@Rtl("fifo.sv") String fifo) {
      assertTrue(fifo.isEmpty());
    }
  }

  @BeforeAll
  static void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
  }

  private static TestExecutionSummary run(String method) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    Class<?> type = method.equals("wantsText") ? String.class : VerilatedModel.class;
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(Cases.class, method, type.getName()))
                .build(),
            listener);
    return listener.getSummary();
  }

  private static String failure(String method) {
    return run(method).getFailures().getFirst().getException().getMessage();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(waves)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void waveformIsKeptOfTestsThatFail() throws IOException {
    System.setProperty("zl.waves", waves.toString());
    try {
      assertEquals(1, run("passes").getTestsSucceededCount());
      assertEquals(List.of(), files());
      assertEquals("on purpose", failure("fails"));
      assertEquals(List.of("Cases.fails.fifo.fst"), files());
      assertTrue(Files.size(waves.resolve(files().getFirst())) > 300);
    } finally {
      System.clearProperty("zl.waves");
    }
  }

  @Test
  void modelIsClosedAfterItsTest() {
    assertEquals(1, run("passes").getTestsSucceededCount());
    assertThrows(IllegalStateException.class, last::eval);
  }

  @Test
  void mistakesAreNamed() {
    String file = failure("lacksItsFile");
    assertTrue(file.contains("nowhere.sv") && file.contains("src/test/systemverilog"), file);
    String parameter = failure("hasNoValue");
    assertTrue(parameter.contains("DEPTH") && parameter.contains("NAME=NUMBER"), parameter);
    String type = failure("wantsText");
    assertTrue(type.contains("java.lang.String"), type);
  }
}
