package dev.zhulong.firmware.isa;

/**
 * Makes words from instructions and operands. Registers are numbers from 0 to 31, integer or float
 * as the instruction has them; operands that an instruction lacks are ignored.
 */
public final class InstructionEncoder {
  /** Rounding mode field: as the {@code frm} CSR says. */
  public static final int RM_DYNAMIC = 7;

  private InstructionEncoder() {}

  /**
   * The word of an instruction.
   *
   * @param immediate what the operand string's immediate letter means: signed 12 bits for I and S
   *     forms, a byte offset for branches and jumps, the 20-bit value for {@code u}, a shift
   *     amount, a CSR address; ignored where there is none
   * @param rm rounding mode, or the 5-bit immediate of CSR instructions; ignored where there is
   *     none
   * @throws IllegalArgumentException if an operand does not fit its field
   */
  public static int encode(
      Instruction instruction, int rd, int rs1, int rs2, int rs3, int immediate, int rm) {
    int word = instruction.match();
    String operands = instruction.operands();
    for (int i = 0; i < operands.length(); i++) {
      word |=
          switch (operands.charAt(i)) {
            case 'd', 'D' -> register(instruction, rd) << 7;
            case 's', 'S' -> register(instruction, rs1) << 15;
            case 't', 'T' -> register(instruction, rs2) << 20;
            case 'r', 'R' -> register(instruction, rs3) << 27;
            case 'j', 'o' -> signed(instruction, immediate, 12, 1) << 20;
            case 'q' -> {
              int s = signed(instruction, immediate, 12, 1);
              yield s >> 5 << 25 | (s & 31) << 7;
            }
            case 'p' -> {
              int b = signed(instruction, immediate, 13, 2);
              yield (b >> 12 & 1) << 31
                  | (b >> 5 & 63) << 25
                  | (b >> 1 & 15) << 8
                  | (b >> 11 & 1) << 7;
            }
            case 'a' -> {
              int j = signed(instruction, immediate, 21, 2);
              yield (j >> 20 & 1) << 31
                  | (j >> 1 & 1023) << 21
                  | (j >> 11 & 1) << 20
                  | (j >> 12 & 255) << 12;
            }
            case 'u' -> unsigned(instruction, immediate, 20) << 12;
            case '>' -> unsigned(instruction, immediate, 5) << 20;
            case 'E' -> unsigned(instruction, immediate, 12) << 20;
            case 'Z' -> unsigned(instruction, rm, 5) << 15;
            case 'm' -> unsigned(instruction, rm, 3) << 12;
            case 'P' -> 15 << 24;
            case 'Q' -> 15 << 20;
            default -> 0;
          };
    }
    return word;
  }

  private static int register(Instruction instruction, int number) {
    return unsigned(instruction, number, 5);
  }

  private static int unsigned(Instruction instruction, int value, int bits) {
    if (value >>> bits != 0) {
      throw new IllegalArgumentException(
          instruction.mnemonic() + ": operand " + value + " does not fit " + bits + " bits");
    }
    return value;
  }

  private static int signed(Instruction instruction, int value, int bits, int step) {
    int limit = 1 << (bits - 1);
    if (value < -limit || value >= limit || value % step != 0) {
      throw new IllegalArgumentException(
          instruction.mnemonic()
              + ": "
              + value
              + " is not a multiple of "
              + step
              + " from "
              + -limit
              + " to "
              + (limit - step));
    }
    return value;
  }
}
