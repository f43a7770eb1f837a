package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How often each line of the core has run, summed over models. A line with several branches counts
 * as often as the least of them, so that a covered line has nothing untried on it. A block that is
 * left by a return counts as often as its most frequent return.
 */
public final class LineCoverage {
  private static final String FIELD = "\u0001";
  private static final char VALUE = '\u0002';
  private static final String OF_RETURN = "v_user";

  /** The lines of one block, and how often it has run to its end. */
  private static final class Block {
    private final List<Integer> lines;
    private long count;

    Block(List<Integer> lines) {
      this.lines = lines;
    }
  }

  /** By file, blocks by name. */
  private final Map<String, Map<String, Block>> blocks = new TreeMap<>();

  /** By file, the counts of returns by line. */
  private final Map<String, Map<Integer, Long>> returns = new TreeMap<>();

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
    Map<String, String> fields = new HashMap<>();
    for (String field : text.split(FIELD)) {
      int value = field.indexOf(VALUE);
      if (value > 0) {
        fields.put(field.substring(0, value), field.substring(value + 1));
      }
    }
    String file = fields.get("f");
    String line = fields.get("l");
    if (fields.getOrDefault("page", "").startsWith(OF_RETURN)) {
      returns
          .computeIfAbsent(file, name -> new HashMap<>())
          .merge(Integer.valueOf(line), count, Long::sum);
      return;
    }
    // One block of the source is a point in every instance of its module.
    String name = line + ":" + fields.get("n") + ":" + fields.get("o");
    List<Integer> lines = numbers(fields.getOrDefault("S", line));
    blocks
            .computeIfAbsent(file, any -> new HashMap<>())
            .computeIfAbsent(name, any -> new Block(lines))
            .count +=
        count;
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
    Map<Integer, Long> left = returns.getOrDefault(file, Map.of());
    NavigableMap<Integer, Long> counts = new TreeMap<>();
    Collection<Block> all = blocks.getOrDefault(file, Map.of()).values();
    for (Block block : all) {
      long most = block.count;
      for (int line : block.lines) {
        most = Math.max(most, left.getOrDefault(line, 0L));
      }
      for (int line : block.lines) {
        counts.merge(line, most, Math::min);
      }
    }
    left.forEach((line, count) -> counts.merge(line, count, Math::max));
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
