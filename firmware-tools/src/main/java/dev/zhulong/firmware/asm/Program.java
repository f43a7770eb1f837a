package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.LineTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one pass over a source has made: sections, symbols, fix-ups and line numbers. */
final class Program {
  /** A line of an executable section. */
  record Line(AsmSection section, long offset, Token place) {}

  private final Map<String, AsmSection> sections = new LinkedHashMap<>();
  private final Map<String, AsmSymbol> symbols = new LinkedHashMap<>();
  private final Map<String, Integer> localCounts = new HashMap<>();
  private final List<Fixup> fixups = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();
  private final Map<AsmSymbol, Token> references = new LinkedHashMap<>();
  private final AsmSymbol.Nesting nesting = new AsmSymbol.Nesting();
  private final Set<Integer> longBranches;
  private AsmSection section;
  private int branches;

  /** A pass that makes these branches long, by their number in the source. */
  Program(Set<Integer> longBranches) {
    this.longBranches = longBranches;
    section = section(".text");
    section(".data");
    section(".bss");
  }

  List<AsmSection> sections() {
    return new ArrayList<>(sections.values());
  }

  Map<String, AsmSymbol> symbols() {
    return symbols;
  }

  List<Fixup> fixups() {
    return fixups;
  }

  List<Line> lines() {
    return lines;
  }

  /** Symbols that expressions name, each with its first place. */
  Map<AsmSymbol, Token> references() {
    return references;
  }

  AsmSection current() {
    return section;
  }

  void enter(AsmSection next) {
    section = next;
  }

  /** The section of a name, made with the flags that its name implies. */
  AsmSection section(String name) {
    int flags = ElfFile.ALLOCATE;
    int type = ElfFile.PROGBITS;
    if (begins(name, ".text")) {
      flags |= ElfFile.EXECUTE;
    } else if (begins(name, ".bss") || begins(name, ".sbss")) {
      flags |= ElfFile.WRITE;
      type = ElfFile.NOBITS;
    } else if (begins(name, ".data") || begins(name, ".sdata")) {
      flags |= ElfFile.WRITE;
    } else if (!begins(name, ".rodata") && !begins(name, ".srodata")) {
      flags = 0;
    }
    return section(name, type, flags);
  }

  AsmSection section(String name, int type, int flags) {
    return sections.computeIfAbsent(name, n -> new AsmSection(n, type, flags));
  }

  private static boolean begins(String name, String prefix) {
    return name.equals(prefix) || name.startsWith(prefix + ".");
  }

  AsmSymbol here() {
    return AsmSymbol.at(section, section.size());
  }

  AsmSymbol symbol(String name) {
    return symbols.computeIfAbsent(name, n -> new AsmSymbol(n, nesting));
  }

  /** The symbol that a name in an expression means: a place, a numbered label, or a symbol. */
  AsmSymbol reference(Token token) {
    String name = token.text();
    if (name.equals(".")) {
      return here();
    }
    if (Character.isDigit(name.charAt(0))) {
      String number = name.substring(0, name.length() - 1);
      int count = localCounts.getOrDefault(number, 0);
      if (name.endsWith("b")) {
        if (count == 0) {
          throw new SourceError(token, "there is no label '%s:' before this", number);
        }
        count--;
      }
      name = numbered(number, count);
    }
    AsmSymbol symbol = symbol(name);
    references.putIfAbsent(symbol, token);
    if (symbol.value() instanceof Expression value && value.evaluate().absolute()) {
      // A later .set of the name does not change what is said here.
      AsmSymbol fixed = new AsmSymbol(name, nesting);
      fixed.set(new Expression.Constant(token, value.evaluate().constant()));
      return fixed;
    }
    return symbol;
  }

  /** The space keeps it apart from every name that a source can write. */
  private static String numbered(String number, int count) {
    return number + " " + count;
  }

  static boolean isNumbered(AsmSymbol symbol) {
    return symbol.name().indexOf(' ') >= 0;
  }

  void label(Token token) {
    String name = token.text();
    if (Character.isDigit(name.charAt(0))) {
      int count = localCounts.merge(name, 1, Integer::sum);
      name = numbered(name, count - 1);
    }
    AsmSymbol symbol = symbol(name);
    if (symbol.isDefined()) {
      throw new SourceError(token, "'%s' is already defined", token.text());
    }
    symbol.place(section, section.size());
  }

  /** Appends an instruction word. */
  void word(int word, Token place) {
    if (section.size() % 4 != 0) {
      throw new SourceError(
          place,
          "an instruction at offset %d of %s; put .balign 4 before it",
          section.size(),
          section.name());
    }
    section.alignTo(4);
    if (section.executable()) {
      lines.add(new Line(section, section.size(), place));
    }
    section.append(word, 4, place);
  }

  /** Appends an instruction word whose immediate comes later. */
  void word(int word, Token place, FixupKind kind, Expression expression) {
    word(word, place);
    fixups.add(new Fixup(kind, section, section.size() - 4, expression, -1));
  }

  /** Appends a conditional branch; a far one jumps over a jump. */
  void branch(int word, Token place, Expression target) {
    int number = branches++;
    if (longBranches.contains(number)) {
      // The lowest bit of funct3 inverts the condition; +8 is beyond the jump.
      word(word ^ 0x1000 | 8 << 7, place);
      word(0x6f, place);
      fixups.add(new Fixup(FixupKind.JAL, section, section.size() - 4, target, -1));
    } else {
      word(word, place);
      fixups.add(new Fixup(FixupKind.BRANCH, section, section.size() - 4, target, number));
    }
  }

  /** Appends data whose value comes later. */
  void data(int bytes, Token place, Expression expression) {
    FixupKind kind =
        switch (bytes) {
          case 1 -> FixupKind.DATA_8;
          case 2 -> FixupKind.DATA_16;
          case 4 -> FixupKind.DATA_32;
          default -> FixupKind.DATA_64;
        };
    section.append(0, bytes, place);
    fixups.add(new Fixup(kind, section, section.size() - bytes, expression, -1));
  }

  /** Ends code at a multiple of its alignment, as GNU does. */
  void finishCode() {
    Token end = new Token(Token.Kind.END, "", 0, 1, 1);
    for (AsmSection each : sections.values()) {
      if (each.executable() && each.type() != ElfFile.NOBITS) {
        each.padCode(each.align(), end);
      }
    }
  }

  /** Numbers of short branches that do not reach their targets, or whose targets are elsewhere. */
  List<Integer> farBranches() {
    List<Integer> far = new ArrayList<>();
    for (Fixup fixup : fixups) {
      if (fixup.branch() >= 0) {
        Value target = fixup.expression().evaluate();
        boolean local =
            target.minus() == null
                && target.plus() != null
                && target.plus().section() == fixup.section();
        long distance = local ? target.plus().offset() + target.constant() - fixup.offset() : 0;
        if (!local && !target.absolute() || distance < -4096 || distance > 4094) {
          far.add(fixup.branch());
        }
      }
    }
    return far;
  }

  /** The line table, once the sections have addresses. */
  LineTable lineTable(String file) {
    List<LineTable.Row> rows = new ArrayList<>();
    long end = 0;
    for (Line line : lines) {
      long address = line.section().address() + line.offset();
      rows.add(new LineTable.Row(address, file, line.place().line(), line.place().column()));
      end = Math.max(end, line.section().address() + line.section().size());
    }
    rows.sort(java.util.Comparator.comparingLong(LineTable.Row::address));
    return rows.isEmpty() ? LineTable.EMPTY : new LineTable(rows, end);
  }
}
