package dev.zhulong.remote;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client's own contents of addresses that every client has: the result block and the programs.
 * They are in the server's memory, and on the device while the client's work is.
 */
final class PrivatePages {
  static final int PAGE_BYTES = 1 << 16;

  /** A page; its object is its identity, the version changes with the contents. */
  static final class Page {
    final byte[] bytes = new byte[PAGE_BYTES];
    long version;
  }

  private final TreeMap<Integer, Page> programs = new TreeMap<>();
  private final Page results = new Page();
  private final Range programSpace;
  private final int mostBytes;

  /**
   * Creates them, all zero.
   *
   * @param programSpace where programs may be
   * @param mostBytes how much of it a client may use, from its first byte to its last
   */
  PrivatePages(Range programSpace, int mostBytes) {
    this.programSpace = programSpace;
    this.mostBytes = mostBytes;
  }

  /** From the first page that the client has written to the last; empty before. */
  Range programs() {
    return programs.isEmpty()
        ? new Range(programSpace.start(), programSpace.start())
        : new Range(
            (long) programs.firstKey() * PAGE_BYTES, (programs.lastKey() + 1L) * PAGE_BYTES);
  }

  /** Whether a copy concerns these pages. */
  boolean holds(long address, long bytes) {
    return address < PAGE_BYTES
        ? bytes <= PAGE_BYTES - address
        : programSpace.holds(address, bytes);
  }

  /**
   * Copies to the pages.
   *
   * @return whether the client may have so much
   */
  boolean write(long address, MemorySegment source) {
    if (source.byteSize() == 0) {
      return true;
    }
    long end = address + source.byteSize();
    if (address >= PAGE_BYTES) {
      Range now = programs();
      long first = now.isEmpty() ? address : Math.min(address, now.start());
      if (Math.max(end, now.end()) - first > mostBytes) {
        return false;
      }
    }
    for (long at = address; at < end; ) {
      Page page = page((int) (at / PAGE_BYTES));
      int offset = (int) (at % PAGE_BYTES);
      int count = (int) Math.min(PAGE_BYTES - offset, end - at);
      MemorySegment.copy(source, at - address, MemorySegment.ofArray(page.bytes), offset, count);
      page.version++;
      at += count;
    }
    return true;
  }

  /** Copies from the pages; what has not been written is zero. */
  void read(long address, MemorySegment target) {
    long end = address + target.byteSize();
    for (long at = address; at < end; ) {
      int number = (int) (at / PAGE_BYTES);
      Page page = number == 0 ? results : programs.get(number);
      int offset = (int) (at % PAGE_BYTES);
      int count = (int) Math.min(PAGE_BYTES - offset, end - at);
      MemorySegment part = target.asSlice(at - address, count);
      if (page == null) {
        part.fill((byte) 0);
      } else {
        MemorySegment.copy(MemorySegment.ofArray(page.bytes), offset, part, 0, count);
      }
      at += count;
    }
  }

  /** The pages that a range touches, by number; made where they are not. */
  Map<Integer, Page> within(Range range) {
    Map<Integer, Page> pages = new TreeMap<>();
    for (long at = range.start() / PAGE_BYTES; at * PAGE_BYTES < range.end(); at++) {
      pages.put((int) at, page((int) at));
    }
    return pages;
  }

  /** All of them, by number. */
  Map<Integer, Page> all() {
    Map<Integer, Page> pages = new TreeMap<>(programs);
    pages.put(0, results);
    return pages;
  }

  private Page page(int number) {
    return number == 0 ? results : programs.computeIfAbsent(number, key -> new Page());
  }
}
