package dev.zhulong.cli;

import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.PokeBench;
import dev.zhulong.rtl.VerilatedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code zl bench backends}: what a test bench in Java pays for the way to its model. Each number
 * is the best of several rounds, in which the ways take turns.
 */
final class BackendsBench {
  private static final int ROUNDS = 7;

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
      measure("accumulator", bench, 4_000_000, 1);
      measure("accumulator", bench, 400_000, 100);
    }
    try (PokeBench bench = PokeBench.core()) {
      measure("c1w4t4", bench, 200_000, 1);
      measure("c1w4t4", bench, 200, 1000);
    }
  }

  private void measure(String design, PokeBench bench, long most, long cycles) {
    long calls = Math.max(8, small ? most / 1000 : most);
    long expected = bench.runNatively(calls / WASM_SHARE, cycles, 1).getFirst().checksum();
    Map<Backend, VerilatedModel> models = new EnumMap<>(Backend.class);
    Map<Backend, Double> starts = new EnumMap<>(Backend.class);
    try {
      for (Backend backend : Backend.values()) {
        bench.model(backend).close();
        long start = System.nanoTime();
        models.put(backend, bench.model(backend));
        starts.put(backend, (System.nanoTime() - start) / 1e6);
      }
      double nativeSpeed = 0;
      Map<Backend, Double> speeds = new EnumMap<>(Backend.class);
      for (int round = 0; round < ROUNDS; round++) {
        PokeBench.Result cpp = bench.runNatively(calls, cycles, 2).getLast();
        nativeSpeed = Math.max(nativeSpeed, speed(calls, cycles, cpp));
        for (Backend backend : Backend.values()) {
          boolean wasm = backend == Backend.WASM;
          long count = wasm || round == 0 ? calls / WASM_SHARE : calls;
          PokeBench.Result java = bench.run(models.get(backend), count, cycles);
          // Later rounds begin with what the earlier ones left in registers without a reset.
          if (round == 0 && java.checksum() != expected) {
            throw new IllegalStateException(
                design + " by " + backend + " has other outputs than in C++");
          }
          speeds.merge(backend, speed(count, cycles, java), Math::max);
        }
      }
      row(design, "C++", cycles, Double.NaN, Double.NaN, nativeSpeed, nativeSpeed);
      for (Backend backend : Backend.values()) {
        double kib = bytes(models.get(backend)) / 1024.0;
        row(
            design,
            backend.toString(),
            cycles,
            kib,
            starts.get(backend),
            speeds.get(backend),
            nativeSpeed);
      }
    } finally {
      models.values().forEach(VerilatedModel::close);
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
      String way,
      long cycles,
      double kib,
      double start,
      double speed,
      double nativeSpeed) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", design);
    row.put("way", way);
    row.put("cyclesOfACall", cycles);
    if (!Double.isNaN(kib)) {
      row.put("libraryKib", kib);
      row.put("startMilliseconds", start);
    }
    row.put("kiloCyclesPerSecond", speed);
    row.put("ratio", speed / nativeSpeed);
    rows.accept(row);
  }
}
