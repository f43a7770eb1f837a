package dev.zhulong.amber;

/** How a script ended. */
public sealed interface Outcome {
  /** Everything it expects is so. */
  record Passed() implements Outcome {}

  /**
   * Something it expects is not so, or it cannot be carried out.
   *
   * @param place what follows the file's name: {@code ": line 7"} for an expectation or a command
   *     that failed, {@code ":7"} for a line that is not understood, or nothing
   * @param message what is wrong
   */
  record Failed(String place, String message) implements Outcome {}

  /**
   * It needs what this machine does not have.
   *
   * @param reason what that is
   */
  record Skipped(String reason) implements Outcome {}

  /** One line of a report about a file. */
  default String report(String file) {
    return switch (this) {
      case Passed() -> "PASS " + file;
      case Failed(String place, String message) -> "FAIL " + file + place + ": " + message;
      case Skipped(String reason) -> "SKIP " + file + ": " + reason;
    };
  }
}
