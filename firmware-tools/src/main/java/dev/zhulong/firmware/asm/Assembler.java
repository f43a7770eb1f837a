package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.asm.AssemblerException.Diagnostic;
import dev.zhulong.firmware.asm.Token.Kind;
import dev.zhulong.firmware.link.ElfFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Turns assembly text in GNU syntax into ELF files. Code is as GNU {@code as} makes it under {@code
 * .option norelax} for {@code rv32imaf_zicsr_zifencei_zicond_zba_zbb}, with the warp instructions
 * of the machine contract by their names.
 */
public final class Assembler {
  private static final int MOST_ERRORS = 100;

  private final String text;
  private final String file;
  private final List<SourceError> errors = new ArrayList<>();

  private Assembler(String text, String file) {
    this.text = text;
    this.file = file;
  }

  /**
   * Assembles and links a whole program: {@code .text} at 0x80000000, then constants, data and
   * zeros, each aligned to 64 bytes. The entry is {@code _start}, or the start of {@code .text}.
   *
   * @param text the source
   * @param fileName what messages and the line table call it
   * @throws AssemblerException with every problem found, if there is any
   */
  public static ElfFile assemble(String text, String fileName) {
    return new Assembler(text, fileName).run((p, e) -> new Linker(p, e).link(fileName));
  }

  /**
   * Assembles a relocatable object, which GNU {@code ld} links.
   *
   * @param text the source
   * @param fileName what messages call it
   * @throws AssemblerException with every problem found, if there is any
   */
  public static ElfFile assembleObject(String text, String fileName) {
    return new Assembler(text, fileName).run((p, e) -> new ObjectWriter(p, e).write(fileName));
  }

  private ElfFile run(BiFunction<Program, Consumer<SourceError>, ElfFile> finish) {
    List<List<Token>> statements = Lexer.statements(text, errors::add);
    Set<Integer> longBranches = new HashSet<>();
    while (true) {
      Program program = pass(statements, longBranches);
      List<Integer> far = farBranches(program);
      fail();
      // Longer branches move what follows, so that others may not reach any more.
      if (!longBranches.addAll(far)) {
        ElfFile made = finish.apply(program, errors::add);
        fail();
        return made;
      }
    }
  }

  private List<Integer> farBranches(Program program) {
    try {
      return program.farBranches();
    } catch (SourceError e) {
      errors.add(e);
      return List.of();
    }
  }

  private Program pass(List<List<Token>> statements, Set<Integer> longBranches) {
    Program program = new Program(longBranches);
    Directives directives = new Directives(program);
    Instructions instructions = new Instructions(program);
    PseudoInstructions pseudos = new PseudoInstructions(program, instructions);
    for (List<Token> statement : statements) {
      try {
        Operands in = new Operands(statement, program);
        labels(in, program);
        if (!in.atEnd()) {
          statement(in, directives, instructions, pseudos);
        }
      } catch (SourceError e) {
        errors.add(e);
      }
    }
    finishCode(program);
    return program;
  }

  private void finishCode(Program program) {
    try {
      program.finishCode();
    } catch (SourceError e) {
      errors.add(e);
    }
  }

  private static void labels(Operands in, Program program) {
    while (in.peek(1).is(":")) {
      Token name = in.take();
      boolean number =
          name.kind() == Kind.NUMBER && name.text().chars().allMatch(Character::isDigit);
      boolean word = name.kind() == Kind.NAME && !Character.isDigit(name.text().charAt(0));
      if (!number && !word || name.text().equals(".")) {
        throw new SourceError(name, "%s cannot be a label", name.quoted());
      }
      program.label(name);
      in.expect(":");
    }
  }

  private static void statement(
      Operands in, Directives directives, Instructions instructions, PseudoInstructions pseudos) {
    Token name = in.take();
    if (name.kind() != Kind.NAME) {
      throw new SourceError(
          name, "expected an instruction, a directive or a label, not %s", name.quoted());
    }
    if (in.accept("=")) {
      directives.assign(name, in);
    } else if (name.text().startsWith(".")) {
      directives.run(name, in);
      return;
    } else {
      Token lower =
          new Token(
              Kind.NAME,
              name.text().toLowerCase(java.util.Locale.ROOT),
              0,
              name.line(),
              name.column());
      if (!pseudos.run(lower, in)) {
        if (!Instructions.knows(lower.text())) {
          throw new SourceError(name, "unknown instruction '%s'", name.text());
        }
        instructions.run(lower, in);
      }
    }
    in.end();
  }

  private void fail() {
    if (errors.isEmpty()) {
      return;
    }
    String[] lines = text.split("\n", -1);
    List<Diagnostic> diagnostics = new ArrayList<>();
    for (SourceError e : errors.subList(0, Math.min(errors.size(), MOST_ERRORS))) {
      Token place = e.place();
      String source = lines[place.line() - 1];
      diagnostics.add(
          new Diagnostic(
              file, place.line(), place.column(), e.getMessage(), source.stripTrailing()));
    }
    diagnostics.sort(
        java.util.Comparator.comparingInt(Diagnostic::line).thenComparingInt(Diagnostic::column));
    throw new AssemblerException(diagnostics);
  }
}
