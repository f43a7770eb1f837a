package dev.zhulong.graphics;

/** GLSL text, line by line. */
final class Glsl {
  private final StringBuilder text = new StringBuilder();

  /** Adds lines; arguments as of {@link String#format}. */
  Glsl add(String format, Object... arguments) {
    text.append(arguments.length == 0 ? format : String.format(format, arguments)).append('\n');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
