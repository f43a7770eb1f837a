package dev.zhulong.compiler.backend;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Words and text of machine instructions over real registers. */
final class Encoder {
  private static final Map<Integer, Csr> CSRS =
      Arrays.stream(Csr.values()).collect(Collectors.toMap(Csr::address, Function.identity()));
  private static final int NUMBER = 31;
  private static final String[] ROUNDING = {"rne", "rtz", "rdn", "rup", "rmm"};

  private Encoder() {}

  /**
   * The word.
   *
   * @param distance bytes from the instruction to its branch target
   */
  static int encode(MachineInstruction i, int distance) {
    int immediate = i.target != null ? distance : i.immediate;
    return InstructionEncoder.encode(
        i.operation,
        i.rd & NUMBER,
        i.rs1 & NUMBER,
        i.rs2 & NUMBER,
        i.rs3 & NUMBER,
        i.operation == Instruction.LUI || i.operation == Instruction.AUIPC
            ? immediate >>> 12
            : immediate,
        i.rounding);
  }

  /** The assembler's text, with the label that a branch goes to. */
  static String text(MachineInstruction i, String label) {
    if (i.operation == Instruction.CSRRS && i.rs1 == Register.ZERO) {
      return "csrr " + Register.name(i.rd) + ", " + CSRS.get(i.immediate).assemblyName();
    }
    if (i.operation == Instruction.JAL && i.rd == Register.ZERO) {
      return "j " + label;
    }
    if (i.operation == Instruction.ADDI && i.rs1 == Register.ZERO) {
      return "li " + Register.name(i.rd) + ", " + i.immediate;
    }
    StringBuilder text = new StringBuilder(i.operation.mnemonic());
    String separator = " ";
    for (String operand : i.operation.operands().split(",")) {
      String part =
          switch (operand) {
            case "d", "D" -> Register.name(i.rd);
            case "s", "S" -> Register.name(i.rs1);
            case "t", "T" -> Register.name(i.rs2);
            case "r", "R" -> Register.name(i.rs3);
            case "j", ">" -> Integer.toString(i.immediate);
            case "u" -> String.format(Locale.ROOT, "0x%x", i.immediate >>> 12);
            case "o(s)", "q(s)" -> i.immediate + "(" + Register.name(i.rs1) + ")";
            case "0(s)" -> "(" + Register.name(i.rs1) + ")";
            case "m" -> i.rounding == MachineInstruction.DYNAMIC ? "" : ROUNDING[i.rounding];
            case "p", "a" -> label;
            default -> "";
          };
      if (!part.isEmpty()) {
        text.append(separator).append(part);
        separator = ", ";
      }
    }
    return text.toString();
  }
}
