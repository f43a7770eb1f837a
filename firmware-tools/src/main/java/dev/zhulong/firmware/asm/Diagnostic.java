package dev.zhulong.firmware.asm;

/**
 * One error in assembly text.
 *
 * @param file name of the source
 * @param line from 1
 * @param column from 1
 * @param message what is wrong, and the remedy where it is not evident
 * @param source the text of the line
 */
public record Diagnostic(String file, int line, int column, String message, String source) {
  /** The message with its place, the source line, and a caret under the column. */
  @Override
  public String toString() {
    StringBuilder caret = new StringBuilder();
    for (int i = 0; i < Math.min(column - 1, source.length()); i++) {
      caret.append(source.charAt(i) == '\t' ? '\t' : ' ');
    }
    return file + ":" + line + ":" + column + ": error: " + message + "\n" + source + "\n" + caret
        + "^";
  }
}
