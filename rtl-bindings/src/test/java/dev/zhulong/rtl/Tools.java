package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Skips tests, visibly, whose outside tools are missing. */
final class Tools {
  private Tools() {}

  static void assumeInstalled(String... tools) {
    for (String tool : tools) {
      boolean found =
          Stream.of(System.getenv("PATH").split(File.pathSeparator))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
      assumeTrue(found, () -> "skipped: " + tool + " is not in PATH");
    }
  }
}
