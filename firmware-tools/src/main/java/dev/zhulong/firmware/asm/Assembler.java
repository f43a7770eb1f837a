package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.LineTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns assembly text in GNU syntax into an executable or an object file. */
public final class Assembler {
  private static final int MAX_ERRORS = 50;

  private final String file;
  private final List<String> source;
  private final List<Diagnostic> errors = new ArrayList<>();
  private final Symbols symbols = new Symbols();
  private final Map<String, SectionBuffer> sections = new LinkedHashMap<>();
  private final Map<Integer, Integer> localLabels = new LinkedHashMap<>();
  private final List<Fixup> fixups = new ArrayList<>();
  private final List<ElfFile.Relocation> relocations = new ArrayList<>();
  private final List<Fixup> relocated = new ArrayList<>();
  private final List<LineTable.Row> rows = new ArrayList<>();
  private SectionBuffer section;
  private int line;

  private Assembler(String text, String file) {
    this.file = file;
    this.source = text.lines().toList();
    select(".text");
  }

  /**
   * Assembles and links.
   *
   * @param file what messages and the line table call the source
   * @return an executable at {@code MemoryMap.PROGRAM} that starts at {@code _start}, or else at the
   *     beginning of {@code .text}
   * @throws AssemblyException if the text has errors; it names all of them
   */
  public static ElfFile assemble(String text, String file) {
    Assembler assembler = new Assembler(text, file);
    ElfFile object = assembler.object();
    Linker linker = new Linker(object, assembler.rows);
    ElfFile executable =
        linker.link((index, e) -> assembler.report(assembler.relocated.get(index), e.getMessage()));
    assembler.finish();
    return executable;
  }

  /**
   * Assembles without linking.
   *
   * @param file what messages call the source
   * @return a relocatable file that GNU {@code ld} links
   * @throws AssemblyException if the text has errors; it names all of them
   */
  public static ElfFile assembleObject(String text, String file) {
    return new Assembler(text, file).object();
  }

  private ElfFile object() {
    Lexer lexer = new Lexer();
    for (line = 1; line <= source.size() && errors.size() < MAX_ERRORS; line++) {
      try {
        for (List<Token> tokens : lexer.statements(source.get(line - 1))) {
          statement(new TokenCursor(tokens));
        }
      } catch (SyntaxException e) {
        report(line, e.column(), e.getMessage());
      }
    }
    if (lexer.inComment()) {
      report(source.size(), 1, "block comment without */");
    }
    finish();
    fixups.forEach(this::resolve);
    finish();
    return toElf();
  }

  private void finish() {
    if (!errors.isEmpty()) {
      errors.sort(Comparator.comparingInt(Diagnostic::line));
      throw new AssemblyException(errors);
    }
  }

  private void report(int atLine, int column, String message) {
    errors.add(new Diagnostic(file, atLine, column, message, source.get(atLine - 1)));
  }

  private void report(Fixup fixup, String message) {
    report(fixup.line(), fixup.column(), message);
  }

  private void statement(TokenCursor in) {
    while (true) {
      Token first = in.peek();
      if (!in.peekAfter().is(":")) {
        break;
      }
      in.next();
      in.next();
      if (first.kind() == Token.Kind.NAME) {
        symbols.label(first.text(), section, section.size(), first.column());
      } else if (first.kind() == Token.Kind.NUMBER && first.text().matches("\\d{1,9}")) {
        int number = Integer.parseInt(first.text());
        int instance = localLabels.merge(number, 1, Integer::sum);
        symbols.label(localName(number, instance), section, section.size(), first.column());
      } else {
        throw new SyntaxException(first.column(), "\"" + first.text() + "\" is not a label");
      }
    }
    if (in.atEnd()) {
      return;
    }
    Token first = in.peek();
    String name = in.name("an instruction, a directive or a label");
    try {
      if (in.accept("=")) {
        symbols.define(name, expression(in), first.column());
        in.expectEnd();
      } else if (name.startsWith(".")) {
        Directives.run(this, name, in, first.column());
      } else {
        instruction(name, in, first.column());
      }
    } catch (IllegalArgumentException e) {
      throw new SyntaxException(first.column(), e.getMessage());
    }
  }

  private void instruction(String name, TokenCursor in, int column) {
    if (!section.executable()) {
      throw new SyntaxException(
          column, "instruction in " + section.name() + "; select .text before it");
    }
    if ((section.size() & 3) != 0) {
      throw new SyntaxException(column, "instruction at an odd place; put .balign 4 before it");
    }
    if (section.name().equals(".text")) {
      rows.add(new LineTable.Row(section.size(), file, line, column));
    }
    new InstructionParser(this, in).run(name, column);
  }

  private static String localName(int number, int instance) {
    return ".L" + number + "#" + instance;
  }

  /** Reads an expression; {@code .} and numeric labels become names of their places. */
  Expression expression(TokenCursor in) {
    return place(in.expression());
  }

  private Expression place(Expression e) {
    return switch (e) {
      case Expression.Number n -> n;
      case Expression.Name n -> {
        if (n.name().equals(".")) {
          yield new Expression.Name(symbols.fresh(section, section.size()), n.column());
        }
        if (!n.name().matches("\\d+[fb]")) {
          yield n;
        }
        String digits = n.name().substring(0, n.name().length() - 1);
        if (digits.length() > 9) {
          throw new SyntaxException(n.column(), "label number above 999999999");
        }
        int number = Integer.parseInt(digits);
        int seen = localLabels.getOrDefault(number, 0);
        boolean forward = n.name().endsWith("f");
        if (!forward && seen == 0) {
          throw new SyntaxException(n.column(), "no label " + number + " before this place");
        }
        yield new Expression.Name(localName(number, forward ? seen + 1 : seen), n.column());
      }
      case Expression.Unary u -> new Expression.Unary(u.operator(), place(u.operand()), u.column());
      case Expression.Binary b ->
          new Expression.Binary(b.operator(), place(b.left()), place(b.right()), b.column());
    };
  }

  Symbols symbols() {
    return symbols;
  }

  SectionBuffer section() {
    return section;
  }

  /** Makes a known section the current one. */
  void select(String name) {
    int flags =
        name.startsWith(".text")
            ? ElfFile.ALLOCATE | ElfFile.EXECUTE
            : name.startsWith(".rodata")
                ? ElfFile.ALLOCATE
                : ElfFile.ALLOCATE | ElfFile.WRITE;
    select(name, flags, name.startsWith(".bss") || name.startsWith(".sbss"));
  }

  void select(String name, int flags, boolean zeros) {
    section = sections.computeIfAbsent(name, n -> new SectionBuffer(n, flags, zeros));
  }

  /** Adds a word of code. */
  void emit(int word) {
    section.add(word, 4);
  }

  /** Notes that the place about to be written depends on an expression. */
  void fixup(Relocation type, Expression value, int column) {
    fixups.add(new Fixup(section, section.size(), type, value, line, column));
  }

  private void resolve(Fixup f) {
    try {
      Expression.Value value = symbols.evaluate(f.value());
      byte[] bytes = f.section().bytes();
      if (value.absolute() && !f.type().pcRelative()) {
        f.type().patch(bytes, f.offset(), value.constant());
        return;
      }
      if (!value.absolute()
          && f.type().pcRelative()
          && (f.type() == Relocation.BRANCH || f.type() == Relocation.JAL)
          && symbols.section(value.symbol()) == f.section()) {
        long target = symbols.offset(value.symbol()) + value.constant();
        f.type().patch(bytes, f.offset(), target - f.offset());
        return;
      }
      if (f.type().number() < 0) {
        throw new IllegalArgumentException("an address does not fit here; use .word");
      }
      String symbol = value.absolute() ? "" : value.symbol();
      if (symbol.contains("#") && symbols.section(symbol) == null) {
        throw new IllegalArgumentException(
            "no label " + symbol.substring(2, symbol.indexOf('#')) + " after this place");
      }
      relocated.add(f);
      relocations.add(
          new ElfFile.Relocation(
              f.section().name(), f.offset(), f.type().number(), symbol, (int) value.constant()));
    } catch (SyntaxException e) {
      report(f.line(), e.column(), e.getMessage());
    } catch (IllegalArgumentException e) {
      report(f, e.getMessage());
    }
  }

  private ElfFile toElf() {
    Set<String> referenced = new LinkedHashSet<>();
    relocations.forEach(r -> referenced.add(r.symbol()));
    referenced.remove("");
    List<ElfFile.Section> out = new ArrayList<>();
    sections.values().forEach(s -> out.add(s.toSection()));
    out.add(Attributes.section());
    try {
      return new ElfFile(
          file,
          ElfFile.RELOCATABLE,
          0,
          ElfFile.FLAG_FLOAT_ABI_SINGLE,
          out,
          List.of(),
          List.copyOf(symbols.toSymbols(referenced).values()),
          relocations);
    } catch (SyntaxException e) {
      report(source.size(), e.column(), e.getMessage());
      throw new AssemblyException(errors);
    }
  }
}
