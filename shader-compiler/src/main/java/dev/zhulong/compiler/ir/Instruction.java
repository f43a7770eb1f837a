package dev.zhulong.compiler.ir;

import java.util.ArrayList;
import java.util.List;

/**
 * One instruction: an opcode, its operands, what it makes, and the regions it owns.
 *
 * <p>The attribute is what the opcode's description names: an {@link Access} for memory, a {@link
 * Local}, a {@link StackSlot}, a {@link ConstantTable}, a {@code firmware.isa.Csr}, or null.
 */
public final class Instruction {
  private final Opcode opcode;
  private final List<Value> operands;
  private final List<Result> results = new ArrayList<>();
  private final List<Region> regions = new ArrayList<>();
  private final Object attribute;
  private final Location location;
  private int number;

  /**
   * A new instruction.
   *
   * @param operands copied; may be edited later through {@link #operands()}
   * @param resultTypes one entry a result
   * @param location null where unknown
   */
  public Instruction(
      Opcode opcode,
      List<? extends Value> operands,
      List<Type> resultTypes,
      Object attribute,
      Location location) {
    this.opcode = opcode;
    this.operands = new ArrayList<>(operands);
    this.attribute = attribute;
    this.location = location;
    for (Type type : resultTypes) {
      addResult(type);
    }
  }

  /** Adds a result, for passes that widen IF and LOOP. */
  public Result addResult(Type type) {
    Result result = new Result(type, this);
    results.add(result);
    return result;
  }

  /** What it does. */
  public Opcode opcode() {
    return opcode;
  }

  /** Its operands, editable. */
  public List<Value> operands() {
    return operands;
  }

  /** The operand at an index. */
  public Value operand(int index) {
    return operands.get(index);
  }

  /** The values it makes, editable by passes that narrow IF and LOOP. */
  public List<Result> results() {
    return results;
  }

  /** The only result. */
  public Result result() {
    return results.getFirst();
  }

  /** The regions it owns, editable: two for IF, one for LOOP. */
  public List<Region> regions() {
    return regions;
  }

  /** The opcode's attribute, or null. */
  public Object attribute() {
    return attribute;
  }

  /** The attribute of a memory instruction. */
  public Access access() {
    return (Access) attribute;
  }

  /** The place in the source, or null. */
  public Location location() {
    return location;
  }

  /** The number that the running pass has given it. */
  public int number() {
    return number;
  }

  /** Gives it a number, by which a pass finds its notes on it; the next pass gives others. */
  public void number(int value) {
    number = value;
  }
}
