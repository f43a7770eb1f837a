package dev.zhulong.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The 4 GiB address space of a simulated device as one segment: reserved at once, but a page takes
 * memory only from its first use. Everything reads zero at first.
 */
public final class DeviceMemory implements AutoCloseable {
  /** Size of the address space in bytes. */
  public static final long BYTES = 1L << 32;

  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

  private final MemorySegment segment;
  private final Runnable release;

  private DeviceMemory(MemorySegment segment, Runnable release) {
    this.segment = segment;
    this.release = release;
  }

  /**
   * Reserves the address space.
   *
   * @throws IllegalStateException if the system refuses
   */
  public static DeviceMemory reserve() {
    return LINUX ? Mapping.anonymous() : sparseFile();
  }

  /** All of the memory; using it after {@link #close} is undefined, as with any native memory. */
  public MemorySegment segment() {
    return segment;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    release.run();
  }

  private static DeviceMemory sparseFile() {
    try {
      Path file = Files.createTempFile("zhulong", ".memory");
      Arena arena = Arena.ofShared();
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.SPARSE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        return new DeviceMemory(
            channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena), arena::close);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** mmap and munmap of the C library, by the numbers of Linux. */
  private static final class Mapping {
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBC = LINKER.defaultLookup();
    private static final MethodHandle MMAP =
        LINKER.downcallHandle(
            LIBC.findOrThrow("mmap"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
        LINKER.downcallHandle(
            LIBC.findOrThrow("munmap"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    static DeviceMemory anonymous() {
      long address;
      try {
        address =
            (long) MMAP.invokeExact(0L, BYTES, READ_WRITE, PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
      } catch (Throwable e) {
        throw new IllegalStateException("mmap cannot be called", e);
      }
      if (address == -1) {
        throw new IllegalStateException(
            "the system refuses to reserve 4 GiB of address space for device memory;"
                + " raise the limit (ulimit -v)");
      }
      MemorySegment all = MemorySegment.ofAddress(address).reinterpret(BYTES);
      return new DeviceMemory(all, () -> unmap(address));
    }

    private static void unmap(long address) {
      try {
        int ignored = (int) MUNMAP.invokeExact(address, BYTES);
      } catch (Throwable e) {
        throw new IllegalStateException("munmap cannot be called", e);
      }
    }
  }
}
