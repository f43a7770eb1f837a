package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.asm.Token.Kind;
import dev.zhulong.firmware.isa.Instruction;
import java.util.Map;
import java.util.Set;

/** Statements that stand for other instructions. Source: RISC-V assembly programmer's manual. */
final class PseudoInstructions {
  /** Register forms that take an immediate as well, with the immediate form. */
  private static final Map<String, String> IMMEDIATE_FORMS =
      Map.ofEntries(
          Map.entry("add", "addi"),
          Map.entry("and", "andi"),
          Map.entry("or", "ori"),
          Map.entry("xor", "xori"),
          Map.entry("slt", "slti"),
          Map.entry("sltu", "sltiu"),
          Map.entry("sll", "slli"),
          Map.entry("srl", "srli"),
          Map.entry("sra", "srai"),
          Map.entry("ror", "rori"),
          Map.entry("csrrw", "csrrwi"),
          Map.entry("csrrs", "csrrsi"),
          Map.entry("csrrc", "csrrci"));

  /** Branches with swapped operands. */
  private static final Map<String, Instruction> SWAPPED =
      Map.of(
          "bgt", Instruction.BLT,
          "ble", Instruction.BGE,
          "bgtu", Instruction.BLTU,
          "bleu", Instruction.BGEU);

  private static final Map<String, Integer> COUNTERS =
      Map.of(
          "rdcycle", 0xC00,
          "rdtime", 0xC01,
          "rdinstret", 0xC02,
          "rdcycleh", 0xC80,
          "rdtimeh", 0xC81,
          "rdinstreth", 0xC82,
          "frflags", 1,
          "frrm", 2,
          "frsr", 3,
          "frcsr", 3);

  private static final Set<String> LOADS = Set.of("lb", "lh", "lw", "lbu", "lhu", "flw");
  private static final Set<String> STORES = Set.of("sb", "sh", "sw", "fsw");
  private static final int RA = 1;
  private static final int T1 = 6;

  private final Program program;
  private final Instructions instructions;

  PseudoInstructions(Program program, Instructions instructions) {
    this.program = program;
    this.instructions = instructions;
  }

  /** Assembles the statement, unless it is not a pseudo-instruction. */
  boolean run(Token name, Operands in) {
    int start = in.position();
    boolean done =
        simple(name, in)
            || registers(name, in)
            || branches(name, in)
            || jumps(name, in)
            || addresses(name, in)
            || csrs(name, in)
            || immediates(name, in);
    if (!done) {
      in.back(start);
    }
    return done;
  }

  private void i(Token name, Instruction instruction, int rd, int rs1, int immediate) {
    program.word(instruction.match() | rd << 7 | rs1 << 15 | immediate << 20, name);
  }

  private void r(Token name, Instruction instruction, int rd, int rs1, int rs2) {
    i(name, instruction, rd, rs1, rs2);
  }

  private boolean simple(Token name, Operands in) {
    int word =
        switch (name.text()) {
          case "nop" -> 0x13;
          case "ret" -> 0x8067;
          case "unimp" -> 0xc0001073;
          case "fence.tso" -> 0x8330000f;
          case "pause" -> 0x0100000f;
          case "scall" -> 0x73;
          case "sbreak" -> 0x100073;
          default -> 0;
        };
    if (word == 0 || !in.atEnd()) {
      return false;
    }
    program.word(word, name);
    return true;
  }

  private boolean registers(Token name, Operands in) {
    switch (name.text()) {
      case "mv", "move", "not", "zext.b", "seqz", "neg", "snez", "sgtz", "sltz" -> {
        int rd = in.integer();
        in.comma();
        int rs = in.integer();
        switch (name.text()) {
          case "not" -> i(name, Instruction.XORI, rd, rs, -1);
          case "zext.b" -> i(name, Instruction.ANDI, rd, rs, 255);
          case "seqz" -> i(name, Instruction.SLTIU, rd, rs, 1);
          case "neg" -> r(name, Instruction.SUB, rd, 0, rs);
          case "snez" -> r(name, Instruction.SLTU, rd, 0, rs);
          case "sgtz" -> r(name, Instruction.SLT, rd, 0, rs);
          case "sltz" -> r(name, Instruction.SLT, rd, rs, 0);
          default -> i(name, Instruction.ADDI, rd, rs, 0);
        }
      }
      case "sgt", "sgtu" -> {
        int rd = in.integer();
        in.comma();
        int rs1 = in.integer();
        in.comma();
        boolean signed = name.text().equals("sgt");
        r(name, signed ? Instruction.SLT : Instruction.SLTU, rd, in.integer(), rs1);
      }
      case "fmv.s", "fabs.s", "fneg.s" -> {
        int rd = in.floating();
        in.comma();
        int rs = in.floating();
        Instruction instruction =
            switch (name.text()) {
              case "fmv.s" -> Instruction.FSGNJ_S;
              case "fneg.s" -> Instruction.FSGNJN_S;
              default -> Instruction.FSGNJX_S;
            };
        r(name, instruction, rd, rs, rs);
      }
      case "fgt.s", "fge.s" -> {
        int rd = in.integer();
        in.comma();
        int rs1 = in.floating();
        in.comma();
        boolean greater = name.text().equals("fgt.s");
        r(name, greater ? Instruction.FLT_S : Instruction.FLE_S, rd, in.floating(), rs1);
      }
      case "fmv.x.s" -> {
        int rd = in.integer();
        in.comma();
        i(name, Instruction.FMV_X_W, rd, in.floating(), 0);
      }
      case "fmv.s.x" -> {
        int rd = in.floating();
        in.comma();
        i(name, Instruction.FMV_W_X, rd, in.integer(), 0);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean branches(Token name, Operands in) {
    Instruction swapped = SWAPPED.get(name.text());
    if (swapped != null) {
      int rs1 = in.integer();
      in.comma();
      branch(name, in, swapped, in.integer(), rs1);
      return true;
    }
    switch (name.text()) {
      case "beqz" -> branch(name, in, Instruction.BEQ, in.integer(), 0);
      case "bnez" -> branch(name, in, Instruction.BNE, in.integer(), 0);
      case "bltz" -> branch(name, in, Instruction.BLT, in.integer(), 0);
      case "bgez" -> branch(name, in, Instruction.BGE, in.integer(), 0);
      case "blez" -> branch(name, in, Instruction.BGE, 0, in.integer());
      case "bgtz" -> branch(name, in, Instruction.BLT, 0, in.integer());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void branch(Token name, Operands in, Instruction instruction, int rs1, int rs2) {
    in.comma();
    program.branch(instruction.match() | rs1 << 15 | rs2 << 20, name, in.expression());
  }

  private boolean jumps(Token name, Operands in) {
    switch (name.text()) {
      case "j" -> program.word(0x6f, name, FixupKind.JAL, in.expression());
      case "jal" -> {
        if (in.atInteger()) {
          return false;
        }
        program.word(0x6f | RA << 7, name, FixupKind.JAL, in.expression());
      }
      case "jr" -> jumpRegister(name, in, 0);
      case "jalr" -> {
        int start = in.position();
        boolean two = in.atInteger() && in.integer() >= 0 && in.peek().is(",");
        in.back(start);
        if (two && !offsetFollows(in)) {
          int rd = in.integer();
          in.comma();
          jumpRegister(name, in, rd);
        } else {
          jumpRegister(name, in, RA);
        }
      }
      case "call" -> {
        if (in.atInteger()) {
          int link = in.integer();
          in.comma();
          far(name, in, T1, link);
        } else {
          far(name, in, RA, RA);
        }
      }
      case "tail" -> far(name, in, T1, 0);
      case "jump" -> {
        Expression target = in.expression();
        in.comma();
        far(name, target, in.integer(), 0);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Whether, after a register and a comma, a bare offset comes that ends the statement. */
  private static boolean offsetFollows(Operands in) {
    int start = in.position();
    in.integer();
    in.comma();
    boolean register = in.atInteger();
    boolean offset = false;
    if (!register && !in.peek().is("%") && !in.peek().is("(")) {
      in.expression();
      offset = in.atEnd();
    }
    in.back(start);
    return offset;
  }

  private void jumpRegister(Token name, Operands in, int rd) {
    int word = Instruction.JALR.match() | rd << 7;
    if (in.atInteger()) {
      word |= in.integer() << 15;
      if (!in.accept(",")) {
        program.word(word, name);
        return;
      }
      FixupKind low = Instructions.lowFunction(in, false);
      Expression offset = low == null ? in.expression() : Instructions.argument(in);
      program.word(word, name, low == null ? FixupKind.NUMBER_I : low, offset);
      return;
    }
    FixupKind low = Instructions.lowFunction(in, false);
    Expression offset =
        low != null
            ? Instructions.argument(in)
            : in.peek().is("(") && in.peek(2).is(")")
                ? new Expression.Constant(in.peek(), 0)
                : in.expression();
    in.expect("(");
    word |= in.integer() << 15;
    in.expect(")");
    program.word(word, name, low == null ? FixupKind.NUMBER_I : low, offset);
  }

  private void far(Token name, Operands in, int scratch, int link) {
    Expression target = in.expression();
    if (in.accept("@")) {
      Token suffix = in.peek();
      if (!in.name("plt").equals("plt")) {
        throw new SourceError(suffix, "only @plt can follow the symbol");
      }
    }
    far(name, target, scratch, link);
  }

  private void far(Token name, Expression target, int scratch, int link) {
    program.word(Instruction.AUIPC.match() | scratch << 7, name, FixupKind.CALL, target);
    i(name, Instruction.JALR, link, scratch, 0);
  }

  private boolean addresses(Token name, Operands in) {
    switch (name.text()) {
      case "li" -> {
        int rd = in.integer();
        in.comma();
        Expression value = in.expression();
        constant(name, rd, value);
      }
      case "la", "lla" -> {
        int rd = in.integer();
        in.comma();
        Expression target = in.expression();
        if (target instanceof Expression.Constant) {
          constant(name, rd, target);
        } else {
          Expression high = upper(name, rd, target);
          int word = Instruction.ADDI.match() | rd << 7 | rd << 15;
          program.word(word, name, FixupKind.PCREL_LO12_I, high);
        }
      }
      default -> {
        return (LOADS.contains(name.text()) || STORES.contains(name.text())) && symbolic(name, in);
      }
    }
    return true;
  }

  private void constant(Token name, int rd, Expression expression) {
    long number = expression.number();
    if (number < Integer.MIN_VALUE || number > 0xffff_ffffL) {
      throw new SourceError(expression.place(), "%d does not fit 32 bits", number);
    }
    int value = (int) number;
    int low = value << 20 >> 20;
    if (low == value) {
      i(name, Instruction.ADDI, rd, 0, low);
      return;
    }
    program.word(Instruction.LUI.match() | rd << 7 | value - low, name);
    if (low != 0) {
      i(name, Instruction.ADDI, rd, rd, low);
    }
  }

  /** Appends the AUIPC of an address; gives its place, which the low part names. */
  private Expression upper(Token name, int rd, Expression target) {
    program.word(Instruction.AUIPC.match() | rd << 7, name, FixupKind.PCREL_HI20, target);
    AsmSymbol place = program.symbol(".Lpcrel_hi " + program.fixups().size());
    place.place(program.current(), program.current().size() - 4);
    return new Expression.Reference(target.place(), place);
  }

  /** A load or store of a symbol: {@code lw a0, x} or {@code sw a0, x, t0}. */
  private boolean symbolic(Token name, Operands in) {
    int register = in.register();
    in.comma();
    boolean based = in.peek().is("(") && in.peek(2).is(")");
    if (based || in.peek().is("%") || in.atInteger()) {
      return false;
    }
    Expression target = in.expression();
    if (in.peek().is("(")) {
      return false;
    }
    boolean store = STORES.contains(name.text());
    boolean scratched = store || name.text().equals("flw");
    int scratch = register;
    if (scratched) {
      in.comma();
      scratch = in.integer();
    }
    Instruction instruction = Instruction.valueOf(name.text().toUpperCase(java.util.Locale.ROOT));
    Expression high = upper(name, scratch, target);
    int word = instruction.match() | scratch << 15 | register << (store ? 20 : 7);
    program.word(word, name, store ? FixupKind.PCREL_LO12_S : FixupKind.PCREL_LO12_I, high);
    return true;
  }

  private boolean csrs(Token name, Operands in) {
    Integer counter = COUNTERS.get(name.text());
    if (counter != null) {
      i(name, Instruction.CSRRS, in.integer(), 0, counter);
      return true;
    }
    switch (name.text()) {
      case "csrr" -> {
        int rd = in.integer();
        in.comma();
        i(name, Instruction.CSRRS, rd, 0, in.csr());
      }
      case "csrw" -> csrWrite(name, in, Instruction.CSRRW, Instruction.CSRRWI);
      case "csrs" -> csrWrite(name, in, Instruction.CSRRS, Instruction.CSRRSI);
      case "csrc" -> csrWrite(name, in, Instruction.CSRRC, Instruction.CSRRCI);
      case "csrwi" -> csrWrite(name, in, null, Instruction.CSRRWI);
      case "csrsi" -> csrWrite(name, in, null, Instruction.CSRRSI);
      case "csrci" -> csrWrite(name, in, null, Instruction.CSRRCI);
      case "fsflags" -> swap(name, in, 1);
      case "fsrm" -> swap(name, in, 2);
      case "fscsr", "fssr" -> swap(name, in, 3);
      case "fsflagsi" -> swapImmediate(name, in, 1);
      case "fsrmi" -> swapImmediate(name, in, 2);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void csrWrite(Token name, Operands in, Instruction register, Instruction immediate) {
    int csr = in.csr();
    in.comma();
    if (register != null && in.atInteger()) {
      i(name, register, 0, in.integer(), csr);
    } else {
      i(name, immediate, 0, in.number(0, 31, "CSR immediate"), csr);
    }
  }

  private void swap(Token name, Operands in, int csr) {
    int rd = 0;
    int rs = in.integer();
    if (in.accept(",")) {
      rd = rs;
      rs = in.integer();
    }
    i(name, Instruction.CSRRW, rd, rs, csr);
  }

  private void swapImmediate(Token name, Operands in, int csr) {
    int rd = 0;
    if (in.atInteger()) {
      rd = in.integer();
      in.comma();
    }
    i(name, Instruction.CSRRWI, rd, in.number(0, 31, "CSR immediate"), csr);
  }

  /** A register form with a number for its last register. */
  private boolean immediates(Token name, Operands in) {
    String form = IMMEDIATE_FORMS.get(name.text());
    if (form == null) {
      return false;
    }
    int start = in.position();
    int commas = 0;
    while (!in.atEnd() && commas < 2) {
      commas += in.take().is(",") ? 1 : 0;
    }
    boolean register = in.peek().kind() == Kind.END || in.atInteger();
    in.back(start);
    if (register) {
      return false;
    }
    instructions.run(new Token(Kind.NAME, form, 0, name.line(), name.column()), in);
    return true;
  }
}
