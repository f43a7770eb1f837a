package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.asm.Token.Kind;
import dev.zhulong.firmware.link.ElfFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Statements that begin with a point. */
final class Directives {
  private static final int MOST_ALIGN = 1 << 20;

  private final Program program;
  private final Deque<AsmSection> stack = new ArrayDeque<>();
  private AsmSection previous;

  Directives(Program program) {
    this.program = program;
    this.previous = program.current();
  }

  void run(Token name, Operands in) {
    switch (name.text()) {
      case ".text", ".data", ".bss", ".rodata", ".sdata", ".sbss" -> {
        if (in.peek().kind() == Kind.NUMBER && in.peek().value() == 0) {
          in.take();
        }
        enter(program.section(name.text()));
      }
      case ".section" -> enter(section(in));
      case ".pushsection" -> {
        stack.push(program.current());
        enter(section(in));
      }
      case ".popsection" -> {
        if (stack.isEmpty()) {
          throw new SourceError(name, ".popsection without .pushsection");
        }
        enter(stack.pop());
      }
      case ".previous" -> enter(previous);
      case ".globl", ".global" -> {
        do {
          program.symbol(in.name("a symbol")).makeGlobal();
        } while (in.accept(","));
      }
      case ".local" -> {
        do {
          program.symbol(in.name("a symbol"));
        } while (in.accept(","));
      }
      case ".align", ".p2align" -> align(in, true);
      case ".balign" -> align(in, false);
      case ".byte" -> data(in, 1);
      case ".half", ".short", ".hword", ".2byte" -> data(in, 2);
      case ".word", ".long", ".int", ".4byte" -> data(in, 4);
      case ".dword", ".quad", ".8byte" -> data(in, 8);
      case ".float", ".single" -> fractions(in, 4);
      case ".double" -> fractions(in, 8);
      case ".ascii" -> strings(in, false);
      case ".asciz", ".string" -> strings(in, true);
      case ".zero", ".space", ".skip" -> space(in);
      case ".fill" -> fill(in);
      case ".org" -> origin(in);
      case ".equ", ".set" -> {
        Token symbol = in.peek();
        in.name("a symbol");
        in.comma();
        assign(symbol, in);
      }
      case ".comm", ".lcomm" -> common(name, in);
      case ".type" -> type(in);
      case ".size" -> {
        AsmSymbol symbol = program.symbol(in.name("a symbol"));
        in.comma();
        symbol.size(in.expression());
      }
      case ".option" -> option(in);
      case ".insn" -> new InsnDirective(program).run(name, in);
      // What compilers say about the source; nothing in a program depends on it.
      case ".file", ".ident", ".attribute" -> skip(in);
      default -> {
        if (!name.text().startsWith(".cfi_")) {
          throw new SourceError(name, "unknown directive '%s'", name.text());
        }
        skip(in);
      }
    }
    in.end();
  }

  private static void skip(Operands in) {
    while (!in.atEnd()) {
      in.take();
    }
  }

  private void enter(AsmSection next) {
    previous = program.current();
    program.enter(next);
  }

  private AsmSection section(Operands in) {
    Token place = in.take();
    if (place.kind() != Kind.NAME && place.kind() != Kind.STRING || place.text().isEmpty()) {
      throw new SourceError(place, "expected the name of a section, not %s", place.quoted());
    }
    if (!in.accept(",")) {
      return program.section(place.text());
    }
    Token flagsPlace = in.peek();
    int flags = 0;
    boolean merge = false;
    for (char c : in.string().toCharArray()) {
      switch (c) {
        case 'a' -> flags |= ElfFile.ALLOCATE;
        case 'w' -> flags |= ElfFile.WRITE;
        case 'x' -> flags |= ElfFile.EXECUTE;
        // Merging equal strings is left out: it only saves room.
        case 'M' -> merge = true;
        case 'S' -> flags |= 0;
        default ->
            throw new SourceError(flagsPlace, "section flag '%c' is not one of a, w, x, M, S", c);
      }
    }
    int type = ElfFile.PROGBITS;
    if (in.accept(",")) {
      if (!in.accept("@")) {
        in.expect("%");
      }
      Token typePlace = in.peek();
      type =
          switch (in.name("progbits or nobits")) {
            case "progbits", "note" -> ElfFile.PROGBITS;
            case "nobits" -> ElfFile.NOBITS;
            default ->
                throw new SourceError(
                    typePlace, "section type %s is not @progbits or @nobits", typePlace.quoted());
          };
      if (merge && in.accept(",")) {
        in.number(1, 1 << 20, "entry size");
      }
    }
    return program.section(place.text(), type, flags);
  }

  private void align(Operands in, boolean power) {
    Expression expression = in.expression();
    int align =
        power
            ? 1 << Operands.within(expression, 0, 20, "alignment, a power of two,")
            : Operands.within(expression, 0, MOST_ALIGN, "alignment");
    if (Integer.bitCount(align) > 1) {
      throw new SourceError(expression.place(), "alignment %d is not a power of two", align);
    }
    align = Math.max(align, 1);
    boolean filled = in.accept(",") && !in.peek().is(",") && !in.atEnd();
    int fill = filled ? in.number(-128, 255, "fill byte") : 0;
    int most = in.accept(",") ? in.number(0, MOST_ALIGN, "limit") : MOST_ALIGN;
    AsmSection section = program.current();
    long padding = -section.size() & (align - 1);
    if (padding > most) {
      return;
    }
    section.alignTo(align);
    Token place = expression.place();
    if (filled || !section.executable() || section.type() == ElfFile.NOBITS) {
      section.fill(fill, padding, place);
      return;
    }
    section.padCode(align, place);
  }

  private void data(Operands in, int bytes) {
    if (in.atEnd()) {
      return;
    }
    do {
      Token place = in.peek();
      program.data(bytes, place, in.expression());
    } while (in.accept(","));
  }

  private void fractions(Operands in, int bytes) {
    do {
      boolean negative = in.accept("-");
      Token token = in.take();
      double value =
          switch (token.kind()) {
            case NUMBER -> token.value();
            case FRACTION -> Double.parseDouble(token.text());
            case NAME ->
                switch (token.text().toLowerCase(java.util.Locale.ROOT)) {
                  case "inf", "infinity" -> Double.POSITIVE_INFINITY;
                  case "nan" -> Double.NaN;
                  default -> throw new SourceError(token, "%s is not a number", token.quoted());
                };
            default -> throw new SourceError(token, "expected a number, not %s", token.quoted());
          };
      value = negative ? -value : value;
      // Straight from the text: by way of double, a float could be rounded twice.
      float single =
          token.kind() == Kind.FRACTION
              ? (negative ? -1 : 1) * Float.parseFloat(token.text())
              : (float) value;
      long bits = bytes == 4 ? Float.floatToRawIntBits(single) : Double.doubleToRawLongBits(value);
      program.current().append(bits, bytes, token);
    } while (in.accept(","));
  }

  private void strings(Operands in, boolean zero) {
    do {
      Token place = in.peek();
      AsmSection section = program.current();
      for (int point : in.string().codePoints().toArray()) {
        if (point >= Lexer.BYTE) {
          section.append(point, 1, place);
        } else {
          for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
            section.append(b, 1, place);
          }
        }
      }
      if (zero) {
        section.append(0, 1, place);
      }
    } while (in.accept(","));
  }

  private void space(Operands in) {
    Expression size = in.expression();
    int fill = in.accept(",") ? in.number(-128, 255, "fill byte") : 0;
    int count = Operands.within(size, 0, Integer.MAX_VALUE, "size");
    program.current().fill(fill, count, size.place());
  }

  private void fill(Operands in) {
    Token place = in.peek();
    int repeat = in.number(0, AsmSection.MOST_BYTES, "repeat count");
    int bytes = in.accept(",") ? in.number(0, 8, "size") : 1;
    long value = in.accept(",") ? in.expression().number() : 0;
    for (int i = 0; i < repeat && bytes > 0; i++) {
      // Only the low four bytes take the value, as GNU has it.
      program.current().append(value & 0xffff_ffffL, bytes, place);
    }
  }

  private void origin(Operands in) {
    Expression expression = in.expression();
    Value value = expression.evaluate();
    AsmSection section = program.current();
    if (value.minus() != null || value.plus() != null && value.plus().section() != section) {
      throw new SourceError(expression.place(), ".org must name a place in the same section");
    }
    long target = value.constant() + (value.plus() == null ? 0 : value.plus().offset());
    if (target < section.size()) {
      throw new SourceError(
          expression.place(), ".org to %d would go back from %d", target, section.size());
    }
    section.fill(0, target - section.size(), expression.place());
  }

  /** Gives a symbol a value. */
  void assign(Token name, Operands in) {
    if (name.text().equals(".")) {
      origin(in);
      return;
    }
    AsmSymbol symbol = program.symbol(name.text());
    if (symbol.isLabel()) {
      throw new SourceError(name, "'%s' is already defined as a label", name.text());
    }
    Expression expression = in.expression();
    Value value = expression.evaluate();
    symbol.set(
        value.absolute()
            ? new Expression.Constant(expression.place(), value.constant())
            : expression);
  }

  private void common(Token directive, Operands in) {
    Token name = in.peek();
    AsmSymbol symbol = program.symbol(in.name("a symbol"));
    in.comma();
    int size = in.number(0, Integer.MAX_VALUE, "size");
    int align = in.accept(",") ? in.number(1, MOST_ALIGN, "alignment") : 4;
    if (Integer.bitCount(align) > 1) {
      throw new SourceError(name, "alignment %d is not a power of two", align);
    }
    if (symbol.isDefined()) {
      throw new SourceError(name, "'%s' is already defined", name.text());
    }
    AsmSection bss = program.section(".bss");
    bss.alignTo(align);
    bss.fill(0, -bss.size() & (align - 1), name);
    symbol.place(bss, bss.size());
    symbol.type(1);
    bss.fill(0, size, name);
    if (directive.text().equals(".comm")) {
      symbol.makeGlobal();
    }
  }

  private void type(Operands in) {
    AsmSymbol symbol = program.symbol(in.name("a symbol"));
    in.comma();
    if (!in.accept("@")) {
      in.accept("%");
    }
    Token place = in.peek();
    symbol.type(
        switch (in.name("function or object")) {
          case "object", "STT_OBJECT" -> 1;
          case "function", "STT_FUNC" -> 2;
          case "notype", "STT_NOTYPE" -> 0;
          default ->
              throw new SourceError(
                  place, "symbol type %s is not @function, @object or @notype", place.quoted());
        });
  }

  private static void option(Operands in) {
    Token place = in.peek();
    switch (in.name("an option")) {
      case "push", "pop", "relax", "norelax", "norvc", "nopic" -> {
        // What they ask for holds always.
      }
      default ->
          throw new SourceError(
              place,
              "option %s is not one of push, pop, relax, norelax, norvc, nopic",
              place.quoted());
    }
  }
}
