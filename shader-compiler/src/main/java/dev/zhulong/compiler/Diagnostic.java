package dev.zhulong.compiler;

import dev.zhulong.compiler.ir.Location;

/**
 * One error in a shader.
 *
 * @param location the place; line and column are 0 where unknown
 * @param message what is wrong
 * @param sourceLine the line's text, or the empty string where there is none
 */
public record Diagnostic(Location location, String message, String sourceLine) {
  /** The error as compilers print it: place and message, then the line and a caret under it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(location.file());
    if (location.line() > 0) {
      text.append(':').append(location.line());
      if (location.column() > 0) {
        text.append(':').append(location.column());
      }
    }
    text.append(": error: ").append(message);
    if (!sourceLine.isEmpty()) {
      text.append("\n  ").append(sourceLine);
      int caret =
          location.column() > 0
              ? Math.min(location.column() - 1, sourceLine.length())
              : sourceLine.length() - sourceLine.stripLeading().length();
      text.append("\n  ");
      for (int n = 0; n < caret; n++) {
        text.append(sourceLine.charAt(n) == '\t' ? '\t' : ' ');
      }
      text.append('^');
    }
    return text.toString();
  }
}
