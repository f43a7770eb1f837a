package dev.zhulong.rtl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The bench of the floating-point units: the units alone, verilated, against the host's IEEE 754
 * arithmetic in C++, operation by operation in every rounding mode.
 */
public final class FloatBench {
  private static final int ROUNDING_MODES = 5;
  private static final String TOP = "fpu_bench_top";
  private static final List<String> BENCH =
      List.of("fpu_bench_top.sv", "fpu_bench.cpp", "reference.h", "stimulus.h");
  private static final List<String> UNITS =
      List.of("zl_fpu_pkg.sv", "zl_fpu_fma.sv", "zl_fpu_div_sqrt.sv", "zl_fpu_misc.sv");

  private FloatBench() {}

  /**
   * Builds the bench and runs all directed operations and the wanted number of random ones.
   *
   * @param operations random operations of every operation, of all rounding modes together
   * @param seed of the operands
   * @param output takes the bench's report, line by line
   * @throws ModelUnavailableException if a tool is missing or fails
   * @throws IllegalStateException if a result differs; the report shows operands and results
   */
  public static void run(long operations, long seed, Consumer<String> output) throws IOException {
    if (operations < 0) {
      throw new IllegalArgumentException(
          "the number of operations is " + operations + ", must not be negative");
    }
    String path = System.getenv("PATH");
    Toolchain tools = Toolchain.find(path == null ? "" : path);
    tools.requireVersion();
    Path folder = Files.createTempDirectory("zhulong-fpu");
    try {
      Path bench = build(tools, folder);
      long each = (operations + ROUNDING_MODES - 1) / ROUNDING_MODES;
      report(List.of(bench.toString(), "--seed", "" + seed, "--count", "" + each), output);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static Path build(Toolchain tools, Path folder) throws IOException {
    Map<String, String> core = ModelSources.bundled().systemVerilog();
    for (String unit : UNITS) {
      Files.writeString(folder.resolve(unit), core.get(unit));
    }
    for (String file : BENCH) {
      try (InputStream in = FloatBench.class.getResourceAsStream("fpu/" + file)) {
        Files.write(folder.resolve(file), in.readAllBytes());
      }
    }
    List<String> verilate = new ArrayList<>(List.of(tools.verilator().toString(), "--cc"));
    verilate.addAll(List.of("--Mdir", "model", "--top-module", TOP, "--assert", "-O3"));
    verilate.addAll(List.of("--x-assign", "fast", "--x-initial", "fast", "-Wno-fatal"));
    verilate.addAll(UNITS);
    verilate.add("fpu_bench_top.sv");
    succeed(tools, verilate, folder, "verilating the floating-point units");

    Path runtime = tools.runtime();
    Path bench = folder.resolve("fpu_bench");
    List<String> compile = new ArrayList<>(List.of(tools.compiler().toString(), "-std=c++20"));
    compile.addAll(List.of("-O3", "-march=native", "-frounding-math", "-w"));
    compile.addAll(List.of("-I" + folder.resolve("model"), "-I" + runtime));
    compile.addAll(List.of("-I" + runtime.resolve("vltstd"), "-o", bench.toString()));
    try (Stream<Path> files = Files.list(folder.resolve("model"))) {
      files.map(Path::toString).filter(f -> f.endsWith(".cpp")).sorted().forEach(compile::add);
    }
    compile.add(folder.resolve("fpu_bench.cpp").toString());
    compile.add(runtime.resolve("verilated.cpp").toString());
    compile.add(runtime.resolve("verilated_threads.cpp").toString());
    compile.add("-lpthread");
    succeed(tools, compile, folder, "compiling the bench of the floating-point units");
    return bench;
  }

  private static void succeed(Toolchain tools, List<String> command, Path folder, String what)
      throws IOException {
    Toolchain.Output built = tools.run(command, folder);
    if (built.status() != 0) {
      throw new ModelUnavailableException(
          what + " failed with exit code " + built.status() + ":\n" + built.text());
    }
  }

  private static void report(List<String> command, Consumer<String> output) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      process.getOutputStream().close();
      lines.lines().forEach(output);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "the floating-point units differ from the host's arithmetic; see the report above");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the floating-point bench was interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
