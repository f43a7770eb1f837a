package dev.zhulong.fuzz.interpreter;

/**
 * An instruction.
 *
 * @param opcode its number
 * @param type the result type's id, or 0
 * @param result the result's id, or 0
 * @param operands the words behind
 */
record Instruction(int opcode, int type, int result, int[] operands) {
  int operand(int n) {
    return operands[n];
  }

  /** The text that starts at an operand. */
  String text(int from) {
    StringBuilder out = new StringBuilder();
    for (int n = from; n < operands.length; n++) {
      for (int shift = 0; shift < 32; shift += 8) {
        int character = operands[n] >>> shift & 0xff;
        if (character == 0) {
          return out.toString();
        }
        out.append((char) character);
      }
    }
    return out.toString();
  }
}
