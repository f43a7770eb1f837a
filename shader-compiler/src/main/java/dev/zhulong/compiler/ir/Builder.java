package dev.zhulong.compiler.ir;

import java.util.List;

/** Appends instructions to a region; folds what is constant already. */
public final class Builder {
  private Region region;
  private Location location;

  /** A builder at the end of a region. */
  public Builder(Region region) {
    this.region = region;
  }

  /** Where instructions go. */
  public Region region() {
    return region;
  }

  /** Goes on at the end of another region. */
  public void region(Region next) {
    region = next;
  }

  /** The place in the source that new instructions get, or null. */
  public Location location() {
    return location;
  }

  /** Sets the place in the source that new instructions get. */
  public void location(Location place) {
    location = place;
  }

  /** A pure instruction's value; the opcode's signature gives its type. */
  public Value op(Opcode opcode, Value... operands) {
    List<Value> list = List.of(operands);
    var folded = Folding.fold(opcode, list);
    if (folded.isPresent()) {
      return folded.get();
    }
    return append(opcode, list, List.of(resultType(opcode, list)), null).result();
  }

  /** An instruction with an attribute that makes one value. */
  public Value make(Opcode opcode, Type type, Object attribute, Value... operands) {
    return append(opcode, List.of(operands), List.of(type), attribute).result();
  }

  /** An instruction that makes nothing. */
  public void effect(Opcode opcode, Object attribute, Value... operands) {
    append(opcode, List.of(operands), List.of(), attribute);
  }

  /** Any instruction. */
  public Instruction append(
      Opcode opcode, List<? extends Value> operands, List<Type> results, Object attribute) {
    Instruction instruction = new Instruction(opcode, operands, results, attribute, location);
    region.instructions().add(instruction);
    return instruction;
  }

  private static Type resultType(Opcode opcode, List<Value> operands) {
    return switch (opcode.signature().charAt(opcode.signature().length() - 1)) {
      case 'i' -> Type.I32;
      case 'f' -> Type.F32;
      case 'b' -> Type.BOOL;
      default -> operands.get(opcode == Opcode.SELECT ? 1 : 0).type();
    };
  }
}
