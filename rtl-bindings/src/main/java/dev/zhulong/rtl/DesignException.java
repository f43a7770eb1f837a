package dev.zhulong.rtl;

import java.util.List;

/** A design cannot be verilated or bound; the fault is in the sources or in what was asked for. */
public final class DesignException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * What is wrong at one place.
   *
   * @param file the source file, empty if the message belongs to no place
   * @param line from 1; 0 if the message belongs to no place
   * @param column from 1; 0 if unknown
   * @param text what is wrong
   */
  public record Diagnostic(String file, int line, int column, String text) {
    /** In the form that editors follow: {@code file:line:column: text}. */
    @Override
    public String toString() {
      if (file.isEmpty()) {
        return text;
      }
      return file + ":" + line + ":" + (column > 0 ? column + ": " : " ") + text;
    }
  }

  // A list of records of strings and ints, which no serial form is promised for.
  private final transient List<Diagnostic> diagnostics;

  DesignException(String what, List<Diagnostic> diagnostics) {
    super(what + String.join("", diagnostics.stream().map(d -> "\n  " + d).toList()));
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** The places, in the order in which they were found. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
