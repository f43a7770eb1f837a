package dev.zhulong.compiler;

/**
 * One error in a shader.
 *
 * @param file the source's name
 * @param line from 1, or 0 where unknown
 * @param column from 1, or 0 where unknown
 * @param message what is wrong
 * @param sourceLine the line's text, or the empty string where there is none
 */
public record Diagnostic(String file, int line, int column, String message, String sourceLine) {
  /** The error as compilers print it: place and message, then the line and a caret under it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line);
      if (column > 0) {
        text.append(':').append(column);
      }
    }
    text.append(": error: ").append(message);
    if (!sourceLine.isBlank()) {
      text.append("\n  ").append(sourceLine).append("\n  ");
      int indentation = sourceLine.length() - sourceLine.stripLeading().length();
      int caret = column > 0 ? Math.min(column - 1, sourceLine.length()) : indentation;
      for (int n = 0; n < caret; n++) {
        text.append(sourceLine.charAt(n) == '\t' ? '\t' : ' ');
      }
      text.append('^');
    }
    return text.toString();
  }
}
