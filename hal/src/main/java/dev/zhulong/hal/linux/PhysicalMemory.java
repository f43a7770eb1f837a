package dev.zhulong.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.HostMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory for a function that no IOMMU guards: a huge page, which the kernel neither moves nor
 * swaps, by its physical address. The kernel tells it in {@code /proc/self/pagemap}, a word for
 * each page: bit 63 says that it is present, the low 55 bits are its number.
 *
 * @param page the whole page
 * @param bytes that were asked for
 * @param address physical
 */
record PhysicalMemory(Mapping page, long bytes, long address) implements HostMemory {
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final String PAGE_MAP = "/proc/self/pagemap";
  private static final String SIZE = "Hugepagesize:";
  private static final int PAGE_SHIFT = 12;
  private static final long NUMBER = (1L << 55) - 1;

  /**
   * Takes a huge page.
   *
   * @param bytes at most a page's
   * @param busAddressBits bits of the addresses that the function can put on the bus
   * @throws DeviceUnavailableException if there is none, or none that the function reaches
   */
  static PhysicalMemory of(long bytes, int busAddressBits) {
    long size = pageBytes();
    if (bytes > size) {
      throw new DeviceUnavailableException(
          bytes + " bytes for DMA are more than a huge page of " + size + " bytes");
    }
    Mapping page = Mapping.huge(size);
    try {
      page.segment().fill((byte) 0);
      long address = physical(page.segment().address());
      if (busAddressBits < Long.SIZE && address + bytes > 1L << busAddressBits) {
        throw new DeviceUnavailableException(
            ("the huge page at physical address 0x%x is above the %d address bits of the function;"
                    + " boot with mem=%dM, or bind it to vfio-pci behind an IOMMU")
                .formatted(address, busAddressBits, 1L << Math.max(0, busAddressBits - 20)));
      }
      return new PhysicalMemory(page, bytes, address);
    } catch (RuntimeException e) {
      page.unmap();
      throw e;
    }
  }

  private static long pageBytes() {
    try {
      for (String line : Files.readAllLines(MEMORY, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith(SIZE)) {
          return Long.parseLong(line.substring(SIZE.length()).replace("kB", "").strip()) << 10;
        }
      }
    } catch (IOException | NumberFormatException e) {
      throw new DeviceUnavailableException(MEMORY + " cannot be read: " + e.getMessage(), e);
    }
    throw new DeviceUnavailableException(
        "the kernel has no huge pages, in which memory for DMA lies where no IOMMU is; bind the"
            + " function to vfio-pci, or leave dma=physical away");
  }

  private static long physical(long address) {
    int file =
        (int)
            Errno.check(
                libc_h.open(PAGE_MAP, libc_h.O_CLOEXEC), "opening " + PAGE_MAP, "run as root");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment word = arena.allocate(JAVA_LONG);
      Errno.check(
          libc_h.pread(file, word, address >>> PAGE_SHIFT << 3),
          "reading " + PAGE_MAP,
          "run as root");
      long entry = word.get(JAVA_LONG, 0);
      if (entry >= 0 || (entry & NUMBER) == 0) {
        throw new DeviceUnavailableException(
            "the kernel does not tell where memory lies; run as root (CAP_SYS_ADMIN)");
      }
      return (entry & NUMBER) << PAGE_SHIFT;
    } finally {
      libc_h.close(file);
    }
  }

  @Override
  public MemorySegment segment() {
    return page.segment().asSlice(0, bytes);
  }

  @Override
  public void close() {
    page.unmap();
  }
}
