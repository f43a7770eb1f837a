package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How often each line of the core has run, summed over models. A line with several branches counts
 * as often as the least of them, so that a covered line has nothing untried on it.
 */
public final class LineCoverage {
  private static final char FIELD = '\u0001';
  private static final char VALUE = '\u0002';

  /** By file and line, the count of each branch there, by its name. */
  private final Map<String, NavigableMap<Integer, Map<String, Long>>> files = new TreeMap<>();

  /** Nothing counted yet. */
  public LineCoverage() {}

  /**
   * Adds the data that a model has written.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it is no coverage data of Verilator's
   */
  public void add(Path data) throws IOException {
    for (String line : Files.readAllLines(data, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("C '")) {
        int end = line.lastIndexOf("' ");
        if (end < 0) {
          throw new IllegalArgumentException(data + ": \"" + line + "\" is no coverage point");
        }
        point(line.substring(3, end), Long.parseLong(line.substring(end + 2)));
      }
    }
  }

  private void point(String text, long count) {
    Map<String, String> fields = new TreeMap<>();
    for (String field : text.split(String.valueOf(FIELD))) {
      int value = field.indexOf(VALUE);
      if (value > 0) {
        fields.put(field.substring(0, value), field.substring(value + 1));
      }
    }
    NavigableMap<Integer, Map<String, Long>> lines =
        files.computeIfAbsent(fields.get("f"), name -> new TreeMap<>());
    // One branch of the source is a point in every instance of its module.
    String branch = fields.get("l") + ":" + fields.get("n") + ":" + fields.get("o");
    for (int number : numbers(fields.getOrDefault("S", fields.get("l")))) {
      lines
          .computeIfAbsent(number, any -> new TreeMap<>())
          .merge(branch, count, Long::sum);
    }
  }

  /** The numbers of a list such as {@code 3,5-7}. */
  private static List<Integer> numbers(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String range : list.split(",")) {
      String[] ends = range.split("-");
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int number = Integer.parseInt(ends[0]); number <= last; number++) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  /** Counts by line number, of the lines of a file that can run; empty for an unknown file. */
  public NavigableMap<Integer, Long> lines(String file) {
    NavigableMap<Integer, Long> counts = new TreeMap<>();
    files
        .getOrDefault(file, new TreeMap<>())
        .forEach(
            (number, branches) ->
                counts.put(
                    number, branches.values().stream().mapToLong(Long::longValue).min().orElse(0)));
    return counts;
  }

  /** The core's sources by file name, generated constants included. */
  public static Map<String, String> sources() {
    return ModelSources.bundled().systemVerilog();
  }

  /** A source with the count in front of each line that can run, and a mark where it is zero. */
  public String annotated(String file, String source) {
    NavigableMap<Integer, Long> counts = lines(file);
    StringBuilder text = new StringBuilder();
    int number = 0;
    for (String line : source.split("\n", -1)) {
      Long count = counts.get(++number);
      text.append(
          count == null ? " ".repeat(13) : "%s%11d ".formatted(count == 0 ? "!" : " ", count));
      text.append(line).append('\n');
    }
    return text.toString();
  }
}
