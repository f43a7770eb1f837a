package dev.zhulong.cli;

import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.PokeBench;
import dev.zhulong.rtl.VerilatedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code zl bench backends}: what a test bench in Java pays for the way to its model. Java and C++
 * take turns; the ratio is the median of those of neighbouring turns, each speed the median of its
 * turns.
 */
final class BackendsBench {
  // A turn lasts a quarter of a second: the first moments of each go to the caches of a processor
  // that did something else before.
  private static final int TURNS = 21;

  /** Turns until the compiler of the JVM is done. */
  private static final int WARM_UP = 3;

  /** WebAssembly is slower, and a round shall not take longer for it. */
  private static final long WASM_SHARE = 8;

  private final Consumer<Map<String, Object>> rows;
  private final boolean small;

  BackendsBench(Consumer<Map<String, Object>> rows, boolean small) {
    this.rows = rows;
    this.small = small;
  }

  void run() {
    try (PokeBench accumulator = PokeBench.small();
        PokeBench core = PokeBench.core()) {
      // A test bench has one back end, and the JVM compiles its code for that one; the default
      // comes
      // first, before the others make the code that they share more general.
      for (Backend backend : Backend.values()) {
        measure("accumulator", accumulator, backend, 2_500_000, 1);
        measure("accumulator", accumulator, backend, 40_000, 100);
        measure("c1w4t4", core, backend, 200_000, 1);
        measure("c1w4t4", core, backend, 200, 1000);
      }
    }
  }

  private void measure(String design, PokeBench bench, Backend backend, long most, long cycles) {
    long calls = Math.max(8, small ? most / 1000 : most);
    long checked = calls / WASM_SHARE;
    long expected;
    try (PokeBench.Rival cpp = bench.rival(checked, cycles)) {
      expected = cpp.round().checksum();
    }
    bench.model(backend).close();
    long start = System.nanoTime();
    try (VerilatedModel model = bench.model(backend);
        PokeBench.Rival cpp = bench.rival(calls, cycles)) {
      double milliseconds = (System.nanoTime() - start) / 1e6;
      if (bench.run(model, checked, cycles).checksum() != expected) {
        throw new IllegalStateException(
            design + " by " + backend + " has other outputs than in C++");
      }
      long count = backend == Backend.WASM ? checked : calls;
      for (int turn = 0; turn < WARM_UP; turn++) {
        cpp.round();
        bench.run(model, count, cycles);
      }
      double[] nativeSpeeds = new double[TURNS];
      double[] speeds = new double[TURNS];
      double[] ratios = new double[TURNS];
      for (int turn = 0; turn < TURNS; turn++) {
        nativeSpeeds[turn] = speed(calls, cycles, cpp.round());
        speeds[turn] = speed(count, cycles, bench.run(model, count, cycles));
        ratios[turn] = speeds[turn] / nativeSpeeds[turn];
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", design);
      row.put("backend", backend.toString());
      row.put("cyclesOfACall", cycles);
      row.put("libraryKib", bytes(model) / 1024.0);
      row.put("startMilliseconds", milliseconds);
      row.put("kiloCyclesPerSecond", median(speeds));
      row.put("kiloCyclesPerSecondInCpp", median(nativeSpeeds));
      row.put("ratio", median(ratios));
      rows.accept(row);
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static long bytes(VerilatedModel model) {
    try {
      return Files.size(model.library());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double speed(long calls, long cycles, PokeBench.Result result) {
    return calls * cycles * 1e6 / Math.max(1, result.nanoseconds());
  }
}
