package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import java.util.Arrays;

/** A section while it grows. */
final class AsmSection {
  /** Largest section with contents; a bound on what a mistyped size can take. */
  static final int MOST_BYTES = 1 << 26;

  private static final int NOP = 0x13;

  private final String name;
  private final int type;
  private final int flags;
  private byte[] bytes = new byte[256];
  private long size;
  private int align = 1;
  private long address;

  AsmSection(String name, int type, int flags) {
    this.name = name;
    this.type = type;
    this.flags = flags;
  }

  String name() {
    return name;
  }

  int type() {
    return type;
  }

  int flags() {
    return flags;
  }

  long size() {
    return size;
  }

  int align() {
    return align;
  }

  /** Where it is linked; 0 in objects. */
  long address() {
    return address;
  }

  void place(long start) {
    address = start;
  }

  boolean executable() {
    return (flags & ElfFile.EXECUTE) != 0;
  }

  void alignTo(int bytesMultiple) {
    align = Math.max(align, bytesMultiple);
  }

  /** Appends bytes, lowest first. */
  void append(long value, int count, Token place) {
    grow(count, place);
    for (int i = 0; i < count; i++) {
      bytes[(int) size++] = (byte) (value >> 8 * i);
    }
  }

  /** Appends equal bytes. */
  void fill(int value, long count, Token place) {
    if (type == ElfFile.NOBITS) {
      if (value != 0) {
        throw new SourceError(place, "section %s holds only zeros, not %d", name, value);
      }
      if (count > 0x7fff_ffffL - size) {
        throw new SourceError(place, "section %s would exceed 2 GiB", name);
      }
      size += count;
      return;
    }
    grow(count, place);
    Arrays.fill(bytes, (int) size, (int) (size + count), (byte) value);
    size += count;
  }

  /** Fills up to a multiple with instructions that do nothing. */
  void padCode(int multiple, Token place) {
    long padding = -size & (multiple - 1);
    fill(0, padding % 4, place);
    for (long i = 0; i < padding / 4; i++) {
      append(NOP, 4, place);
    }
  }

  private void grow(long count, Token place) {
    if (type == ElfFile.NOBITS) {
      throw new SourceError(place, "section %s holds only zeros; put data into .data", name);
    }
    if (count > MOST_BYTES - size) {
      throw new SourceError(
          place, "section %s would exceed its limit of %d bytes", name, MOST_BYTES);
    }
    if (size + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(size + count, 2L * bytes.length));
    }
  }

  int word(long offset) {
    return bytes[(int) offset] & 0xff
        | (bytes[(int) offset + 1] & 0xff) << 8
        | (bytes[(int) offset + 2] & 0xff) << 16
        | bytes[(int) offset + 3] << 24;
  }

  void patch(long offset, long value, int count) {
    for (int i = 0; i < count; i++) {
      bytes[(int) offset + i] = (byte) (value >> 8 * i);
    }
  }

  ElfFile.Section toElf(int leastAlign) {
    int aligned = Math.max(align, leastAlign);
    return type == ElfFile.NOBITS
        ? ElfFile.Section.zeros(name, flags, address, aligned, size)
        : new ElfFile.Section(
            name, type, flags, address, aligned, Arrays.copyOf(bytes, (int) size), size);
  }
}
