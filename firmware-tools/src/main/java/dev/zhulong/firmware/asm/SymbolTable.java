package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The symbols of a program as ELF has them. */
final class SymbolTable {
  private SymbolTable() {}

  /** The name as the source has it. */
  static String spelling(AsmSymbol symbol) {
    String name = symbol.name();
    return Program.isNumbered(symbol) ? name.substring(0, name.indexOf(' ')) + "f" : name;
  }

  /** The name in a file: what a source cannot write gets a name that it need not write. */
  static String fileName(AsmSymbol symbol) {
    String name = symbol.name();
    if (!Program.isNumbered(symbol)) {
      return name;
    }
    return (Character.isDigit(name.charAt(0)) ? ".L" : "") + name;
  }

  /** The symbols; a linked file has no temporary ones. */
  static List<ElfFile.Symbol> of(Program program, Consumer<SourceError> errors, boolean linked) {
    List<ElfFile.Symbol> symbols = new ArrayList<>();
    for (AsmSymbol symbol : program.symbols().values()) {
      boolean referenced = program.references().containsKey(symbol);
      boolean temporary = symbol.name().startsWith(".L") || Program.isNumbered(symbol);
      boolean unused = !symbol.isDefined() && (linked || !referenced);
      if (linked && temporary || unused) {
        continue;
      }
      try {
        symbols.add(symbol(symbol));
      } catch (SourceError e) {
        errors.accept(e);
      }
    }
    return symbols;
  }

  private static ElfFile.Symbol symbol(AsmSymbol symbol) {
    Token nowhere = new Token(Token.Kind.END, "", 0, 1, 1);
    Value value = symbol.evaluate(nowhere);
    long size = symbol.size() == null ? 0 : symbol.size().number();
    String section = value.absolute() ? "" : null;
    long offset = value.constant();
    if (value.plus() != null && value.plus().isLabel() && value.minus() == null) {
      section = value.plus().section().name();
      offset += value.plus().offset() + value.plus().section().address();
    } else if (symbol.isDefined() && !value.absolute()) {
      throw new SourceError(
          symbol.value().place(), "'%s' has neither a number nor an address", symbol.name());
    }
    boolean global = symbol.global() || section == null;
    return new ElfFile.Symbol(
        fileName(symbol), offset & 0xffff_ffffL, size, symbol.type(), global, section);
  }
}
