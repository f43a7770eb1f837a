package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Builds and runs the benches that are C++ programs, in src/test/cpp: those of the whole core and
 * of the load-store unit with its caches, and the one of the floating-point units, which needs the
 * processor's rounding modes.
 */
class UnitBenchTest {
  @TempDir private Path build;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lsu", "l2", "core",
      })
  void benchPasses(String bench) throws IOException, InterruptedException {
    Tools.assumeInstalled("verilator", "make", "clang++-19");
    List<String> command = new ArrayList<>(List.of(bench.split(" ")));
    command.set(0, Path.of("src/test/cpp", command.get(0), "run.sh").toAbsolutePath().toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ZL_BENCH_BUILD", build.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
