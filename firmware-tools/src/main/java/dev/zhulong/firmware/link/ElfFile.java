package dev.zhulong.firmware.link;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ELF32 little-endian RISC-V file. Addresses and sizes are unsigned 32-bit values in a {@code
 * long}. Source: System V ABI, ELF; RISC-V ELF psABI.
 *
 * @param name what messages call it
 * @param type {@link #EXECUTABLE} or {@link #RELOCATABLE}
 * @param entry start address
 * @param flags e_flags
 * @param sections in file order, without the null section and without symbol, string and relocation
 *     tables, which {@code symbols} and {@code relocations} stand for
 * @param segments what is loaded
 * @param symbols without the null symbol
 * @param relocations of relocatable files
 */
public record ElfFile(
    String name,
    int type,
    long entry,
    int flags,
    List<Section> sections,
    List<Segment> segments,
    List<Symbol> symbols,
    List<Relocation> relocations) {

  /** File type: relocatable object. */
  public static final int RELOCATABLE = 1;

  /** File type: executable. */
  public static final int EXECUTABLE = 2;

  /** Section type: bytes in the file. */
  public static final int PROGBITS = 1;

  /** Section type: zeros that take no room in the file. */
  public static final int NOBITS = 8;

  /** Section flag: writable. */
  public static final int WRITE = 1;

  /** Section flag: occupies memory. */
  public static final int ALLOCATE = 2;

  /** Section flag: instructions. */
  public static final int EXECUTE = 4;

  /** e_flags: single-float calling convention. */
  public static final int FLAG_FLOAT_ABI_SINGLE = 2;

  private static final int MACHINE = 243;
  private static final int SYMTAB = 2;
  private static final int STRTAB = 3;
  private static final int RELA = 4;
  private static final int HEADER_BYTES = 52;
  private static final int SEGMENT_BYTES = 32;
  private static final int SECTION_BYTES = 40;
  private static final int SYMBOL_BYTES = 16;
  private static final int RELOCATION_BYTES = 12;
  private static final int ABSOLUTE = 0xfff1;
  private static final int INFO_LINK = 0x40;

  /**
   * A section.
   *
   * @param name its name
   * @param type {@link #PROGBITS}, {@link #NOBITS} or another section type
   * @param flags section flags
   * @param address where it is in memory; 0 when it is not
   * @param align alignment in bytes, a power of two
   * @param bytes its contents; empty for {@link #NOBITS}
   * @param size its size in memory
   */
  public record Section(
      String name, int type, int flags, long address, int align, byte[] bytes, long size) {

    /** A section with contents. */
    public static Section of(String name, int flags, long address, int align, byte[] bytes) {
      return new Section(name, PROGBITS, flags, address, align, bytes, bytes.length);
    }

    /** A section of zeros. */
    public static Section zeros(String name, int flags, long address, int align, long size) {
      return new Section(name, NOBITS, flags, address, align, new byte[0], size);
    }
  }

  /**
   * Bytes to be loaded.
   *
   * @param address first address
   * @param flags 1 execute, 2 write, 4 read
   * @param bytes what is loaded
   * @param memoryBytes size in memory, zeros after the bytes
   */
  public record Segment(long address, int flags, byte[] bytes, long memoryBytes) {}

  /**
   * A symbol.
   *
   * @param name its name
   * @param value address, or offset in its section in relocatable files
   * @param size bytes, 0 if unknown
   * @param type 0 none, 1 object, 2 function, 3 section, 4 file
   * @param global whether it is visible to other files
   * @param section name of its section; {@code null} if undefined, empty if absolute
   */
  public record Symbol(
      String name, long value, long size, int type, boolean global, String section) {}

  /**
   * A relocation of a relocatable file.
   *
   * @param section name of the section that is patched
   * @param offset where in it
   * @param type RISC-V relocation type
   * @param symbol name of the symbol
   * @param addend added to the symbol's value
   */
  public record Relocation(String section, long offset, int type, String symbol, int addend) {}

  /** Copies the lists. */
  public ElfFile {
    sections = List.copyOf(sections);
    segments = List.copyOf(segments);
    symbols = List.copyOf(symbols);
    relocations = List.copyOf(relocations);
  }

  /** An executable whose segments are its allocated sections. */
  public static ElfFile executable(
      String name, long entry, int flags, List<Section> sections, List<Symbol> symbols) {
    List<Segment> segments = new ArrayList<>();
    for (Section s : sections) {
      if ((s.flags & ALLOCATE) != 0 && s.size > 0) {
        int access = 4 | ((s.flags & WRITE) != 0 ? 2 : 0) | ((s.flags & EXECUTE) != 0 ? 1 : 0);
        segments.add(new Segment(s.address, access, s.bytes, s.size));
      }
    }
    return new ElfFile(name, EXECUTABLE, entry, flags, sections, segments, symbols, List.of());
  }

  /** The section of a name. */
  public Optional<Section> section(String sectionName) {
    return sections.stream().filter(s -> s.name.equals(sectionName)).findFirst();
  }

  // ---------------------------------------------------------------- reading

  /**
   * Reads a file.
   *
   * @param name what messages call it
   * @throws ElfException if it is not a sound ELF32 little-endian RISC-V file
   */
  public static ElfFile read(byte[] bytes, String name) {
    return new Reader(bytes, name).read();
  }

  private static final class Reader {
    private final ByteBuffer in;
    private final int length;
    private final String name;

    Reader(byte[] bytes, String name) {
      this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      this.length = bytes.length;
      this.name = name;
    }

    private ElfException bad(String format, Object... values) {
      return new ElfException(name, String.format(format, values));
    }

    private int u8(long at) {
      return in.get((int) at) & 0xff;
    }

    private int u16(long at) {
      return in.getShort((int) at) & 0xffff;
    }

    private long u32(long at) {
      return in.getInt((int) at) & 0xffff_ffffL;
    }

    private void range(String what, long offset, long size) {
      if (offset > length || size > length - offset) {
        throw bad(
            "truncated: %s takes bytes %d to %d, the file has %d",
            what, offset, offset + size, length);
      }
    }

    private byte[] slice(String what, long offset, long size) {
      range(what, offset, size);
      byte[] out = new byte[(int) size];
      in.get((int) offset, out);
      return out;
    }

    ElfFile read() {
      if (length < 4 || in.getInt(0) != 0x464c457f) {
        throw bad("not an ELF file (it does not begin with 7f 45 4c 46)");
      }
      range("the ELF header", 0, HEADER_BYTES);
      if (u8(4) != 1) {
        throw bad("ELF class %d; a program for the core is ELF32 (class 1)", u8(4));
      }
      if (u8(5) != 1) {
        throw bad("data encoding %d; a program for the core is little-endian (1)", u8(5));
      }
      if (u16(18) != MACHINE) {
        throw bad("machine %d; a program for the core is RISC-V (%d)", u16(18), MACHINE);
      }
      int type = u16(16);
      if (type != EXECUTABLE && type != RELOCATABLE) {
        throw bad("file type %d; expected an executable (2) or an object (1)", type);
      }
      List<RawSection> raw = sections();
      List<Symbol> symbols = symbols(raw);
      List<Section> sections = new ArrayList<>();
      for (RawSection s : raw) {
        if (s.type != 0 && s.type != SYMTAB && s.type != STRTAB && s.type != RELA) {
          byte[] contents =
              s.type == NOBITS ? new byte[0] : slice("section " + s.name, s.offset, s.size);
          sections.add(
              new Section(
                  s.name, s.type, (int) s.flags, s.address, (int) s.align, contents, s.size));
        }
      }
      return new ElfFile(
          name,
          type,
          u32(24),
          (int) u32(36),
          sections,
          segments(),
          symbols,
          relocations(raw, symbols));
    }

    private List<Segment> segments() {
      long table = u32(28);
      int count = u16(44);
      List<Segment> segments = new ArrayList<>();
      if (count == 0) {
        return segments;
      }
      if (u16(42) != SEGMENT_BYTES) {
        throw bad("program header entries of %d bytes, expected %d", u16(42), SEGMENT_BYTES);
      }
      range("the program header table", table, (long) count * SEGMENT_BYTES);
      for (int i = 0; i < count; i++) {
        long at = table + (long) i * SEGMENT_BYTES;
        if (u32(at) != 1) {
          continue;
        }
        long fileBytes = u32(at + 16);
        long memoryBytes = u32(at + 20);
        // The core has no translation: the load address is the physical one.
        long address = u32(at + 12);
        if (memoryBytes < fileBytes || address + memoryBytes > 0x1_0000_0000L) {
          throw bad(
              "segment %d at 0x%08x has %d bytes in memory for %d in the file, or leaves the address"
                  + " space",
              i, address, memoryBytes, fileBytes);
        }
        if (memoryBytes > 0) {
          segments.add(
              new Segment(
                  address,
                  (int) u32(at + 24),
                  slice("segment " + i, u32(at + 4), fileBytes),
                  memoryBytes));
        }
      }
      segments.sort(Comparator.comparingLong(Segment::address));
      for (int i = 1; i < segments.size(); i++) {
        Segment before = segments.get(i - 1);
        if (before.address + before.memoryBytes > segments.get(i).address) {
          throw bad("segments overlap at 0x%08x", segments.get(i).address);
        }
      }
      return segments;
    }

    private record RawSection(
        String name,
        int type,
        long flags,
        long address,
        long offset,
        long size,
        int link,
        int info,
        long align) {}

    private List<RawSection> sections() {
      long table = u32(32);
      int count = u16(48);
      int names = u16(50);
      List<RawSection> sections = new ArrayList<>();
      if (count == 0) {
        return sections;
      }
      if (u16(46) != SECTION_BYTES) {
        throw bad("section header entries of %d bytes, expected %d", u16(46), SECTION_BYTES);
      }
      range("the section header table", table, (long) count * SECTION_BYTES);
      if (names >= count) {
        throw bad("section name table %d of %d sections", names, count);
      }
      long namesAt = table + (long) names * SECTION_BYTES;
      byte[] strings = slice("the section names", u32(namesAt + 16), u32(namesAt + 20));
      for (int i = 0; i < count; i++) {
        long at = table + (long) i * SECTION_BYTES;
        int type = (int) u32(at + 4);
        long align = u32(at + 32);
        if (align > 1 << 20 || Long.bitCount(align) > 1) {
          throw bad("section %d has alignment %d, must be a power of two up to 2^20", i, align);
        }
        if (type != 0 && type != NOBITS) {
          range("section " + i, u32(at + 16), u32(at + 20));
        }
        sections.add(
            new RawSection(
                string(strings, u32(at)),
                type,
                u32(at + 8),
                u32(at + 12),
                u32(at + 16),
                u32(at + 20),
                (int) u32(at + 24),
                (int) u32(at + 28),
                align));
      }
      return sections;
    }

    private String string(byte[] strings, long at) {
      int end = (int) Math.min(at, strings.length);
      while (end < strings.length && strings[end] != 0) {
        end++;
      }
      if (end >= strings.length && at != 0) {
        throw bad("string at %d runs past the end of its table of %d bytes", at, strings.length);
      }
      return new String(strings, (int) at, end - (int) at, StandardCharsets.UTF_8);
    }

    private List<Symbol> symbols(List<RawSection> sections) {
      List<Symbol> symbols = new ArrayList<>();
      for (RawSection s : sections) {
        if (s.type != SYMTAB) {
          continue;
        }
        byte[] strings = strings(sections, s);
        for (long at = s.offset + SYMBOL_BYTES;
            at + SYMBOL_BYTES <= s.offset + s.size;
            at += SYMBOL_BYTES) {
          int info = u8(at + 12);
          int index = u16(at + 14);
          String section;
          if (index == 0) {
            section = null;
          } else if (index >= 0xff00) {
            section = "";
          } else if (index < sections.size()) {
            section = sections.get(index).name;
          } else {
            throw bad("symbol at %d lies in section %d of %d", at, index, sections.size());
          }
          String symbolName = string(strings, u32(at));
          if ((info & 15) == 3 && symbolName.isEmpty() && section != null) {
            symbolName = section;
          }
          symbols.add(
              new Symbol(symbolName, u32(at + 4), u32(at + 8), info & 15, info >> 4 != 0, section));
        }
      }
      return symbols;
    }

    private byte[] strings(List<RawSection> sections, RawSection user) {
      if (user.link < 0 || user.link >= sections.size()) {
        throw bad("section %s uses string table %d of %d", user.name, user.link, sections.size());
      }
      RawSection table = sections.get(user.link);
      return slice("string table " + table.name, table.offset, table.size);
    }

    private List<Relocation> relocations(List<RawSection> sections, List<Symbol> symbols) {
      List<Relocation> relocations = new ArrayList<>();
      for (RawSection s : sections) {
        if (s.type != RELA) {
          continue;
        }
        if (s.info < 0 || s.info >= sections.size()) {
          throw bad("section %s relocates section %d of %d", s.name, s.info, sections.size());
        }
        for (long at = s.offset;
            at + RELOCATION_BYTES <= s.offset + s.size;
            at += RELOCATION_BYTES) {
          long info = u32(at + 4);
          int symbol = (int) (info >> 8);
          if (symbol > symbols.size()) {
            throw bad("relocation at %d names symbol %d of %d", at, symbol, symbols.size());
          }
          relocations.add(
              new Relocation(
                  sections.get(s.info).name,
                  u32(at),
                  (int) info & 0xff,
                  symbol == 0 ? "" : symbols.get(symbol - 1).name,
                  (int) u32(at + 8)));
        }
      }
      return relocations;
    }
  }

  // ---------------------------------------------------------------- writing

  /** The file's bytes; GNU binutils read them. */
  public byte[] toBytes() {
    return new Writer(this).write();
  }

  private static final class Writer {
    private final ElfFile file;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final Strings sectionNames = new Strings();
    private final List<int[]> headers = new ArrayList<>();
    private final Map<String, Integer> indices = new LinkedHashMap<>();

    Writer(ElfFile file) {
      this.file = file;
    }

    /** A string table under construction. */
    private static final class Strings {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      Strings() {
        bytes.write(0);
      }

      int add(String text) {
        if (text.isEmpty()) {
          return 0;
        }
        int at = bytes.size();
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        bytes.write(0);
        return at;
      }

      byte[] toBytes() {
        return bytes.toByteArray();
      }
    }

    private int headerBytes() {
      return HEADER_BYTES + file.segments.size() * SEGMENT_BYTES;
    }

    private int position() {
      return headerBytes() + body.size();
    }

    /** Pads so that the file offset is congruent to the address, as loaders that map pages need. */
    private void align(int align, long address) {
      int step = Math.max(align, 4);
      while (position() % step != address % step) {
        body.write(0);
      }
    }

    byte[] write() {
      headers.add(new int[10]);
      Map<Long, Integer> offsets = new LinkedHashMap<>();
      for (Section s : file.sections) {
        align(s.align, s.address % Math.max(s.align, 4) == 0 ? 0 : s.address);
        if ((s.flags & ALLOCATE) != 0) {
          offsets.putIfAbsent(s.address, position());
        }
        indices.put(s.name, headers.size());
        headers.add(
            header(s.name, s.type, s.flags, s.address, position(), (int) s.size, 0, 0, s.align, 0));
        if (s.type != NOBITS) {
          body.writeBytes(s.bytes);
        }
      }
      for (Segment s : file.segments) {
        if (!offsets.containsKey(s.address)) {
          align(4, 0);
          offsets.put(s.address, position());
          body.writeBytes(s.bytes);
        }
      }
      int symbolTable = headers.size() + file.relocationSections().size();
      Map<String, Integer> symbolIndices = new LinkedHashMap<>();
      byte[] symbols = symbols(symbolIndices);
      for (String patched : file.relocationSections()) {
        align(4, 0);
        byte[] bytes = relocations(patched, symbolIndices);
        headers.add(
            header(
                ".rela" + patched,
                RELA,
                INFO_LINK,
                0,
                position(),
                bytes.length,
                symbolTable,
                indices.get(patched),
                4,
                RELOCATION_BYTES));
        body.writeBytes(bytes);
      }
      align(4, 0);
      int locals = 1 + (int) file.symbols.stream().filter(s -> !s.global).count();
      headers.add(
          header(
              ".symtab",
              SYMTAB,
              0,
              0,
              position(),
              symbols.length,
              symbolTable + 1,
              locals,
              4,
              SYMBOL_BYTES));
      body.writeBytes(symbols);
      byte[] names = symbolNames.toBytes();
      headers.add(header(".strtab", STRTAB, 0, 0, position(), names.length, 0, 0, 1, 0));
      body.writeBytes(names);
      int[] own = header(".shstrtab", STRTAB, 0, 0, position(), 0, 0, 0, 1, 0);
      byte[] sectionStrings = sectionNames.toBytes();
      own[5] = sectionStrings.length;
      headers.add(own);
      body.writeBytes(sectionStrings);
      align(4, 0);
      return assemble(offsets);
    }

    private int[] header(
        String name,
        int type,
        int flags,
        long address,
        int offset,
        int size,
        int link,
        int info,
        int align,
        int entryBytes) {
      return new int[] {
        sectionNames.add(name),
        type,
        flags,
        (int) address,
        offset,
        size,
        link,
        info,
        align,
        entryBytes
      };
    }

    private final Strings symbolNames = new Strings();

    /** The format wants local symbols first. */
    private byte[] symbols(Map<String, Integer> symbolIndices) {
      List<Symbol> ordered = new ArrayList<>(file.symbols);
      ordered.sort(Comparator.comparing(Symbol::global));
      ByteBuffer out = little((ordered.size() + 1) * SYMBOL_BYTES);
      out.position(SYMBOL_BYTES);
      for (Symbol s : ordered) {
        // Names need not be unique; the position counts all symbols.
        symbolIndices.putIfAbsent(s.name, out.position() / SYMBOL_BYTES);
        int section =
            s.section == null ? 0 : s.section.isEmpty() ? ABSOLUTE : indices.get(s.section);
        out.putInt(symbolNames.add(s.type == 3 ? "" : s.name))
            .putInt((int) s.value)
            .putInt((int) s.size)
            .put((byte) (s.type | (s.global ? 16 : 0)))
            .put((byte) 0)
            .putShort((short) section);
      }
      return out.array();
    }

    private byte[] relocations(String patched, Map<String, Integer> symbolIndices) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (Relocation r : file.relocations) {
        if (r.section.equals(patched)) {
          int symbol = r.symbol.isEmpty() ? 0 : symbolIndices.get(r.symbol);
          bytes.writeBytes(
              little(RELOCATION_BYTES)
                  .putInt((int) r.offset)
                  .putInt(symbol << 8 | r.type)
                  .putInt(r.addend)
                  .array());
        }
      }
      return bytes.toByteArray();
    }

    private static ByteBuffer little(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] assemble(Map<Long, Integer> offsets) {
      ByteBuffer out = little(position() + headers.size() * SECTION_BYTES);
      out.putInt(0x464c457f).put((byte) 1).put((byte) 1).put((byte) 1);
      out.position(16);
      out.putShort((short) file.type)
          .putShort((short) MACHINE)
          .putInt(1)
          .putInt((int) file.entry)
          .putInt(file.segments.isEmpty() ? 0 : HEADER_BYTES)
          .putInt(position())
          .putInt(file.flags)
          .putShort((short) HEADER_BYTES)
          .putShort((short) (file.segments.isEmpty() ? 0 : SEGMENT_BYTES))
          .putShort((short) file.segments.size())
          .putShort((short) SECTION_BYTES)
          .putShort((short) headers.size())
          .putShort((short) (headers.size() - 1));
      for (Segment s : file.segments) {
        out.putInt(1)
            .putInt(offsets.get(s.address))
            .putInt((int) s.address)
            .putInt((int) s.address)
            .putInt(s.bytes.length)
            .putInt((int) s.memoryBytes)
            .putInt(s.flags)
            .putInt(4);
      }
      out.put(body.toByteArray());
      for (int[] header : headers) {
        for (int word : header) {
          out.putInt(word);
        }
      }
      return out.array();
    }
  }

  private List<String> relocationSections() {
    return relocations.stream().map(Relocation::section).distinct().toList();
  }
}
