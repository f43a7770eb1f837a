package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Gives sections addresses from 0x80000000 on, and resolves every fix-up. */
final class Linker {
  private static final long START = 0x8000_0000L;
  private static final int SECTION_ALIGN = 64;

  private final Program program;
  private final Consumer<SourceError> errors;

  Linker(Program program, Consumer<SourceError> errors) {
    this.program = program;
    this.errors = errors;
  }

  /** Code comes first, then constants, data, and zeros; what is not loaded comes last. */
  private static int rank(AsmSection section) {
    if ((section.flags() & ElfFile.ALLOCATE) == 0) {
      return 5;
    }
    if (section.executable()) {
      return section.name().equals(".text") ? 0 : 1;
    }
    if (section.type() == ElfFile.NOBITS) {
      return 4;
    }
    return (section.flags() & ElfFile.WRITE) == 0 ? 2 : 3;
  }

  ElfFile link(String file) {
    List<AsmSection> sections = new ArrayList<>(program.sections());
    sections.removeIf(s -> s.size() == 0 && !s.name().equals(".text") && unlabelled(s));
    sections.sort(Comparator.comparingInt(Linker::rank));
    long address = START;
    for (AsmSection section : sections) {
      if (rank(section) < 5) {
        long align = Math.max(section.align(), SECTION_ALIGN);
        address = address + align - 1 & -align;
        section.place(address);
        address += section.size();
      }
    }
    if (address > 0xffff_0000L) {
      AssemblerErrors.at(
          errors, "the sections end at 0x%x, beyond the device memory's 0xffff0000", address);
      return null;
    }
    resolve();
    List<ElfFile.Section> made = new ArrayList<>();
    for (AsmSection section : sections) {
      made.add(section.toElf(rank(section) < 5 ? SECTION_ALIGN : 1));
    }
    made.addAll(program.lineTable(file).sections());
    AsmSymbol start = program.symbols().get("_start");
    long entry = start != null && start.isLabel() ? address(start) : START;
    return ElfFile.executable(
        file, entry, ElfFile.FLAG_FLOAT_ABI_SINGLE, made, SymbolTable.of(program, errors, true));
  }

  private boolean unlabelled(AsmSection section) {
    return program.symbols().values().stream().noneMatch(s -> s.section() == section);
  }

  private static long address(AsmSymbol symbol) {
    return symbol.section().address() + symbol.offset();
  }

  private void resolve() {
    Map<AsmSection, Map<Long, Fixup>> uppers = new HashMap<>();
    for (Fixup fixup : program.fixups()) {
      if (fixup.kind() == FixupKind.PCREL_HI20) {
        uppers.computeIfAbsent(fixup.section(), s -> new HashMap<>()).put(fixup.offset(), fixup);
      }
    }
    for (Fixup fixup : program.fixups()) {
      try {
        Patcher.patch(fixup, value(fixup, uppers));
      } catch (SourceError e) {
        errors.accept(e);
      }
    }
  }

  private static long value(Fixup fixup, Map<AsmSection, Map<Long, Fixup>> uppers) {
    if (fixup.kind().lowHalf()) {
      return distance(upper(fixup, uppers));
    }
    if (fixup.kind().pcRelative()) {
      return distance(fixup);
    }
    if (fixup.kind().relocation() == 0) {
      return fixup.expression().number();
    }
    return value(fixup);
  }

  /** The AUIPC whose place the low half names. */
  static Fixup upper(Fixup low, Map<AsmSection, Map<Long, Fixup>> uppers) {
    Value place = low.expression().evaluate();
    Fixup upper = null;
    if (place.plus() != null && place.minus() == null && place.plus().isLabel()) {
      long offset = place.plus().offset() + place.constant();
      upper = uppers.getOrDefault(place.plus().section(), Map.of()).get(offset);
    }
    if (upper == null) {
      throw new SourceError(
          low.expression().place(), "%pcrel_lo must name the label of an auipc with %pcrel_hi");
    }
    return upper;
  }

  private static long value(Fixup fixup) {
    Value value = fixup.expression().evaluate();
    long sum = value.constant();
    if (value.plus() != null) {
      sum += defined(fixup, value.plus());
    }
    if (value.minus() != null) {
      sum -= defined(fixup, value.minus());
    }
    return sum;
  }

  private static long defined(Fixup fixup, AsmSymbol symbol) {
    if (!symbol.isLabel()) {
      throw new SourceError(
          fixup.expression().place(), "'%s' is not defined", SymbolTable.spelling(symbol));
    }
    return address(symbol);
  }

  /** Addresses wrap around; constants are addresses too. */
  private static long distance(Fixup fixup) {
    return (int) (value(fixup) - fixup.section().address() - fixup.offset());
  }
}
