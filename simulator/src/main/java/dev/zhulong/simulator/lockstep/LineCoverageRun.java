package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.rtl.LineCoverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.stream.Stream;

/** Runs random programs on models that count how often each line of the core runs. */
public final class LineCoverageRun {
  private LineCoverageRun() {}

  /**
   * A source file.
   *
   * @param name of the file
   * @param lines that can run
   * @param covered of them, those that have
   */
  public record FileLines(String name, int lines, int covered) {}

  private static final int COMMANDS = 2000;

  /**
   * Runs programs and writes the annotated sources.
   *
   * @param shapes cores to run on, each with its share of the instructions
   * @param seed of the first program
   * @param instructions warp-instructions to compare
   * @param folder for the annotated sources; made if it is not there
   * @return the files with lines that can run, by name
   * @throws IOException if the folder cannot be written
   */
  public static List<FileLines> run(
      List<CoreShape> shapes, long seed, long instructions, Path folder) throws IOException {
    Files.createDirectories(folder);
    Path data = Files.createTempDirectory("zl-lines");
    LineCoverage coverage = new LineCoverage();
    try {
      for (CoreShape shape : shapes) {
        LockStepRun.of(shape)
            .countingLines(data)
            .run(seed, Math.max(1, instructions / shapes.size()));
        QueueRun.of(shape, seed, COMMANDS, data);
      }
      for (Path file : files(data)) {
        coverage.add(file);
      }
    } finally {
      for (Path file : files(data)) {
        Files.delete(file);
      }
      Files.delete(data);
    }
    List<FileLines> result = new ArrayList<>();
    for (Map.Entry<String, String> source : LineCoverage.sources().entrySet()) {
      NavigableMap<Integer, Long> lines = coverage.lines(source.getKey());
      if (!lines.isEmpty()) {
        Files.writeString(
            folder.resolve(source.getKey()),
            coverage.annotated(source.getKey(), source.getValue()));
        int covered = (int) lines.values().stream().filter(count -> count > 0).count();
        result.add(new FileLines(source.getKey(), lines.size(), covered));
      }
    }
    return result;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
