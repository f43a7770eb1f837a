package dev.zhulong.precision;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The tables of {@code docs/precision.md}: a row a measurement, between {@code <!-- table: SET -->}
 * and {@code <!-- end -->}.
 */
public final class PrecisionTable {
  private static final String HEAD =
      """

      | function | arguments | largest error | limit | of the limit | at |
      |---|---|---|---|---|---|
      """;

  private static final int MOST_SHOWN = 4;

  private PrecisionTable() {}

  /** The table of a set. */
  public static String text(List<Measurement> measurements) {
    StringBuilder made = new StringBuilder(HEAD);
    for (Measurement m : measurements) {
      made.append(row(m)).append('\n');
    }
    return made.append('\n').toString();
  }

  /** A document with the table of a set replaced. */
  public static String renew(String document, FunctionSet set, List<Measurement> measurements) {
    int[] place = place(document, set);
    return document.substring(0, place[0]) + text(measurements) + document.substring(place[1]);
  }

  /** The rows of a set's table. */
  public static List<String> rows(String document, FunctionSet set) {
    int[] place = place(document, set);
    List<String> rows = new ArrayList<>();
    for (String line : document.substring(place[0], place[1]).lines().toList()) {
      if (line.startsWith("| `")) {
        rows.add(line);
      }
    }
    return rows;
  }

  private static int[] place(String document, FunctionSet set) {
    String mark = "<!-- table: " + set.title() + " -->\n";
    int start = document.indexOf(mark);
    int end = document.indexOf("<!-- end -->", Math.max(start, 0));
    if (start < 0 || end < 0) {
      throw new IllegalArgumentException("the document has no table " + set.title());
    }
    return new int[] {start + mark.length(), end};
  }

  /** A row: name and arguments, the figures, and where the error is, if that is short. */
  public static String row(Measurement m) {
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %s | %s | %s | %s |",
        m.name(),
        m.domain(),
        error(m),
        m.limit(),
        m.share() == 0 ? "" : percent(m.share()),
        m.isLocated() ? m.place() : "");
  }

  /** The beginning of a row, by which it is known. */
  public static String key(Measurement m) {
    return "| `" + m.name() + "` | " + m.domain() + " | ";
  }

  /**
   * What a row says of a function's largest error and of its place.
   *
   * @param like another measurement of the function
   */
  public static Measurement located(String row, Measurement like) {
    String[] cells = row.split(" \\|", -1);
    String error = cells[2].replace("| ", "").strip().replace(" ULP", "");
    String place = cells[5].strip();
    List<Double> worst = new ArrayList<>();
    for (String argument : place.isEmpty() ? new String[0] : place.split(", ")) {
      worst.add(Double.parseDouble(argument));
    }
    return new Measurement(
        like.set(),
        like.name(),
        like.domain(),
        like.arguments(),
        like.instructions(),
        error.isEmpty() ? Double.POSITIVE_INFINITY : Double.parseDouble(error),
        like.unit(),
        worst,
        place,
        like.limit(),
        like.share(),
        null);
  }

  /** The largest error for people. */
  public static String error(Measurement m) {
    if (m.error() == 0) {
      return "0";
    }
    return switch (m.unit()) {
      case "ULP" -> String.format(Locale.ROOT, "%.2f ULP", m.error());
      case "ABSOLUTE" -> String.format(Locale.ROOT, "%.2e", m.error());
      default -> "";
    };
  }

  private static String percent(double share) {
    double percent = 100 * share;
    return percent < 1 ? "< 1 %" : String.format(Locale.ROOT, "%.0f %%", percent);
  }

  /** How many components of arguments a row has room for. */
  static int mostShown() {
    return MOST_SHOWN;
  }
}
