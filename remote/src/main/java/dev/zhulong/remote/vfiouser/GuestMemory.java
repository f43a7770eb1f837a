package dev.zhulong.remote.vfiouser;

import dev.zhulong.hal.transport.HostBus;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What the client lets the device reach of its memory, by bus address. The device sees it while it
 * is a bus master.
 */
final class GuestMemory implements AutoCloseable {
  /** Address space that all maps together may take. */
  private static final long MOST_BYTES = 1L << 44;

  /**
   * A part of it.
   *
   * @param memory the client's memory, mapped here, or where only messages reach that, what holds
   *     it in between
   * @param flags what the device may do
   */
  private record Part(
      long address, long size, MemorySegment memory, int flags, boolean byMessages) {
    boolean within(long first, long last) {
      return Long.compareUnsigned(address, first) >= 0
          && Long.compareUnsigned(address + size - 1, last) <= 0;
    }

    boolean meets(long first, long last) {
      return Long.compareUnsigned(address, last) <= 0
          && Long.compareUnsigned(address + size - 1, first) >= 0;
    }
  }

  private final NavigableMap<Long, Part> parts = new TreeMap<>(Long::compareUnsigned);
  private final HostBus bus;
  private boolean visible;
  private long total;
  private int partsByMessages;

  GuestMemory(HostBus bus) {
    this.bus = bus;
  }

  /**
   * Adds a part.
   *
   * @param descriptor its file, which stays the caller's; negative for none
   */
  void map(long address, long size, long offset, int flags, int descriptor)
      throws RefusalException {
    require(
        size > 0 && (address | size | offset) % Protocol.PAGE == 0,
        "address, size and offset must be whole pages");
    require(offset >= 0 && offset + size > 0, "the file is not that large");
    long last = address + size - 1;
    require(Long.compareUnsigned(address, last) < 0, "the range wraps around");
    require(
        (flags & ~(Protocol.DMA_READABLE | Protocol.DMA_WRITABLE)) == 0 && flags != 0,
        "flags must be readable, writable or both");
    if (!meeting(address, last).isEmpty()) {
      throw new RefusalException(Errno.EEXIST, "the range meets one that is mapped");
    }
    if (parts.size() == Protocol.MOST_MAPS) {
      throw new RefusalException(Errno.ENOSPC, "there are " + parts.size() + " maps");
    }
    if (total + size > MOST_BYTES) {
      throw new RefusalException(Errno.ENOMEM, "all maps together exceed 16 TiB");
    }
    require(
        descriptor < 0 || SystemCalls.size(descriptor) >= offset + size,
        "the file is not that large");
    // An access behind the end of a file that was made shorter would end this process.
    boolean byMessages = descriptor < 0 || !SystemCalls.keepsItsSize(descriptor);
    MemorySegment memory = byMessages ? between(size) : mapped(descriptor, size, offset, flags);
    total += size;
    partsByMessages += byMessages ? 1 : 0;
    Part part = new Part(address, size, memory, flags, byMessages);
    parts.put(address, part);
    if (visible) {
      show(part);
    }
  }

  private static MemorySegment mapped(int descriptor, long size, long offset, int flags)
      throws RefusalException {
    // A device that writes where it may not must not end it either: it writes a copy.
    boolean writable = (flags & Protocol.DMA_WRITABLE) != 0;
    int kind = writable ? SystemCalls.MAP_SHARED : SystemCalls.MAP_PRIVATE;
    return mapping(size, kind, descriptor, offset);
  }

  /** Takes memory of this process only where it is used. */
  private static MemorySegment between(long size) throws RefusalException {
    return mapping(size, SystemCalls.MAP_PRIVATE | SystemCalls.MAP_ANONYMOUS, -1, 0);
  }

  private static MemorySegment mapping(long size, int kind, int descriptor, long offset)
      throws RefusalException {
    long at =
        SystemCalls.mmap(
            size,
            SystemCalls.PROT_READ | SystemCalls.PROT_WRITE,
            kind | SystemCalls.MAP_NORESERVE,
            descriptor,
            offset);
    if (at < 0) {
      throw new RefusalException((int) -at, "it cannot be mapped");
    }
    return MemorySegment.ofAddress(at).reinterpret(size);
  }

  /** Whether a range has something in it that only messages reach. */
  boolean needsMessages(long address, long bytes) {
    return partsByMessages > 0
        && visible
        && within(address, bytes).stream().anyMatch(Part::byMessages);
  }

  private List<Part> within(long address, long bytes) {
    long last = address + bytes - 1;
    return bytes <= 0 || Long.compareUnsigned(last, address) < 0
        ? List.of()
        : meeting(address, last);
  }

  /** Makes the requests that a range needs, in pieces. */
  void messages(boolean write, long address, long bytes, int mostBytes, Consumer<DmaRequest> sink) {
    int needed = write ? Protocol.DMA_WRITABLE : Protocol.DMA_READABLE;
    for (Part part : within(address, bytes)) {
      if (!part.byMessages() || (part.flags() & needed) == 0) {
        continue;
      }
      long from = Math.max(address - part.address(), 0);
      long to = Math.min(address + bytes - part.address(), part.size());
      for (long at = from; at < to; at += mostBytes) {
        long count = Math.min(mostBytes, to - at);
        sink.accept(new DmaRequest(write, part.address() + at, part.memory().asSlice(at, count)));
      }
    }
  }

  /** Whether what a request moves is still there. */
  boolean holds(DmaRequest request) {
    Map.Entry<Long, Part> entry = parts.floorEntry(request.address());
    if (entry == null) {
      return false;
    }
    Part part = entry.getValue();
    long at = request.address() - part.address();
    return part.byMessages()
        && at + request.bytes().byteSize() <= part.size()
        && part.memory().address() + at == request.bytes().address();
  }

  /** Forgets the part at an address, for which the client does not answer. */
  void withdraw(long address) {
    Map.Entry<Long, Part> entry = parts.floorEntry(address);
    if (entry != null && entry.getValue().byMessages()) {
      parts.remove(entry.getKey());
      drop(entry.getValue());
    }
  }

  /**
   * Takes back all parts within a range.
   *
   * @return bytes that they had
   */
  long unmap(long address, long size) throws RefusalException {
    long last = address + size - 1;
    require(size != 0 && Long.compareUnsigned(address, last) <= 0, "the range wraps around");
    List<Part> meeting = meeting(address, last);
    for (Part part : meeting) {
      require(part.within(address, last), "the range would split a map");
    }
    long bytes = 0;
    for (Part part : meeting) {
      parts.remove(part.address());
      drop(part);
      bytes += part.size();
    }
    return bytes;
  }

  /** Takes everything back. */
  long unmapAll() {
    long bytes = 0;
    for (Part part : parts.values()) {
      drop(part);
      bytes += part.size();
    }
    parts.clear();
    return bytes;
  }

  private List<Part> meeting(long first, long last) {
    Map.Entry<Long, Part> before = parts.floorEntry(first);
    long from = before == null ? first : before.getKey();
    List<Part> found = new ArrayList<>();
    for (Part part : parts.subMap(from, true, last, true).values()) {
      if (part.meets(first, last)) {
        found.add(part);
      }
    }
    return found;
  }

  /** Lets the device reach it, or not. */
  void visible(boolean now) {
    if (now != visible) {
      visible = now;
      for (Part part : parts.values()) {
        if (now) {
          show(part);
        } else {
          hide(part);
        }
      }
    }
  }

  /** The device's addresses have 63 bits; what lies above stays out of its reach. */
  private static boolean reachable(Part part) {
    return part.address() >= 0 && part.address() + part.size() > 0;
  }

  private void show(Part part) {
    if (reachable(part)) {
      bus.map(part.address(), part.memory());
    }
  }

  private void hide(Part part) {
    if (reachable(part)) {
      bus.unmap(part.address());
    }
  }

  private void drop(Part part) {
    if (visible) {
      hide(part);
    }
    total -= part.size();
    partsByMessages -= part.byMessages() ? 1 : 0;
    SystemCalls.munmap(part.memory().address(), part.size());
  }

  private static void require(boolean condition, String otherwise) throws RefusalException {
    if (!condition) {
      throw new RefusalException(Errno.EINVAL, otherwise);
    }
  }

  @Override
  public void close() {
    unmapAll();
  }
}
