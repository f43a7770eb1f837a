package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import java.util.Arrays;

/** A section that grows. */
final class SectionBuffer {
  private static final int LIMIT = 1 << 28;

  private final String name;
  private final int flags;
  private final boolean zeros;
  private byte[] bytes = new byte[64];
  private int size;
  private int align;

  SectionBuffer(String name, int flags, boolean zeros) {
    this.name = name;
    this.flags = flags;
    this.zeros = zeros;
    this.align = (flags & ElfFile.EXECUTE) != 0 ? 4 : 1;
  }

  String name() {
    return name;
  }

  int size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  boolean executable() {
    return (flags & ElfFile.EXECUTE) != 0;
  }

  /** Adds zeros and returns the offset of the first. */
  int reserve(long count) {
    if (count < 0 || count > LIMIT - size) {
      throw new IllegalArgumentException(
          count + " bytes more in " + name + "; a section holds 0 to " + LIMIT);
    }
    int at = size;
    size += (int) count;
    if (!zeros && size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size, bytes.length * 2));
    }
    return at;
  }

  void add(int value, int count) {
    if (zeros && value != 0) {
      throw new IllegalArgumentException(
          "section " + name + " holds only zeros; use .data for values");
    }
    int at = reserve(count);
    for (int i = 0; i < count && !zeros; i++) {
      bytes[at + i] = (byte) (value >> 8 * i);
    }
  }

  void fill(int value, long count) {
    if (zeros && value != 0) {
      add(value, 1);
    }
    int at = reserve(count);
    if (!zeros) {
      Arrays.fill(bytes, at, size, (byte) value);
    }
  }

  boolean holdsBytes() {
    return !zeros;
  }

  /** Pads to a power of two, code with NOPs. */
  void align(int to, int value) {
    align = Math.max(align, to);
    int pad = -size & to - 1;
    if (executable() && value == 0 && (size & 3) == 0) {
      for (int i = 0; i < pad; i += 4) {
        add(0x13, 4);
      }
    } else {
      fill(value, pad);
    }
  }

  /** The finished section; code is padded to its alignment, as GNU as does. */
  ElfFile.Section toSection() {
    if (executable() && !zeros) {
      align(align, 0);
    }
    return zeros
        ? ElfFile.Section.zeros(name, flags, 0, align, size)
        : ElfFile.Section.of(name, flags, 0, align, Arrays.copyOf(bytes, size));
  }
}
