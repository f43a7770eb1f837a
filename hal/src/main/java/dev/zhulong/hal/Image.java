package dev.zhulong.hal;

import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.link.LineTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A program as the device needs it. Compared by identity: it is what is resident in a device. */
final class Image {
  private final String name;
  private final long entry;
  private final List<Segment> segments;
  private final KernelInfo kernel;
  private final LineTable lineTable;

  /**
   * Bytes to be loaded.
   *
   * @param address first device address
   * @param bytes what is loaded there
   * @param memoryBytes size in memory, zeros after the bytes
   */
  record Segment(long address, byte[] bytes, long memoryBytes) {}

  /**
   * A copy of the image in a buffer, from which the device loads it by itself.
   *
   * @param address of the copy
   * @param target where it runs
   * @param bytes whole lines
   */
  record Staged(long address, long target, long bytes) {}

  /** Where the copy is, or null. */
  private Staged staged;

  private Image(
      String name, long entry, List<Segment> segments, KernelInfo kernel, LineTable lineTable) {
    this.name = name;
    this.entry = entry;
    this.segments = segments;
    this.kernel = kernel;
    this.lineTable = lineTable;
  }

  /** A compiled kernel. */
  static Image kernel(byte[] elf, String name) {
    ElfFile file = ElfFile.read(elf, name);
    ElfFile.Section section =
        file.section(KernelInfo.SECTION)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        name
                            + " is not a kernel image (it has no section "
                            + KernelInfo.SECTION
                            + "); run a bare program with \"zl exec\""));
    KernelInfo info;
    try {
      info = KernelInfo.parse(new String(section.bytes(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
    return of(file, name, info);
  }

  /** A bare program. */
  static Image program(byte[] elf, String name) {
    return of(ElfFile.read(elf, name), name, null);
  }

  private static Image of(ElfFile file, String name, KernelInfo kernel) {
    if (file.type() != ElfFile.EXECUTABLE || file.segments().isEmpty()) {
      throw new IllegalArgumentException(
          name + " is not an executable with something to load; link it first");
    }
    List<Segment> segments = new ArrayList<>();
    for (ElfFile.Segment s : file.segments()) {
      if (s.address() < MemoryMap.RESULT || s.address() + s.memoryBytes() > MemoryMap.LOCAL) {
        throw new IllegalArgumentException(
            String.format(
                "%s: segment 0x%08x to 0x%08x is outside the device's memory, 0x%08x to 0x%08x",
                name,
                s.address(),
                s.address() + s.memoryBytes(),
                MemoryMap.RESULT,
                MemoryMap.LOCAL));
      }
      segments.add(new Segment(s.address(), s.bytes(), s.memoryBytes()));
    }
    if (file.entry() % 4 != 0) {
      throw new IllegalArgumentException(
          String.format("%s: entry 0x%08x is not a multiple of 4", name, file.entry()));
    }
    LineTable lines =
        file.section(".debug_line").map(s -> LineTable.parse(s.bytes())).orElse(LineTable.EMPTY);
    return new Image(name, file.entry(), List.copyOf(segments), kernel, lines);
  }

  String name() {
    return name;
  }

  long entry() {
    return entry;
  }

  List<Segment> segments() {
    return segments;
  }

  /** Whole lines from the first segment's to the last one's, as they are in memory. */
  byte[] lines() {
    long start = firstLine();
    long end = segments.stream().mapToLong(s -> s.address() + s.memoryBytes()).max().orElseThrow();
    byte[] bytes = new byte[Math.toIntExact(BufferAllocator.lines(end - start))];
    for (Segment segment : segments) {
      int at = (int) (segment.address() - start);
      System.arraycopy(segment.bytes(), 0, bytes, at, segment.bytes().length);
    }
    return bytes;
  }

  /** A copy of {@link #lines} is in device memory. */
  void stagedAt(long address, long bytes) {
    staged = new Staged(address, firstLine(), bytes);
  }

  private long firstLine() {
    long first = segments.stream().mapToLong(Segment::address).min().orElseThrow();
    return first & -(long) MemoryMap.LINE_BYTES;
  }

  /** The copy in device memory, or null. */
  Staged staged() {
    return staged;
  }

  /** What the kernel says about itself; null for a bare program. */
  KernelInfo kernel() {
    return kernel;
  }

  /** The place in the source of an instruction, or an empty string. */
  String sourceOf(long pc) {
    return lineTable.find(pc).map(LineTable.Row::place).orElse("");
  }
}
