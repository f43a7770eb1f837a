package dev.zhulong.firmware.asm;

/** A problem at a token; ends the work on one statement, and becomes a diagnostic. */
final class SourceError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Token place;

  SourceError(Token place, String problem, Object... values) {
    super(values.length == 0 ? problem : String.format(problem, values), null, false, false);
    this.place = place;
  }

  Token place() {
    return place;
  }
}
