package dev.zhulong.simulator.lockstep;

import java.util.List;

/**
 * The first place where two executions differ.
 *
 * @param core core number; -1 where the difference is not of one warp, as in memory or status
 * @param warp warp in the core; -1 likewise
 * @param index instructions that the warp had retired before
 * @param pc address of the instruction; 0 where there is none
 * @param what the part of the record that differs
 * @param expected value in the functional simulator
 * @param actual value in the other execution
 * @param history the warp's last records before, oldest first, then the expected and the actual one
 */
public record Difference(
    int core,
    int warp,
    long index,
    int pc,
    String what,
    String expected,
    String actual,
    List<String> history) {
  /** Copies the history. */
  public Difference {
    history = List.copyOf(history);
  }

  static Difference ofDevice(String what, String expected, String actual) {
    return new Difference(-1, -1, 0, 0, what, expected, actual, List.of());
  }

  /** Several lines for people. */
  @Override
  public String toString() {
    String place =
        core < 0
            ? ""
            : String.format("core %d warp %d instruction %d at %08x: ", core, warp, index, pc);
    String first = place + what + " is " + actual + ", expected " + expected;
    return history.isEmpty() ? first : first + "\n  " + String.join("\n  ", history);
  }
}
