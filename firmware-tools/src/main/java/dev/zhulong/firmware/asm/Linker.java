package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.LineTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Gives the sections of an object file addresses and applies its relocations. */
final class Linker {
  private final ElfFile object;
  private final List<LineTable.Row> textRows;
  private final Map<String, ElfFile.Section> placed = new LinkedHashMap<>();
  private final Map<String, Long> values = new LinkedHashMap<>();
  private final Map<Long, Long> highParts = new LinkedHashMap<>();

  /**
   * Links one object.
   *
   * @param textRows places of the instructions of {@code .text}, addresses from its beginning
   */
  Linker(ElfFile object, List<LineTable.Row> textRows) {
    this.object = object;
    this.textRows = textRows;
  }

  /**
   * The executable.
   *
   * @param failed told the index of each relocation that cannot be applied, and why
   */
  ElfFile link(BiConsumer<Integer, IllegalArgumentException> failed) {
    place();
    List<ElfFile.Symbol> symbols = new ArrayList<>();
    for (ElfFile.Symbol s : object.symbols()) {
      if (s.section() != null) {
        long base = s.section().isEmpty() ? 0 : placed.get(s.section()).address();
        values.put(s.name(), base + s.value());
        if (!s.name().startsWith(".L")) {
          symbols.add(
              new ElfFile.Symbol(
                  s.name(), base + s.value(), s.size(), s.type(), s.global(), s.section()));
        }
      }
    }
    // The low parts name the places of their high parts, which may come later in the file.
    apply(false, failed);
    apply(true, failed);
    ElfFile.Section text = placed.get(".text");
    long entry = values.getOrDefault("_start", text.address());
    List<LineTable.Row> rows =
        textRows.stream()
            .map(
                r ->
                    new LineTable.Row(
                        text.address() + r.address(), r.file(), r.line(), r.column()))
            .toList();
    List<ElfFile.Section> sections =
        new ArrayList<>(placed.values().stream().filter(s -> s.size() > 0).toList());
    sections.addAll(new LineTable(rows, text.address() + text.size()).sections());
    if (text.size() == 0) {
      sections.addFirst(text);
    }
    return ElfFile.executable(object.name(), entry, object.flags(), sections, symbols);
  }

  /** Code first, then what is read, written and zeroed, each from a new cache line. */
  private void place() {
    long address = MemoryMap.PROGRAM;
    List<ElfFile.Section> ordered = new ArrayList<>(object.sections());
    ordered.sort(Comparator.comparingInt(Linker::rank));
    for (ElfFile.Section s : ordered) {
      if ((s.flags() & ElfFile.ALLOCATE) == 0) {
        placed.put(s.name(), s);
        continue;
      }
      long align = Math.max(s.align(), MemoryMap.LINE_BYTES);
      address = (address + align - 1) & -align;
      placed.put(
          s.name(),
          new ElfFile.Section(
              s.name(), s.type(), s.flags(), address, s.align(), s.bytes(), s.size()));
      address += s.size();
    }
  }

  private static int rank(ElfFile.Section s) {
    return s.name().equals(".text")
        ? 0
        : (s.flags() & ElfFile.EXECUTE) != 0
            ? 1
            : s.type() == ElfFile.NOBITS ? 4 : (s.flags() & ElfFile.WRITE) != 0 ? 3 : 2;
  }

  private void apply(boolean lowParts, BiConsumer<Integer, IllegalArgumentException> failed) {
    for (int i = 0; i < object.relocations().size(); i++) {
      ElfFile.Relocation r = object.relocations().get(i);
      Relocation type = Relocation.of(r.type());
      boolean low = type == Relocation.PCREL_LO12_I || type == Relocation.PCREL_LO12_S;
      if (low != lowParts) {
        continue;
      }
      try {
        ElfFile.Section section = placed.get(r.section());
        long place = section.address() + r.offset();
        long value = value(r);
        if (low) {
          Long high = highParts.get(value);
          if (high == null) {
            throw new IllegalArgumentException(
                "%pcrel_lo names \"" + r.symbol() + "\", where no %pcrel_hi is");
          }
          value = high;
        } else if (type.pcRelative()) {
          value -= place;
          if (type == Relocation.PCREL_HI20) {
            highParts.put(place, value);
          }
        }
        type.patch(section.bytes(), (int) r.offset(), value);
      } catch (IllegalArgumentException e) {
        failed.accept(i, e);
      }
    }
  }

  private long value(ElfFile.Relocation r) {
    if (r.symbol().isEmpty()) {
      return r.addend();
    }
    Long value = values.get(r.symbol());
    if (value == null) {
      throw new IllegalArgumentException(
          "\"" + r.symbol() + "\" is not defined; define it or correct the name");
    }
    return value + r.addend();
  }
}
