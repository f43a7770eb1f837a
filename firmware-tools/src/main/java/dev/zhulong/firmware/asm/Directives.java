package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;

/** The directives. */
final class Directives {
  private final Assembler assembler;
  private final TokenCursor in;

  private Directives(Assembler assembler, TokenCursor in) {
    this.assembler = assembler;
    this.in = in;
  }

  static void run(Assembler assembler, String name, TokenCursor in, int column) {
    new Directives(assembler, in).run(name, column);
    in.expectEnd();
  }

  private void run(String name, int column) {
    switch (name) {
      case ".text", ".data", ".rodata", ".bss" -> assembler.select(name);
      case ".section" -> section();
      case ".globl", ".global" -> names(true);
      case ".local" -> names(false);
      case ".align", ".p2align" -> align(true);
      case ".balign" -> align(false);
      case ".byte" -> data(Relocation.BYTE, 1);
      case ".half", ".hword", ".short", ".2byte" -> data(Relocation.HALF, 2);
      case ".word", ".long", ".int", ".4byte" -> data(Relocation.WORD, 4);
      case ".dword", ".quad", ".8byte" -> data(Relocation.DOUBLE, 8);
      case ".float", ".single" -> floats();
      case ".ascii" -> strings(false);
      case ".asciz", ".string" -> strings(true);
      case ".zero", ".space", ".skip" -> space();
      case ".equ", ".set" -> define();
      case ".type" -> type();
      case ".size" -> size();
      case ".option", ".file", ".ident", ".attribute" -> skip();
      default -> throw new SyntaxException(column, "unknown directive " + name);
    }
  }

  private void skip() {
    while (!in.atEnd()) {
      in.next();
    }
  }

  private void section() {
    String name = in.name("a section name");
    if (!in.accept(",")) {
      assembler.select(name);
      return;
    }
    int flags = 0;
    Token at = in.peek();
    for (char c : in.string().toCharArray()) {
      flags |=
          switch (c) {
            case 'a' -> ElfFile.ALLOCATE;
            case 'w' -> ElfFile.WRITE;
            case 'x' -> ElfFile.EXECUTE;
            default ->
                throw new SyntaxException(
                    at.column(), "section flag '" + c + "' is none of a, w and x");
          };
    }
    if ((flags & ElfFile.ALLOCATE) == 0) {
      throw new SyntaxException(at.column(), "section " + name + " takes no memory; add flag a");
    }
    boolean zeros = false;
    if (in.accept(",")) {
      in.expect("@");
      String type = in.name("progbits or nobits");
      zeros = type.equals("nobits");
      if (!zeros && !type.equals("progbits")) {
        throw in.error("section type " + type + " is neither progbits nor nobits");
      }
    }
    assembler.select(name, flags, zeros);
  }

  private void names(boolean global) {
    do {
      String name = in.name("a symbol");
      if (global) {
        assembler.symbols().global(name);
      }
    } while (in.accept(","));
  }

  private long constant() {
    int column = in.peek().column();
    return assembler.symbols().constant(assembler.expression(in), column);
  }

  private void align(boolean power) {
    Token at = in.peek();
    long value = constant();
    long bytes = power ? value < 0 || value > 20 ? -1 : 1L << value : value;
    if (bytes < 1 || bytes > 1 << 20 || Long.bitCount(bytes) != 1) {
      throw new SyntaxException(
          at.column(), "alignment " + value + " is not a power of two up to 2^20 bytes");
    }
    int fill = in.accept(",") ? (int) constant() : 0;
    assembler.section().align((int) bytes, fill);
  }

  private void data(Relocation type, int bytes) {
    do {
      int column = in.peek().column();
      assembler.fixup(type, assembler.expression(in), column);
      if (!assembler.section().holdsBytes()) {
        throw new SyntaxException(column, "values in a section of zeros; select .data before");
      }
      assembler.section().reserve(bytes);
    } while (in.accept(","));
  }

  private void floats() {
    do {
      boolean negative = in.accept("-");
      Token token = in.next();
      try {
        float value = Float.parseFloat(token.text());
        assembler.section().add(Float.floatToRawIntBits(negative ? -value : value), 4);
      } catch (NumberFormatException e) {
        throw new SyntaxException(token.column(), "\"" + token.text() + "\" is not a number");
      }
    } while (in.accept(","));
  }

  private void strings(boolean terminated) {
    do {
      for (char c : in.string().toCharArray()) {
        assembler.section().add(c, 1);
      }
      if (terminated) {
        assembler.section().add(0, 1);
      }
    } while (in.accept(","));
  }

  private void space() {
    long count = constant();
    assembler.section().fill(in.accept(",") ? (int) constant() : 0, count);
  }

  private void define() {
    int column = in.peek().column();
    String name = in.name("a symbol");
    in.expect(",");
    assembler.symbols().define(name, assembler.expression(in), column);
  }

  private void type() {
    String name = in.name("a symbol");
    in.expect(",");
    if (!in.accept("@")) {
      in.accept("%");
    }
    Token at = in.peek();
    int type =
        switch (in.name("function, object or notype")) {
          case "function" -> 2;
          case "object" -> 1;
          case "notype" -> 0;
          default -> throw new SyntaxException(at.column(), "unknown symbol type " + at.text());
        };
    assembler.symbols().type(name, type);
  }

  private void size() {
    String name = in.name("a symbol");
    in.expect(",");
    assembler.symbols().size(name, assembler.expression(in));
  }
}
