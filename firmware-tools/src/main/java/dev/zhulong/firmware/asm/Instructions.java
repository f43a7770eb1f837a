package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.asm.Token.Kind;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import java.util.HashMap;
import java.util.Map;

/** Statements that are one instruction of the table. */
final class Instructions {
  private static final Map<String, Instruction> BY_NAME = new HashMap<>();

  static {
    for (Instruction instruction : Instruction.values()) {
      BY_NAME.put(instruction.mnemonic(), instruction);
    }
  }

  private final Program program;

  Instructions(Program program) {
    this.program = program;
  }

  /** An instruction, and the bits that order an atomic. */
  private record Named(Instruction instruction, int ordering) {}

  private static Named find(String name) {
    Instruction instruction = BY_NAME.get(name);
    int ordering = 0;
    if (instruction == null) {
      int point = name.lastIndexOf('.');
      ordering =
          switch (point < 0 ? "" : name.substring(point)) {
            case ".aq" -> 2 << 25;
            case ".rl" -> 1 << 25;
            case ".aqrl" -> 3 << 25;
            default -> 0;
          };
      Instruction atomic = ordering == 0 ? null : BY_NAME.get(name.substring(0, point));
      instruction = atomic != null && atomic.operands().endsWith("0(s)") ? atomic : null;
    }
    return instruction == null ? null : new Named(instruction, ordering);
  }

  /** Whether there is such an instruction. */
  static boolean knows(String name) {
    return find(name) != null;
  }

  /** Assembles it. */
  void run(Token name, Operands in) {
    Named named = find(name.text());
    Instruction instruction = named.instruction();
    if (instruction == Instruction.FENCE && in.atEnd()) {
      program.word(0x0ff0000f, name);
      return;
    }
    int word = instruction.match() | named.ordering();
    // Without a mode written, the dynamic one holds.
    word |= instruction.has('m') ? InstructionEncoder.RM_DYNAMIC << 12 : 0;
    FixupKind kind = null;
    Expression later = null;
    String operands = instruction.operands();
    for (int i = 0; i < operands.length(); i++) {
      switch (operands.charAt(i)) {
        case ',' -> {
          boolean lastMode = operands.substring(i).equals(",m");
          if (lastMode && in.atEnd()) {
            program.word(word, name);
            return;
          }
          in.comma();
        }
        case 'd' -> word |= in.integer() << 7;
        case 's' -> word |= in.integer() << 15;
        case 't' -> word |= in.integer() << 20;
        case 'D' -> word |= in.floating() << 7;
        case 'S' -> word |= in.floating() << 15;
        case 'T' -> word |= in.floating() << 20;
        case 'r' -> word |= in.integer() << 27;
        case 'R' -> word |= in.floating() << 27;
        case 'm' -> word = word & ~(7 << 12) | in.rounding() << 12;
        case 'P' -> word |= in.fenceSet() << 24;
        case 'Q' -> word |= in.fenceSet() << 20;
        case 'E' -> word |= in.csr() << 20;
        case 'Z' -> word |= in.number(0, 31, "CSR immediate") << 15;
        case '>' -> word |= in.number(0, 31, "shift amount") << 20;
        case 'j', 'o', 'q' -> {
          boolean store = operands.charAt(i) == 'q';
          kind = store ? FixupKind.NUMBER_S : FixupKind.NUMBER_I;
          boolean noOffset = operands.charAt(i) != 'j' && offsetMissing(in);
          if (noOffset) {
            later = new Expression.Constant(in.peek(), 0);
          } else {
            FixupKind low = lowFunction(in, store);
            kind = low != null ? low : kind;
            later = low != null ? argument(in) : in.expression();
          }
        }
        case 'u' -> {
          kind = highFunction(in, instruction);
          if (kind != null) {
            later = argument(in);
          } else {
            word |= in.number(0, 0xfffff, "upper immediate") << 12;
          }
        }
        case 'p', 'a' -> {
          kind = operands.charAt(i) == 'p' ? FixupKind.BRANCH : FixupKind.JAL;
          later = in.expression();
        }
        case '0' -> {
          if (!in.peek().is("(")) {
            in.number(0, 0, "offset");
          }
        }
        case '(' -> in.expect("(");
        default -> in.expect(")");
      }
    }
    emit(word, name, kind, later);
  }

  /** Appends an instruction whose immediate may be known or not. */
  void emit(int word, Token name, FixupKind kind, Expression later) {
    if (kind == null) {
      program.word(word, name);
    } else if (kind == FixupKind.BRANCH) {
      program.branch(word, name, later);
    } else {
      program.word(word, name, kind, later);
    }
  }

  /** Whether a base in parentheses comes next, without an offset. */
  private static boolean offsetMissing(Operands in) {
    return in.peek().is("(")
        && in.peek(1).kind() == Kind.NAME
        && Names.integerNumber(in.peek(1).text()) >= 0;
  }

  /** The {@code %lo} or {@code %pcrel_lo} that comes next, or {@code null}. */
  static FixupKind lowFunction(Operands in, boolean store) {
    if (!in.accept("%")) {
      return null;
    }
    Token place = in.peek();
    return switch (in.name("lo or pcrel_lo")) {
      case "lo" -> store ? FixupKind.LO12_S : FixupKind.LO12_I;
      case "pcrel_lo" -> store ? FixupKind.PCREL_LO12_S : FixupKind.PCREL_LO12_I;
      default -> throw new SourceError(place, "expected %lo or %pcrel_lo here");
    };
  }

  private static FixupKind highFunction(Operands in, Instruction instruction) {
    if (!in.accept("%")) {
      return null;
    }
    Token place = in.peek();
    String name = in.name("hi or pcrel_hi");
    if (name.equals("hi")) {
      return FixupKind.HI20;
    }
    if (name.equals("pcrel_hi") && instruction == Instruction.AUIPC) {
      return FixupKind.PCREL_HI20;
    }
    throw new SourceError(place, "expected %hi, or %pcrel_hi with auipc");
  }

  static Expression argument(Operands in) {
    in.expect("(");
    Expression expression = in.expression();
    in.expect(")");
    return expression;
  }
}
