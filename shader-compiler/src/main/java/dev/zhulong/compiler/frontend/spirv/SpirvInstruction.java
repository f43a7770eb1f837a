package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;

/**
 * One decoded instruction.
 *
 * @param op what it is
 * @param type id of its result's type, or 0
 * @param id id of its result, or 0
 * @param operands the words after those
 * @param location the place in the source by OpLine, or null
 */
record SpirvInstruction(SpirvOp op, int type, int id, int[] operands, Location location) {
  /** The operand word at an index; a shorter instruction is refused. */
  int operand(int index) {
    if (index >= operands.length) {
      throw SpirvErrors.at(
          location, "%s has %d operands; operand %d is missing", op, operands.length, index + 1);
    }
    return operands[index];
  }
}
