package dev.zhulong.firmware.asm;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A source that does not assemble. The message has, for each problem, {@code file:line:column:
 * error: …}, the source line and a caret under the place.
 */
public final class AssemblerException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  /**
   * One problem.
   *
   * @param file name of the source
   * @param line from 1
   * @param column from 1
   * @param problem what is wrong and what would be right
   * @param source the text of the line
   */
  public record Diagnostic(String file, int line, int column, String problem, String source) {
    /** The three lines that a user sees. */
    @Override
    public String toString() {
      String before = source.substring(0, Math.min(column - 1, source.length()));
      String indent = before.replaceAll("[^\t]", " ");
      return "%s:%d:%d: error: %s\n%s\n%s^".formatted(file, line, column, problem, source, indent);
    }
  }

  AssemblerException(List<Diagnostic> diagnostics) {
    super(diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining("\n")));
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** The problems in the order of the source. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
