package dev.zhulong.rtl;

import java.io.PrintStream;

/** Is told how the build of a model goes on; not called at all when the model is in the cache. */
@FunctionalInterface
public interface BuildListener {
  /**
   * A step begins, or the last one has ended.
   *
   * @param what the step in a few words, or {@code done}
   * @param done steps that have ended
   * @param total steps of the build as far as known
   */
  void step(String what, int done, int total);

  /** Tells nobody. */
  static BuildListener silent() {
    return (what, done, total) -> {};
  }

  /** Keeps one line of progress on the terminal's standard error; silent without a terminal. */
  static BuildListener terminal() {
    if (System.console() == null || !System.console().isTerminal()) {
      return silent();
    }
    PrintStream out = System.err;
    return (what, done, total) -> {
      if (done == total) {
        out.print("\r\u001b[K");
      } else {
        out.printf("\r\u001b[Kbuilding the cycle model (once): %d/%d %s", done, total, what);
      }
      out.flush();
    };
  }
}
