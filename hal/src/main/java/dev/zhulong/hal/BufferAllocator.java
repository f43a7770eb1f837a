package dev.zhulong.hal;

import dev.zhulong.firmware.isa.MemoryMap;
import java.util.Map;
import java.util.TreeMap;

/** First-fit allocator of device addresses; blocks are whole cache lines. */
final class BufferAllocator {
  private final long end;
  private final long total;

  /** Free blocks, size by address, never adjacent to each other. */
  private final TreeMap<Long, Long> free = new TreeMap<>();

  BufferAllocator(long base, long memoryBytes) {
    end = Math.min(memoryBytes, MemoryMap.PROGRAM);
    total = end - base;
    free.put(base, total);
  }

  static long lines(long bytes) {
    return (bytes + MemoryMap.LINE_BYTES - 1) & -(long) MemoryMap.LINE_BYTES;
  }

  long allocate(long bytes) {
    // An empty buffer still has an address of its own.
    long size = lines(Math.max(bytes, 1));
    for (Map.Entry<Long, Long> block : free.entrySet()) {
      if (block.getValue() >= size) {
        long address = block.getKey();
        long rest = block.getValue() - size;
        free.remove(address);
        if (rest > 0) {
          free.put(address + size, rest);
        }
        return address;
      }
    }
    long left = free.values().stream().mapToLong(Long::longValue).max().orElse(0);
    throw new IllegalStateException(
        "no device memory for "
            + bytes
            + " bytes: the largest free block has "
            + left
            + " of "
            + total
            + " bytes; close buffers that are no longer needed");
  }

  void release(long address, long bytes) {
    long start = address;
    long size = lines(Math.max(bytes, 1));
    Map.Entry<Long, Long> before = free.floorEntry(start);
    if (before != null && before.getKey() + before.getValue() == start) {
      start = before.getKey();
      size += before.getValue();
    }
    Long after = free.remove(start + size);
    free.put(start, after == null ? size : size + after);
  }
}
