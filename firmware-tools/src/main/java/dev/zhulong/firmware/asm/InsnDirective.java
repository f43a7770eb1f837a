package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.asm.Token.Kind;
import java.util.Locale;
import java.util.Map;

/** {@code .insn}: instructions by format and fields, for those without a name. */
final class InsnDirective {
  private static final Map<String, Integer> OPCODES =
      Map.ofEntries(
          Map.entry("LOAD", 0x03),
          Map.entry("LOAD_FP", 0x07),
          Map.entry("CUSTOM_0", 0x0b),
          Map.entry("MISC_MEM", 0x0f),
          Map.entry("OP_IMM", 0x13),
          Map.entry("AUIPC", 0x17),
          Map.entry("STORE", 0x23),
          Map.entry("STORE_FP", 0x27),
          Map.entry("CUSTOM_1", 0x2b),
          Map.entry("AMO", 0x2f),
          Map.entry("OP", 0x33),
          Map.entry("LUI", 0x37),
          Map.entry("MADD", 0x43),
          Map.entry("MSUB", 0x47),
          Map.entry("NMSUB", 0x4b),
          Map.entry("NMADD", 0x4f),
          Map.entry("OP_FP", 0x53),
          Map.entry("CUSTOM_2", 0x5b),
          Map.entry("BRANCH", 0x63),
          Map.entry("JALR", 0x67),
          Map.entry("JAL", 0x6f),
          Map.entry("SYSTEM", 0x73),
          Map.entry("CUSTOM_3", 0x7b));

  private final Program program;

  InsnDirective(Program program) {
    this.program = program;
  }

  void run(Token directive, Operands in) {
    if (in.peek().kind() != Kind.NAME) {
      raw(directive, in);
      return;
    }
    Token format = in.take();
    switch (format.text().toLowerCase(Locale.ROOT)) {
      case "r", "r4" -> register(directive, in);
      case "i" -> immediate(directive, in);
      case "s" -> store(directive, in);
      case "b", "sb" -> branch(directive, in);
      case "u" -> upper(directive, in);
      case "j", "uj" -> jump(directive, in);
      default ->
          throw new SourceError(
              format,
              ".insn format %s is not one of r, r4, i, s, b, sb, u, j, uj",
              format.quoted());
    }
  }

  private void raw(Token directive, Operands in) {
    Expression first = in.expression();
    if (in.accept(",")) {
      Operands.within(first, 4, 4, "instruction length");
      first = in.expression();
    }
    long word = first.number();
    if (word < 0 || word > 0xffff_ffffL || (word & 3) != 3) {
      throw new SourceError(first.place(), "0x%x is not a 32-bit instruction word", word);
    }
    program.word((int) word, directive);
  }

  private static int opcode(Operands in) {
    Token token = in.peek();
    if (token.kind() == Kind.NAME && OPCODES.containsKey(token.text())) {
      in.take();
      return OPCODES.get(token.text());
    }
    int opcode = in.number(0, 127, "opcode");
    if ((opcode & 3) != 3) {
      throw new SourceError(token, "opcode 0x%x is not of a 32-bit instruction", opcode);
    }
    return opcode;
  }

  private static int function(Operands in, int bits) {
    in.comma();
    return in.number(0, (1 << bits) - 1, "funct" + bits);
  }

  private static int next(Operands in) {
    in.comma();
    return in.register();
  }

  private void register(Token directive, Operands in) {
    int word = opcode(in) | function(in, 3) << 12;
    in.comma();
    Token place = in.peek();
    int upper = in.number(0, 127, "funct7");
    word |= next(in) << 7;
    word |= next(in) << 15;
    word |= next(in) << 20;
    if (in.peek().is(",")) {
      if (upper > 3) {
        throw new SourceError(place, "funct2 %d is not from 0 to 3", upper);
      }
      word |= next(in) << 27;
    }
    program.word(word | upper << 25, directive);
  }

  private void immediate(Token directive, Operands in) {
    int word = opcode(in) | function(in, 3) << 12;
    word |= next(in) << 7;
    in.comma();
    boolean register =
        in.peek().kind() == Kind.NAME
            && (Names.integerNumber(in.peek().text()) >= 0
                || Names.floatNumber(in.peek().text()) >= 0);
    if (register) {
      word |= in.register() << 15;
      in.comma();
      address(directive, in, word, false);
      return;
    }
    based(directive, in, word, false);
  }

  private void store(Token directive, Operands in) {
    int word = opcode(in) | function(in, 3) << 12;
    word |= next(in) << 20;
    in.comma();
    based(directive, in, word, true);
  }

  private void address(Token directive, Operands in, int word, boolean store) {
    FixupKind low = Instructions.lowFunction(in, store);
    Expression value = low == null ? in.expression() : Instructions.argument(in);
    FixupKind number = store ? FixupKind.NUMBER_S : FixupKind.NUMBER_I;
    program.word(word, directive, low == null ? number : low, value);
  }

  /** An offset with its base in parentheses. */
  private void based(Token directive, Operands in, int word, boolean store) {
    FixupKind low = Instructions.lowFunction(in, store);
    Expression value =
        low != null
            ? Instructions.argument(in)
            : in.peek().is("(") && in.peek(2).is(")")
                ? new Expression.Constant(in.peek(), 0)
                : in.expression();
    in.expect("(");
    int base = in.register();
    in.expect(")");
    FixupKind number = store ? FixupKind.NUMBER_S : FixupKind.NUMBER_I;
    program.word(word | base << 15, directive, low == null ? number : low, value);
  }

  private void branch(Token directive, Operands in) {
    int word = opcode(in) | function(in, 3) << 12;
    word |= next(in) << 15;
    word |= next(in) << 20;
    in.comma();
    program.word(word, directive, FixupKind.BRANCH, in.expression());
  }

  private void upper(Token directive, Operands in) {
    int word = opcode(in);
    word |= next(in) << 7;
    in.comma();
    program.word(word | in.number(0, 0xfffff, "upper immediate") << 12, directive);
  }

  private void jump(Token directive, Operands in) {
    int word = opcode(in);
    word |= next(in) << 7;
    in.comma();
    program.word(word, directive, FixupKind.JAL, in.expression());
  }
}
