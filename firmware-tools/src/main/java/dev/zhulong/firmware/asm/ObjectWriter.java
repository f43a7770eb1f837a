package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes a relocatable file: jumps inside a section are resolved, the rest is left to a linker. */
final class ObjectWriter {
  private static final int ADD_32 = 35;
  private static final int SUB_32 = 39;

  private final Program program;
  private final Consumer<SourceError> errors;
  private final List<ElfFile.Relocation> relocations = new ArrayList<>();
  private final Map<AsmSection, ElfFile.Symbol> sectionSymbols = new HashMap<>();

  ObjectWriter(Program program, Consumer<SourceError> errors) {
    this.program = program;
    this.errors = errors;
  }

  ElfFile write(String file) {
    Map<AsmSection, Map<Long, Fixup>> uppers = new HashMap<>();
    for (Fixup fixup : program.fixups()) {
      if (fixup.kind() == FixupKind.PCREL_HI20) {
        uppers.computeIfAbsent(fixup.section(), s -> new HashMap<>()).put(fixup.offset(), fixup);
      }
    }
    for (Fixup fixup : program.fixups()) {
      try {
        if (fixup.kind().lowHalf()) {
          Linker.upper(fixup, uppers);
        }
        resolve(fixup);
      } catch (SourceError e) {
        errors.accept(e);
      }
    }
    List<ElfFile.Section> sections = new ArrayList<>();
    for (AsmSection section : program.sections()) {
      sections.add(section.toElf(1));
    }
    List<ElfFile.Symbol> symbols = new ArrayList<>(sectionSymbols.values());
    symbols.addAll(SymbolTable.of(program, errors, false));
    return new ElfFile(
        file,
        ElfFile.RELOCATABLE,
        0,
        ElfFile.FLAG_FLOAT_ABI_SINGLE,
        sections,
        List.of(),
        symbols,
        relocations);
  }

  private void resolve(Fixup fixup) {
    FixupKind kind = fixup.kind();
    Value value = fixup.expression().evaluate();
    boolean jump = kind == FixupKind.BRANCH || kind == FixupKind.JAL;
    boolean near =
        value.minus() == null && value.plus() != null && value.plus().section() == fixup.section();
    if (jump && near) {
      Patcher.patch(fixup, value.plus().offset() + value.constant() - fixup.offset());
    } else if (value.absolute() && !kind.pcRelative() && !kind.lowHalf()) {
      Patcher.patch(fixup, value.constant());
    } else if (kind.relocation() == 0) {
      throw new SourceError(fixup.expression().place(), "a number is needed here, not an address");
    } else if (value.minus() != null) {
      if (kind != FixupKind.DATA_32 || value.plus() == null) {
        throw new SourceError(
            fixup.expression().place(), "only .word can hold a difference of far symbols");
      }
      relocate(fixup, ADD_32, value.plus(), value.constant());
      relocate(fixup, SUB_32, value.minus(), 0);
    } else {
      relocate(fixup, kind.relocation(), value.plus(), value.constant());
    }
  }

  private void relocate(Fixup fixup, int type, AsmSymbol symbol, long addend) {
    String name = "";
    long offset = addend;
    if (symbol != null && symbol.name().isEmpty()) {
      name = symbol.section().name();
      offset += symbol.offset();
      sectionSymbols.putIfAbsent(symbol.section(), new ElfFile.Symbol(name, 0, 0, 3, false, name));
    } else if (symbol != null) {
      name = SymbolTable.fileName(symbol);
    }
    relocations.add(
        new ElfFile.Relocation(fixup.section().name(), fixup.offset(), type, name, (int) offset));
  }
}
