package dev.zhulong.firmware.asm;

import static dev.zhulong.firmware.isa.Instruction.*;

import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import java.util.Map;

/** Instructions that stand for others. Source: RISC-V assembly programmer's manual. */
final class PseudoInstructions {
  private static final int RA = 1;
  private static final int T1 = 6;

  /** Branches against zero; those of {@code rs2} compare zero with the operand. */
  private static final Map<String, Instruction> ZERO_FIRST = Map.of("blez", BGE, "bgtz", BLT);

  private static final Map<String, Instruction> ZERO_SECOND =
      Map.of("beqz", BEQ, "bnez", BNE, "bgez", BGE, "bltz", BLT);
  private static final Map<String, Instruction> SWAPPED =
      Map.of("bgt", BLT, "ble", BGE, "bgtu", BLTU, "bleu", BGEU);
  private static final Map<String, Instruction> CSR_WRITES =
      Map.of("csrw", CSRRW, "csrs", CSRRS, "csrc", CSRRC);
  private static final Map<String, Instruction> CSR_IMMEDIATE_WRITES =
      Map.of("csrwi", CSRRWI, "csrsi", CSRRSI, "csrci", CSRRCI);
  private static final Map<String, Instruction> SIGNS =
      Map.of("fmv.s", FSGNJ_S, "fabs.s", FSGNJX_S, "fneg.s", FSGNJN_S);
  private static final Map<String, Integer> CSR_READS =
      Map.of("frcsr", 3, "frrm", 2, "frflags", 1, "rdcycle", 0xc00, "rdtime", 0xc01, "rdinstret",
          0xc02, "rdcycleh", 0xc80, "rdtimeh", 0xc81, "rdinstreth", 0xc82);
  private static final Map<String, Integer> CSR_SWAPS = Map.of("fscsr", 3, "fsrm", 2, "fsflags", 1);
  private static final Map<String, Integer> CSR_IMMEDIATE_SWAPS = Map.of("fsrmi", 2, "fsflagsi", 1);
  private static final Map<String, Instruction> IMMEDIATE_FORMS =
      Map.of("add", ADDI, "and", ANDI, "or", ORI, "xor", XORI, "slt", SLTI, "sltu", SLTIU);
  private static final Map<String, Instruction> SHIFT_FORMS =
      Map.of("sll", SLLI, "srl", SRLI, "sra", SRAI, "ror", RORI);

  private final Assembler assembler;
  private final TokenCursor in;
  private final InstructionParser operands;

  PseudoInstructions(Assembler assembler, TokenCursor in, InstructionParser operands) {
    this.assembler = assembler;
    this.in = in;
    this.operands = operands;
  }

  private void emit(Instruction i, int rd, int rs1, int rs2, int immediate, int rm) {
    assembler.emit(InstructionEncoder.encode(i, rd, rs1, rs2, 0, immediate, rm));
  }

  private int nextInteger() {
    in.expect(",");
    return operands.integer();
  }

  /** Writes the instruction; false if the name and operands are not of a pseudo-instruction. */
  boolean run(String name) {
    return simple(name) || branch(name) || csr(name) || address(name) || immediateForm(name);
  }

  private boolean simple(String name) {
    if (SIGNS.containsKey(name)) {
      int rd = operands.floating();
      in.expect(",");
      int rs = operands.floating();
      emit(SIGNS.get(name), rd, rs, rs, 0, 0);
      return true;
    }
    switch (name) {
      case "nop" -> emit(ADDI, 0, 0, 0, 0, 0);
      case "ret" -> emit(JALR, 0, RA, 0, 0, 0);
      case "unimp" -> assembler.emit(0xc000_1073);
      case "scall" -> emit(ECALL, 0, 0, 0, 0, 0);
      case "sbreak" -> emit(EBREAK, 0, 0, 0, 0, 0);
      case "li" -> {
        int rd = operands.integer();
        in.expect(",");
        load(rd, (int) operands.constant(Integer.MIN_VALUE, 0xffff_ffffL));
      }
      case "mv", "move" -> emit(ADDI, operands.integer(), nextInteger(), 0, 0, 0);
      case "not" -> emit(XORI, operands.integer(), nextInteger(), 0, -1, 0);
      case "neg" -> emit(SUB, operands.integer(), 0, nextInteger(), 0, 0);
      case "zext.b" -> emit(ANDI, operands.integer(), nextInteger(), 0, 255, 0);
      case "seqz" -> emit(SLTIU, operands.integer(), nextInteger(), 0, 1, 0);
      case "snez" -> emit(SLTU, operands.integer(), 0, nextInteger(), 0, 0);
      case "sltz" -> emit(SLT, operands.integer(), nextInteger(), 0, 0, 0);
      case "sgtz" -> emit(SLT, operands.integer(), 0, nextInteger(), 0, 0);
      case "sgt", "sgtu" -> {
        int rd = operands.integer();
        int left = nextInteger();
        emit(name.equals("sgt") ? SLT : SLTU, rd, nextInteger(), left, 0, 0);
      }
      case "fgt.s", "fge.s" -> {
        int rd = operands.integer();
        in.expect(",");
        int left = operands.floating();
        in.expect(",");
        emit(name.equals("fgt.s") ? FLT_S : FLE_S, rd, operands.floating(), left, 0, 0);
      }
      case "fmv.x.s" -> {
        int rd = operands.integer();
        in.expect(",");
        emit(FMV_X_W, rd, operands.floating(), 0, 0, 0);
      }
      case "fmv.s.x" -> emit(FMV_W_X, operands.floating(), nextInteger(), 0, 0, 0);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The shortest load of a constant: ADDI, LUI, or both. */
  private void load(int rd, int value) {
    int low = value << 20 >> 20;
    int high = value - low >>> 12;
    if (high == 0) {
      emit(ADDI, rd, 0, 0, low, 0);
      return;
    }
    emit(LUI, rd, 0, 0, high, 0);
    if (low != 0) {
      emit(ADDI, rd, rd, 0, low, 0);
    }
  }

  private boolean branch(String name) {
    if (ZERO_SECOND.containsKey(name) || ZERO_FIRST.containsKey(name)) {
      boolean first = ZERO_FIRST.containsKey(name);
      int rs = operands.integer();
      in.expect(",");
      operands.target(Relocation.BRANCH);
      emit((first ? ZERO_FIRST : ZERO_SECOND).get(name), 0, first ? 0 : rs, first ? rs : 0, 0, 0);
      return true;
    }
    if (SWAPPED.containsKey(name)) {
      int left = operands.integer();
      int right = nextInteger();
      in.expect(",");
      operands.target(Relocation.BRANCH);
      emit(SWAPPED.get(name), 0, right, left, 0, 0);
      return true;
    }
    return switch (name) {
      case "j" -> {
        operands.target(Relocation.JAL);
        emit(JAL, 0, 0, 0, 0, 0);
        yield true;
      }
      case "jal" -> {
        if (Names.integerNumber(in.peek().text()) >= 0) {
          yield false;
        }
        operands.target(Relocation.JAL);
        emit(JAL, RA, 0, 0, 0, 0);
        yield true;
      }
      case "jr", "jalr" -> indirect(name.equals("jr") ? 0 : RA);
      case "call", "tail" -> {
        operands.target(Relocation.CALL);
        int link = name.equals("call") ? RA : T1;
        emit(AUIPC, link, 0, 0, 0, 0);
        emit(JALR, name.equals("call") ? RA : 0, link, 0, 0, 0);
        yield true;
      }
      default -> false;
    };
  }

  /** Register jumps whose link register is not written, and those without an offset in brackets. */
  private boolean indirect(int link) {
    boolean register = Names.integerNumber(in.peek().text()) >= 0;
    if (!register) {
      int offset = in.peek().is("(") ? 0 : (int) operands.constant(-2048, 2047);
      in.expect("(");
      int base = operands.integer();
      in.expect(")");
      emit(JALR, link, base, 0, offset, 0);
      return true;
    }
    int start = in.position();
    int rd = operands.integer();
    if (in.atEnd()) {
      emit(JALR, link, rd, 0, 0, 0);
      return true;
    }
    in.expect(",");
    if (link != 0 && Names.integerNumber(in.peek().text()) >= 0) {
      int base = operands.integer();
      int offset = in.accept(",") ? (int) operands.constant(-2048, 2047) : 0;
      emit(JALR, rd, base, 0, offset, 0);
      return true;
    }
    if (link == 0) {
      emit(JALR, 0, rd, 0, (int) operands.constant(-2048, 2047), 0);
      return true;
    }
    in.reset(start);
    return false;
  }

  private boolean csr(String name) {
    if (CSR_WRITES.containsKey(name) || CSR_IMMEDIATE_WRITES.containsKey(name)) {
      int csr = operands.csr();
      in.expect(",");
      write(name, 0, csr);
    } else if (name.equals("csrr")) {
      int rd = operands.integer();
      in.expect(",");
      emit(CSRRS, rd, 0, 0, operands.csr(), 0);
    } else if (CSR_READS.containsKey(name)) {
      emit(CSRRS, operands.integer(), 0, 0, CSR_READS.get(name), 0);
    } else if (CSR_SWAPS.containsKey(name)) {
      int first = operands.integer();
      boolean both = in.accept(",");
      int rs = both ? operands.integer() : first;
      emit(CSRRW, both ? first : 0, rs, 0, CSR_SWAPS.get(name), 0);
    } else if (CSR_IMMEDIATE_SWAPS.containsKey(name)) {
      int rd = 0;
      if (Names.integerNumber(in.peek().text()) >= 0) {
        rd = operands.integer();
        in.expect(",");
      }
      int value = (int) operands.constant(0, 31);
      emit(CSRRWI, rd, 0, 0, CSR_IMMEDIATE_SWAPS.get(name), value);
    } else {
      return false;
    }
    return true;
  }

  private void write(String name, int rd, int csr) {
    Instruction register = CSR_WRITES.get(name);
    if (register != null && Names.integerNumber(in.peek().text()) >= 0) {
      emit(register, rd, operands.integer(), 0, csr, 0);
      return;
    }
    Instruction immediate =
        CSR_IMMEDIATE_WRITES.get(register == null ? name : name + "i");
    emit(immediate, rd, 0, 0, csr, (int) operands.constant(0, 31));
  }

  /** Addresses of symbols, and loads and stores that name one. */
  private boolean address(String name) {
    if (name.equals("la") || name.equals("lla")) {
      int rd = operands.integer();
      in.expect(",");
      int column = in.peek().column();
      high(rd, Relocation.PCREL_LO12_I, assembler.expression(in), column);
      emit(ADDI, rd, rd, 0, 0, 0);
      return true;
    }
    Instruction access =
        switch (name) {
          case "lb" -> LB;
          case "lh" -> LH;
          case "lw" -> LW;
          case "lbu" -> LBU;
          case "lhu" -> LHU;
          case "flw" -> FLW;
          case "sb" -> SB;
          case "sh" -> SH;
          case "sw" -> SW;
          case "fsw" -> FSW;
          default -> null;
        };
    if (access == null || !namesSymbol()) {
      return false;
    }
    int data = access.has('D') || access.has('T') ? operands.floating() : operands.integer();
    in.expect(",");
    int column = in.peek().column();
    Expression symbol = assembler.expression(in);
    boolean store = access.has('q');
    int base = store || access.has('D') ? nextInteger() : data;
    high(base, store ? Relocation.PCREL_LO12_S : Relocation.PCREL_LO12_I, symbol, column);
    emit(access, store ? 0 : data, base, store ? data : 0, 0, 0);
    return true;
  }

  /** Whether the second operand is a symbol and not an offset with a base register. */
  private boolean namesSymbol() {
    int start = in.position();
    in.next();
    boolean symbol = false;
    if (in.accept(",") && !in.peek().is("%")) {
      boolean bracket = in.peek().is("(");
      Token.Kind kind = in.peek().kind();
      if (!bracket && (kind == Token.Kind.NAME || kind == Token.Kind.LOCAL)) {
        in.expression();
        symbol = !in.peek().is("(");
      }
    }
    in.reset(start);
    return symbol;
  }

  /** Writes the AUIPC of a symbol's address, and notes the low part for the next instruction. */
  private void high(int base, Relocation low, Expression symbol, int column) {
    SectionBuffer section = assembler.section();
    String place = assembler.symbols().fresh(section, section.size());
    assembler.fixup(Relocation.PCREL_HI20, symbol, column);
    emit(AUIPC, base, 0, 0, 0, 0);
    assembler.fixup(low, new Expression.Name(place, column), column);
  }

  /** Register forms whose last operand is a constant. */
  private boolean immediateForm(String name) {
    Instruction form = IMMEDIATE_FORMS.getOrDefault(name, SHIFT_FORMS.get(name));
    if (form == null) {
      return false;
    }
    int start = in.position();
    int rd = operands.integer();
    int rs = nextInteger();
    in.expect(",");
    if (Names.integerNumber(in.peek().text()) >= 0) {
      in.reset(start);
      return false;
    }
    boolean shift = SHIFT_FORMS.containsKey(name);
    int value = (int) (shift ? operands.constant(0, 31) : operands.constant(-2048, 2047));
    emit(form, rd, rs, 0, value, 0);
    return true;
  }
}
