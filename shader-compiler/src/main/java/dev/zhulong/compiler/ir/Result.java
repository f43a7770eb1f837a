package dev.zhulong.compiler.ir;

/** A value that an instruction makes. Compared by identity. */
public final class Result implements Value {
  private final Type type;
  private final Instruction instruction;

  Result(Type type, Instruction instruction) {
    this.type = type;
    this.instruction = instruction;
  }

  @Override
  public Type type() {
    return type;
  }

  /** The instruction that makes it. */
  public Instruction instruction() {
    return instruction;
  }

  /** Its place among the instruction's results. */
  public int index() {
    return instruction.results().indexOf(this);
  }
}
