package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import java.util.HashMap;
import java.util.Map;

/** Reads an instruction's operands by its operand string and writes its word. */
final class InstructionParser {
  private static final Map<String, Instruction> BY_NAME = new HashMap<>();

  static {
    for (Instruction i : Instruction.values()) {
      BY_NAME.put(i.mnemonic(), i);
    }
  }

  private final Assembler assembler;
  private final TokenCursor in;
  private int rd;
  private int rs1;
  private int rs2;
  private int rs3;
  private int immediate;
  private int rm;
  private int extra;

  InstructionParser(Assembler assembler, TokenCursor in) {
    this.assembler = assembler;
    this.in = in;
  }

  void run(String name, int column) {
    if (new PseudoInstructions(assembler, in, this).run(name)) {
      in.expectEnd();
      return;
    }
    Instruction instruction = BY_NAME.get(name);
    if (instruction == null) {
      instruction = atomic(name);
    }
    if (instruction == null) {
      throw new SyntaxException(column, "unknown instruction " + name);
    }
    if (instruction == Instruction.FENCE) {
      assembler.emit(fence());
      in.expectEnd();
      return;
    }
    operands(instruction);
    in.expectEnd();
    assembler.emit(
        InstructionEncoder.encode(instruction, rd, rs1, rs2, rs3, immediate, rm) | extra);
  }

  /** An atomic with an ordering suffix. */
  private Instruction atomic(String name) {
    int dot = name.lastIndexOf('.');
    int order =
        dot < 0
            ? 0
            : switch (name.substring(dot + 1)) {
              case "aq" -> 2;
              case "rl" -> 1;
              case "aqrl" -> 3;
              default -> 0;
            };
    Instruction found = order == 0 ? null : BY_NAME.get(name.substring(0, dot));
    if (found == null || found.extension() != dev.zhulong.firmware.isa.Extension.A) {
      return null;
    }
    extra = order << 25;
    return found;
  }

  private void operands(Instruction instruction) {
    String format = instruction.operands();
    rm = format.contains("m") ? InstructionEncoder.RM_DYNAMIC : 0;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c == ',' && format.startsWith(",m", i) && in.atEnd()) {
        return;
      }
      switch (c) {
        case ',' -> in.expect(",");
        case 'd' -> rd = integer();
        case 's' -> rs1 = integer();
        case 't' -> rs2 = integer();
        case 'D' -> rd = floating();
        case 'S' -> rs1 = floating();
        case 'T' -> rs2 = floating();
        case 'R' -> rs3 = floating();
        case 'j' -> immediate = lowPart(Relocation.LO12_I, Relocation.PCREL_LO12_I);
        case 'o' -> immediate = offset(Relocation.LO12_I, Relocation.PCREL_LO12_I);
        case 'q' -> immediate = offset(Relocation.LO12_S, Relocation.PCREL_LO12_S);
        case 'u' -> immediate = upper();
        case '>' -> immediate = (int) constant(0, 31);
        case 'E' -> immediate = csr();
        case 'Z' -> rm = (int) constant(0, 31);
        case 'p' -> target(Relocation.BRANCH);
        case 'a' -> target(Relocation.JAL);
        case 'm' -> rm = rounding();
        case '0' -> {
          if (!in.peek().is("(")) {
            constant(0, 0);
          }
        }
        case '(' -> in.expect("(");
        case ')' -> in.expect(")");
        default -> throw new IllegalStateException("operand letter " + c);
      }
    }
  }

  private int column() {
    return in.peek().column();
  }

  void target(Relocation type) {
    int column = column();
    assembler.fixup(type, assembler.expression(in), column);
  }

  int integer() {
    Token token = in.peek();
    int number = token.kind() == Token.Kind.NAME ? Names.integerNumber(token.text()) : -1;
    if (number < 0) {
      throw in.error("\"" + token.text() + "\" is not an integer register (x0 to x31 or ABI name)");
    }
    in.next();
    return number;
  }

  int floating() {
    Token token = in.peek();
    int number = token.kind() == Token.Kind.NAME ? Names.floatNumber(token.text()) : -1;
    if (number < 0) {
      throw in.error("\"" + token.text() + "\" is not a float register (f0 to f31 or ABI name)");
    }
    in.next();
    return number;
  }

  long constant(long low, long high) {
    int column = column();
    long value = assembler.symbols().constant(assembler.expression(in), column);
    if (value < low || value > high) {
      throw new SyntaxException(column, value + " is not from " + low + " to " + high);
    }
    return value;
  }

  int csr() {
    Token token = in.peek();
    int named = token.kind() == Token.Kind.NAME ? Names.csrNumber(token.text()) : -1;
    if (named >= 0) {
      in.next();
      return named;
    }
    return (int) constant(0, 0xfff);
  }

  private int rounding() {
    Token token = in.peek();
    int mode = Names.ROUNDING.indexOf(in.name("a rounding mode"));
    if (mode < 0 || token.text().equals("unknown")) {
      throw new SyntaxException(
          token.column(),
          "\"" + token.text() + "\" is not a rounding mode (rne, rtz, rdn, rup, rmm, dyn)");
    }
    return mode;
  }

  /** The word of a FENCE; without operands it orders everything. */
  private int fence() {
    int sets = 0xff;
    if (!in.atEnd()) {
      int before = fenceSet();
      in.expect(",");
      sets = before << 4 | fenceSet();
    }
    return Instruction.FENCE.match() | sets << 20;
  }

  private int fenceSet() {
    Token token = in.peek();
    int set = 0;
    for (char c : in.name("a set of i, o, r and w").toCharArray()) {
      int bit = "wroi".indexOf(c);
      if (bit < 0) {
        throw new SyntaxException(token.column(), "'" + c + "' is none of i, o, r and w");
      }
      set |= 1 << bit;
    }
    return set;
  }

  /** The name after a percent sign, or null. */
  private String modifier() {
    if (in.peek().is("%")) {
      in.next();
      return in.name("hi, lo, pcrel_hi or pcrel_lo");
    }
    return null;
  }

  private int lowPart(Relocation low, Relocation relativeLow) {
    int column = column();
    String modifier = modifier();
    if (modifier == null) {
      return (int) constant(-2048, 2047);
    }
    in.expect("(");
    Expression value = assembler.expression(in);
    in.expect(")");
    switch (modifier) {
      case "lo" -> assembler.fixup(low, value, column);
      case "pcrel_lo" -> assembler.fixup(relativeLow, value, column);
      default ->
          throw new SyntaxException(column, "%" + modifier + " is not possible here; use %lo");
    }
    return 0;
  }

  private int offset(Relocation low, Relocation relativeLow) {
    if (in.peek().is("(") && in.peekAfter().kind() == Token.Kind.NAME
        && Names.integerNumber(in.peekAfter().text()) >= 0) {
      return 0;
    }
    return lowPart(low, relativeLow);
  }

  private int upper() {
    int column = column();
    String modifier = modifier();
    if (modifier == null) {
      return (int) constant(0, 0xfffff);
    }
    in.expect("(");
    Expression value = assembler.expression(in);
    in.expect(")");
    switch (modifier) {
      case "hi" -> assembler.fixup(Relocation.HI20, value, column);
      case "pcrel_hi" -> assembler.fixup(Relocation.PCREL_HI20, value, column);
      default ->
          throw new SyntaxException(column, "%" + modifier + " is not possible here; use %hi");
    }
    return 0;
  }
}
