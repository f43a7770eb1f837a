package dev.zhulong.compiler.ir;

import java.util.ArrayList;
import java.util.List;

/** A straight list of instructions, ended by a terminator; passes edit the lists in place. */
public final class Region {
  private final List<Argument> arguments = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();

  /** The carried values, for the region of a loop; else empty. */
  public List<Argument> arguments() {
    return arguments;
  }

  /** The instructions in order; the last one is the terminator. */
  public List<Instruction> instructions() {
    return instructions;
  }

  /** The last instruction. */
  public Instruction terminator() {
    return instructions.getLast();
  }
}
