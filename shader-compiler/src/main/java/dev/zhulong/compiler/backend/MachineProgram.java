package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.Location;
import java.util.List;

/**
 * Generated code, position-independent, entered at its first word.
 *
 * @param words the instructions
 * @param lines where the source location changes, by ascending offset
 * @param stackBytes stack bytes that a hart uses
 * @param assembly the same as text in the assembler's syntax
 */
public record MachineProgram(int[] words, List<LineEntry> lines, int stackBytes, String assembly) {

  /**
   * A source location that holds from an instruction on.
   *
   * @param offset bytes from the first word
   * @param location the place in the source
   */
  public record LineEntry(int offset, Location location) {}
}
