package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The floating-point units give the host's results and flags. */
class FloatBenchTest {
  private static final int OPERATIONS = 1_000_000;

  @Test
  void unitsAgreeWithTheHost() throws IOException {
    Tools.assumeInstalled("verilator", "clang++-19");
    List<String> report = new ArrayList<>();
    FloatBench.run(OPERATIONS, 7, report::add);
    assertTrue(report.getLast().startsWith("PASS"), report::toString);
    long operations = report.stream().filter(line -> line.contains(" random")).count();
    assertEquals(24, operations, report::toString);
  }

  @Test
  void negativeCountIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> FloatBench.run(-1, 1, line -> {}))
            .getMessage();
    assertTrue(message.contains("-1"), message);
  }
}
