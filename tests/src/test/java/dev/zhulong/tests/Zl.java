package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.zhulong.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A run of the command line within this process.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it complained about
 */
public record Zl(int code, String out, String err) {
  /** Runs a command. */
  public static Zl run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Zl(code, out.toString(), err.toString());
  }

  /** Asserts success. */
  public Zl succeeds() {
    assertEquals(0, code, () -> "exit code; complaint: " + err);
    return this;
  }

  /**
   * Asserts a failure that is told in one message containing all the parts, without a stack trace.
   */
  public void refuses(String... parts) {
    assertNotEquals(0, code, () -> "exit code; output: " + out);
    for (String part : parts) {
      assertEquals(true, err.contains(part), () -> "\"" + part + "\" is not in: " + err);
    }
    assertFalse(err.contains("\tat ") || err.contains("internal error"), err);
  }
}
