package dev.zhulong.cli;

import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.PokeBench;
import dev.zhulong.rtl.VerilatedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code zl bench backends}: what a test bench in Java pays for the way to its model. Each number
 * is the best of several rounds, in which Java and C++ take turns.
 */
final class BackendsBench {
  private static final int ROUNDS = 12;

  /** WebAssembly is slower, and a round shall not take longer for it. */
  private static final long WASM_SHARE = 8;

  private final Consumer<Map<String, Object>> rows;
  private final boolean small;

  BackendsBench(Consumer<Map<String, Object>> rows, boolean small) {
    this.rows = rows;
    this.small = small;
  }

  void run() {
    try (PokeBench bench = PokeBench.small()) {
      measure("accumulator", bench, 1_000_000, 1);
      measure("accumulator", bench, 100_000, 100);
    }
    try (PokeBench bench = PokeBench.core()) {
      measure("c1w4t4", bench, 100_000, 1);
      measure("c1w4t4", bench, 100, 1000);
    }
  }

  private void measure(String design, PokeBench bench, long most, long cycles) {
    long calls = Math.max(8, small ? most / 1000 : most);
    long checked = calls / WASM_SHARE;
    long expected = bench.runNatively(checked, cycles, 1).getFirst().checksum();
    for (Backend backend : Backend.values()) {
      bench.model(backend).close();
      long start = System.nanoTime();
      try (VerilatedModel model = bench.model(backend)) {
        double milliseconds = (System.nanoTime() - start) / 1e6;
        if (bench.run(model, checked, cycles).checksum() != expected) {
          throw new IllegalStateException(
              design + " by " + backend + " has other outputs than in C++");
        }
        long count = backend == Backend.WASM ? checked : calls;
        double nativeSpeed = 0;
        double speed = 0;
        for (int round = 0; round < ROUNDS; round++) {
          PokeBench.Result cpp = bench.runNatively(calls, cycles, 2).getLast();
          nativeSpeed = Math.max(nativeSpeed, speed(calls, cycles, cpp));
          speed = Math.max(speed, speed(count, cycles, bench.run(model, count, cycles)));
        }
        row(design, backend, cycles, bytes(model) / 1024.0, milliseconds, speed, nativeSpeed);
      }
    }
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

  private void row(
      String design,
      Backend backend,
      long cycles,
      double kib,
      double start,
      double speed,
      double nativeSpeed) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", design);
    row.put("backend", backend.toString());
    row.put("cyclesOfACall", cycles);
    row.put("libraryKib", kib);
    row.put("startMilliseconds", start);
    row.put("kiloCyclesPerSecond", speed);
    row.put("kiloCyclesPerSecondInCpp", nativeSpeed);
    row.put("ratio", speed / nativeSpeed);
    rows.accept(row);
  }
}
