package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.zhulong.amber.Outcome;
import dev.zhulong.amber.ScriptRunner;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scripts that draw, with words and lines of theirs exchanged, left out and changed: each ends with
 * an outcome and a message of one line. {@code -Dzl.mutations=N} makes more of them, {@code
 * -Dzl.seed=S} others.
 */
class ScriptMutationTest {
  private static final Path SCRIPTS =
      Path.of("src", "test", "resources", "amber", "pass", "graphics");

  /** What takes the place of a number or a word. */
  private static final List<String> WORDS =
      List.of(
          "0",
          "1",
          "-1",
          "4",
          "7",
          "250",
          "4096",
          "65536",
          "2147483647",
          "4294967295",
          "-0.5",
          "nan",
          "1e38",
          "0x",
          "END",
          "",
          "INDEXED",
          "TRIANGLE_FAN",
          "point_list",
          "R32_UINT",
          "R8G8B8A8_SNORM",
          "D24_UNORM_S8_UINT",
          "S8_UINT",
          "B10G11R11_UFLOAT_PACK32",
          "R64_SFLOAT",
          "SIZE",
          "LOCATION",
          "AS",
          "color",
          "resolve",
          "depth_stencil",
          "storage_image",
          "SAMPLES",
          "float",
          "vec3<int8>",
          "mat4x4<float>");

  private static final Duration LONGEST = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void mutatedScriptsEndWithAMessage() throws IOException {
    long seed = Long.getLong("zl.seed", 1);
    int count = Integer.getInteger("zl.mutations", 60);
    List<Path> scripts;
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      scripts =
          files
              .filter(f -> f.toString().matches(".*\\.(amber|vkscript)"))
              .filter(f -> !f.toString().contains("mandelbrot"))
              .sorted()
              .toList();
    }
    int[] outcomes = new int[3];
    LaunchLimits limits = new LaunchLimits(Long.MAX_VALUE, Duration.ofSeconds(5));
    try (Gpu gpu = Gpu.open("sim:?config=c1w8t8")) {
      for (int n = 0; n < count; n++) {
        Random random = new Random(seed * 1_000_003 + n);
        Path from = scripts.get(random.nextInt(scripts.size()));
        String text = mutated(random, Files.readString(from));
        String name = from.getFileName().toString();
        Path script = folder.resolve("m" + name.substring(name.lastIndexOf('.')));
        Files.writeString(script, text);
        String what = name + ", zl.seed=" + seed + ", mutation " + n;
        long start = System.nanoTime();
        try {
          switch (new ScriptRunner(gpu, limits).run(script)) {
            case Outcome.Passed _ -> outcomes[0]++;
            case Outcome.Failed(String place, String reason) -> {
              outcomes[1]++;
              assertTrue(
                  reason != null && !reason.isBlank() && !reason.contains("Exception"),
                  () -> what + place + ": " + reason + "\n" + text);
            }
            case Outcome.Skipped _ -> outcomes[2]++;
          }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
          Files.writeString(Path.of("target", "mutated-" + name), text);
          fail(what + ", kept in the module's target as mutated-" + name, e);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(LONGEST) < 0, () -> what + " took " + took + "\n" + text);
      }
    }
    System.out.printf(
        "zl.seed=%d: %d mutations, %d passed, %d failed, %d skipped%n",
        seed, count, outcomes[0], outcomes[1], outcomes[2]);
  }

  private static String mutated(Random random, String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    int changes = 1 + random.nextInt(3);
    for (int n = 0; n < changes; n++) {
      int at = 1 + random.nextInt(lines.size() - 1);
      switch (random.nextInt(6)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
        case 2 -> lines.set(at, lines.get(random.nextInt(lines.size())));
        // Many repetitions are no hang.
        default -> {
          if (!lines.get(at).startsWith("REPEAT")) {
            lines.set(at, changed(random, lines.get(at)));
          }
        }
      }
    }
    return String.join("\n", lines) + "\n";
  }

  /** A line with a word changed, left out, doubled or exchanged. */
  private static String changed(Random random, String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    int at = random.nextInt(words.size());
    switch (random.nextInt(4)) {
      case 0 -> words.remove(at);
      case 1 -> words.add(at, words.get(random.nextInt(words.size())));
      default -> words.set(at, WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", words);
  }
}
