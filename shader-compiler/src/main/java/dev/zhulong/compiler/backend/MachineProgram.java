package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.Location;
import java.util.Arrays;
import java.util.List;

/**
 * Generated code, position-independent, entered at its first word.
 *
 * @param words the instructions
 * @param data words of constant tables, which follow the instructions
 * @param lines where the source location changes, by ascending offset
 * @param stackBytes stack bytes that a hart uses
 * @param assembly the same as text in the assembler's syntax
 */
public record MachineProgram(
    int[] words, int[] data, List<LineEntry> lines, int stackBytes, String assembly) {

  /** All words as they lie in memory. */
  public int[] image() {
    int[] all = Arrays.copyOf(words, words.length + data.length);
    System.arraycopy(data, 0, all, words.length, data.length);
    return all;
  }

  /**
   * A source location that holds from an instruction on.
   *
   * @param offset bytes from the first word
   * @param location the place in the source
   */
  public record LineEntry(int offset, Location location) {}
}
