package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.amber.Outcome;
import dev.zhulong.amber.ScriptRunner;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scripts with words and lines deleted, doubled, swapped or replaced have one outcome, soon. How
 * many, and from which seed: {@code -Dzl.mutations=N -Dzl.mutationSeed=N}.
 */
class AmberMutationTest {
  private static final Path SCRIPTS = Path.of("src", "test", "resources", "amber", "pass");
  private static final Duration SOON = Duration.ofSeconds(60);

  /** A device with several sizes of everything, so that it is fast but takes most scripts. */
  private static final String DEVICE = "sim:?config=c1w8t8";

  private static final List<String> REPLACEMENTS =
      List.of(
          "0",
          "-1",
          "1",
          "2",
          "3",
          "16",
          "255",
          "65536",
          "2147483647",
          "-2147483648",
          "4294967295",
          "4294967296",
          "18446744073709551616",
          "1e300",
          "nan",
          "-inf",
          "0x",
          "0xffffffffffffffffff",
          "1.5",
          "\"",
          "#",
          "\\",
          "END",
          "DATA",
          "SIZE",
          "FILL",
          "AS",
          "storage",
          "uniform",
          "color",
          "vec4<float>",
          "int8",
          "float16",
          "mat3x3<double>",
          "int32[0]",
          "int32[9999999]",
          "IDX",
          "EQ",
          "DRAW_RECT",
          "graphics",
          "R8G8B8A8_UNORM",
          "D32_SFLOAT",
          "[test]",
          "é");

  @TempDir private Path folder;

  @Test
  void everyMutationHasAnOutcome() throws IOException {
    int count = Integer.getInteger("zl.mutations", 250);
    Random random = new Random(Long.getLong("zl.mutationSeed", 1));
    List<Path> sources = sources();
    try (Gpu gpu = Gpu.open(DEVICE)) {
      ScriptRunner runner =
          new ScriptRunner(gpu, new LaunchLimits(2_000_000, Duration.ofSeconds(20)));
      for (int n = 0; n < count; n++) {
        Path source = sources.get(random.nextInt(sources.size()));
        String mutated = mutated(Files.readString(source), random);
        Path script = folder.resolve("mutated." + source.getFileName());
        Files.writeString(script, mutated);
        long start = System.nanoTime();
        int number = n;
        Outcome outcome;
        try {
          outcome = runner.run(script);
        } catch (RuntimeException | Error e) {
          throw new AssertionError("mutation " + n + " of " + source + ":\n" + mutated, e);
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        String report = outcome.report("script");
        assertTrue(
            taken.compareTo(SOON) < 0,
            () -> "mutation " + number + " took " + taken + ": " + report + "\n" + mutated);
        assertFalse(
            report.contains("Exception") || report.endsWith(": null"),
            () -> "mutation " + number + ": " + report + "\n" + mutated);
        Files.delete(script);
      }
    }
  }

  /** Scripts without OpenCL C, whose compiler is a process of its own and takes its time. */
  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path script : ScriptRunner.scripts(SCRIPTS)) {
      String text = Files.readString(script);
      if (!text.contains("OPENCL-C") && text.length() < 12_000) {
        sources.add(script);
      }
    }
    return sources;
  }

  /** One to four changes. */
  private static String mutated(String text, Random random) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    int changes = 1 + random.nextInt(4);
    for (int n = 0; n < changes && !lines.isEmpty(); n++) {
      int at = random.nextInt(lines.size());
      int other = random.nextInt(lines.size());
      switch (random.nextInt(8)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(other, lines.get(at));
        case 2 -> lines.set(at, lines.set(other, lines.get(at)));
        default -> lines.set(at, changedLine(lines.get(at), lines.get(other), random));
      }
    }
    return String.join("\n", lines);
  }

  private static String changedLine(String line, String other, Random random) {
    List<String> words = new ArrayList<>(Arrays.asList(line.strip().split("\\s+")));
    int at = random.nextInt(words.size());
    switch (random.nextInt(6)) {
      case 0 -> words.remove(at);
      case 1 -> words.add(at, words.get(at));
      case 2 -> words.set(at, words.set(random.nextInt(words.size()), words.get(at)));
      case 3 -> {
        String[] others = other.strip().split("\\s+");
        words.set(at, others[random.nextInt(others.length)]);
      }
      case 4 -> {
        StringBuilder word = new StringBuilder(words.get(at));
        int place = random.nextInt(word.length() + 1);
        word.insert(place, (char) (' ' + random.nextInt(95)));
        words.set(at, word.toString());
      }
      default -> words.set(at, REPLACEMENTS.get(random.nextInt(REPLACEMENTS.size())));
    }
    return String.join(" ", words);
  }
}
