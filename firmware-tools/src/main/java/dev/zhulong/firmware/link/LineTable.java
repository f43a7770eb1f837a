package dev.zhulong.firmware.link;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which source line an instruction comes from, and its DWARF form: {@code .debug_line} of version
 * 4, with the {@code .debug_info} and {@code .debug_abbrev} that lead debuggers to it. Source:
 * DWARF Debugging Information Format, version 4, section 6.2.
 *
 * @param rows in the order of addresses; a row holds until the next one
 * @param end first address after the last row's instructions
 */
public record LineTable(List<Row> rows, long end) {
  /**
   * The place of the instructions from an address on.
   *
   * @param address first address, unsigned 32-bit
   * @param file name of the source
   * @param line from 1
   * @param column from 1, or 0 where unknown
   */
  public record Row(long address, String file, int line, int column) {
    /** As {@code file:line:column}. */
    public String place() {
      return file + ":" + line + (column > 0 ? ":" + column : "");
    }
  }

  /** A table without rows. */
  public static final LineTable EMPTY = new LineTable(List.of(), 0);

  private static final int MINIMUM_INSTRUCTION = 1;
  private static final int LINE_BASE = -3;
  private static final int LINE_RANGE = 12;
  private static final int OPCODE_BASE = 13;
  private static final byte[] OPERANDS = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};

  private static final int COPY = 1;
  private static final int ADVANCE_PC = 2;
  private static final int ADVANCE_LINE = 3;
  private static final int SET_FILE = 4;
  private static final int SET_COLUMN = 5;
  private static final int CONST_ADD_PC = 8;
  private static final int FIXED_ADVANCE_PC = 9;
  private static final int END_SEQUENCE = 1;
  private static final int SET_ADDRESS = 2;

  private static final int RETURN_ADDRESS = 1;
  private static final int UNDEFINED = 0x07;
  private static final int DEF_CFA_EXPRESSION = 0x0f;
  private static final int OP_LIT0 = 0x30;

  /** Copies the rows. */
  public LineTable {
    rows = List.copyOf(rows);
  }

  /** The row that an address belongs to. */
  public Optional<Row> find(long address) {
    Row found = null;
    for (Row row : rows) {
      if (row.address <= address) {
        found = row;
      }
    }
    return address < end ? Optional.ofNullable(found) : Optional.empty();
  }

  /** The three sections of the table; none for one without rows. */
  public List<ElfFile.Section> sections() {
    if (rows.isEmpty()) {
      return List.of();
    }
    return List.of(
        ElfFile.Section.of(".debug_abbrev", 0, 0, 1, abbreviations()),
        ElfFile.Section.of(".debug_info", 0, 0, 1, information()),
        ElfFile.Section.of(".debug_line", 0, 0, 1, program()));
  }

  /** One compilation unit: statement list, name, low and high pc. */
  private static byte[] abbreviations() {
    return new byte[] {1, 0x11, 0, 0x10, 0x17, 0x03, 0x08, 0x11, 0x01, 0x12, 0x06, 0, 0, 0};
  }

  private byte[] information() {
    ByteArrayOutputStream unit = new ByteArrayOutputStream();
    half(unit, 4);
    word(unit, 0);
    unit.write(4);
    unit.write(1);
    word(unit, 0);
    string(unit, rows.getFirst().file);
    word(unit, (int) rows.getFirst().address);
    word(unit, (int) (end - rows.getFirst().address));
    return withLength(unit);
  }

  /**
   * Call frame information, section 6.4, for a program that is one function without a caller and
   * keeps to no calling convention: its frame is the same one all along. Without it a debugger
   * would take two general registers for stack pointer and return address.
   */
  public ElfFile.Section frameSection() {
    return ElfFile.Section.of(".debug_frame", 0, 0, 4, frame());
  }

  private byte[] frame() {
    ByteArrayOutputStream common = new ByteArrayOutputStream();
    word(common, -1);
    common.write(1);
    common.write(0);
    unsigned(common, 1);
    common.write(-4 & 0x7f);
    common.write(RETURN_ADDRESS);
    common.write(DEF_CFA_EXPRESSION);
    unsigned(common, 1);
    common.write(OP_LIT0);
    common.write(UNDEFINED);
    unsigned(common, RETURN_ADDRESS);
    pad(common);
    ByteArrayOutputStream description = new ByteArrayOutputStream();
    word(description, 0);
    word(description, (int) rows.getFirst().address);
    word(description, (int) (end - rows.getFirst().address));
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(withLength(common));
    both.writeBytes(withLength(description));
    return both.toByteArray();
  }

  /** Fills up with no-operations, so that the next entry lies on a word. */
  private static void pad(ByteArrayOutputStream entry) {
    while (entry.size() % 4 != 0) {
      entry.write(0);
    }
  }

  private byte[] program() {
    List<String> files = rows.stream().map(Row::file).distinct().toList();
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.write(MINIMUM_INSTRUCTION);
    header.write(1);
    header.write(1);
    header.write(LINE_BASE);
    header.write(LINE_RANGE);
    header.write(OPCODE_BASE);
    header.writeBytes(OPERANDS);
    header.write(0);
    for (String file : files) {
      string(header, file);
      header.write(0);
      header.write(0);
      header.write(0);
    }
    header.write(0);

    ByteArrayOutputStream unit = new ByteArrayOutputStream();
    half(unit, 4);
    word(unit, header.size());
    unit.writeBytes(header.toByteArray());
    long address = rows.getFirst().address;
    unit.write(0);
    unit.write(5);
    unit.write(SET_ADDRESS);
    word(unit, (int) address);
    int line = 1;
    int column = 0;
    int file = 1;
    for (Row row : rows) {
      int rowFile = files.indexOf(row.file) + 1;
      if (rowFile != file) {
        unit.write(SET_FILE);
        unsigned(unit, rowFile);
        file = rowFile;
      }
      if (row.column != column) {
        unit.write(SET_COLUMN);
        unsigned(unit, row.column);
        column = row.column;
      }
      if (row.line != line) {
        unit.write(ADVANCE_LINE);
        signed(unit, row.line - line);
        line = row.line;
      }
      unit.write(ADVANCE_PC);
      unsigned(unit, row.address - address);
      address = row.address;
      unit.write(COPY);
    }
    unit.write(ADVANCE_PC);
    unsigned(unit, end - address);
    unit.write(0);
    unit.write(1);
    unit.write(END_SEQUENCE);
    return withLength(unit);
  }

  private static byte[] withLength(ByteArrayOutputStream unit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    word(out, unit.size());
    out.writeBytes(unit.toByteArray());
    return out.toByteArray();
  }

  private static void half(ByteArrayOutputStream out, int value) {
    out.write(value);
    out.write(value >> 8);
  }

  private static void word(ByteArrayOutputStream out, int value) {
    half(out, value);
    half(out, value >> 16);
  }

  private static void string(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.write(0);
  }

  private static void unsigned(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest >= 0x80) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static void signed(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest < -64 || rest > 63) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>= 7;
    }
    out.write((int) (rest & 0x7f));
  }

  /**
   * Reads a {@code .debug_line} section of DWARF versions 2 to 4, all sequences of all units.
   *
   * @return the table, or an empty one if the section is not understood: line numbers are a comfort
   *     and a program without them still runs
   */
  public static LineTable parse(byte[] section) {
    try {
      return new Parser(section).parse();
    } catch (RuntimeException e) {
      return EMPTY;
    }
  }

  private static final class Parser {
    private final ByteBuffer in;
    private final List<Row> rows = new ArrayList<>();
    private long end;

    Parser(byte[] section) {
      in = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    }

    LineTable parse() {
      while (in.remaining() > 4) {
        int unitEnd = in.getInt() + in.position();
        int version = in.getShort();
        if (version >= 2 && version <= 4) {
          unit(version, unitEnd);
        }
        in.position(unitEnd);
      }
      rows.sort(java.util.Comparator.comparingLong(Row::address));
      return new LineTable(rows, end);
    }

    private void unit(int version, int unitEnd) {
      int headerBytes = in.getInt();
      int programStart = in.position() + headerBytes;
      int minimum = in.get() & 0xff;
      if (version == 4) {
        in.get();
      }
      in.get();
      int lineBase = in.get();
      int lineRange = in.get() & 0xff;
      int opcodeBase = in.get() & 0xff;
      int[] operands = new int[opcodeBase];
      for (int i = 1; i < opcodeBase; i++) {
        operands[i] = in.get();
      }
      List<String> folders = new ArrayList<>(List.of(""));
      for (String folder = string(); !folder.isEmpty(); folder = string()) {
        folders.add(folder);
      }
      List<String> files = new ArrayList<>(List.of(""));
      for (String file = string(); !file.isEmpty(); file = string()) {
        String folder = folders.get((int) unsigned());
        unsigned();
        unsigned();
        files.add(folder.isEmpty() ? file : folder + "/" + file);
      }
      in.position(programStart);
      long address = 0;
      int file = 1;
      int line = 1;
      int column = 0;
      while (in.position() < unitEnd) {
        int opcode = in.get() & 0xff;
        if (opcode >= opcodeBase) {
          int adjusted = opcode - opcodeBase;
          address += (long) adjusted / lineRange * minimum;
          line += lineBase + adjusted % lineRange;
          rows.add(new Row(address, files.get(file), line, column));
          continue;
        }
        switch (opcode) {
          case 0 -> {
            int size = (int) unsigned();
            int next = in.position() + size;
            switch (in.get()) {
              case END_SEQUENCE -> {
                end = Math.max(end, address);
                address = 0;
                file = 1;
                line = 1;
                column = 0;
              }
              case SET_ADDRESS -> address = in.getInt() & 0xffff_ffffL;
              default -> {
                // Other extensions do not change the table.
              }
            }
            in.position(next);
          }
          case COPY -> rows.add(new Row(address, files.get(file), line, column));
          case ADVANCE_PC -> address += unsigned() * minimum;
          case ADVANCE_LINE -> line += (int) signed();
          case SET_FILE -> file = (int) unsigned();
          case SET_COLUMN -> column = (int) unsigned();
          case CONST_ADD_PC -> address += (long) (255 - opcodeBase) / lineRange * minimum;
          case FIXED_ADVANCE_PC -> address += in.getShort() & 0xffff;
          default -> {
            for (int i = 0; i < operands[opcode]; i++) {
              unsigned();
            }
          }
        }
      }
    }

    private String string() {
      int start = in.position();
      while (in.get() != 0) {
        // The position moves to the end.
      }
      byte[] bytes = new byte[in.position() - 1 - start];
      in.get(start, bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private long unsigned() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        int next = in.get();
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    private long signed() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        int next = in.get();
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return (next & 0x40) != 0 ? value | -1L << (shift + 7) : value;
        }
      }
    }
  }
}
