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
import java.util.OptionalInt;

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

  /** Descriptor of the file that it is in, or negative. */
  private int file = -1;

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

  /**
   * Puts the memory into a file that other processes can map; what it holds is lost.
   *
   * @return the file's descriptor, which is closed with the memory; nothing where the system has no
   *     such files
   * @throws IllegalStateException if the system refuses
   */
  public OptionalInt share() {
    if (!LINUX) {
      return OptionalInt.empty();
    }
    if (file < 0) {
      file = Mapping.file(segment);
    }
    return OptionalInt.of(file);
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    release.run();
    if (file >= 0) {
      Mapping.closeFile(file);
    }
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
    private static final int SHARED_FIXED_NORESERVE = 0x01 | 0x10 | 0x4000;
    private static final int CLOSE_ON_EXEC = 1;
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
    private static final MethodHandle MEMFD_CREATE =
        LINKER.downcallHandle(
            LIBC.findOrThrow("memfd_create"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle FTRUNCATE =
        LINKER.downcallHandle(
            LIBC.findOrThrow("ftruncate"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    private static final MethodHandle CLOSE =
        LINKER.downcallHandle(
            LIBC.findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

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

    /** Replaces the pages of a mapping by those of a new file. */
    static int file(MemorySegment segment) {
      try (Arena arena = Arena.ofConfined()) {
        int file =
            (int) MEMFD_CREATE.invokeExact(arena.allocateFrom("zhulong-device"), CLOSE_ON_EXEC);
        boolean sized = file >= 0 && (int) FTRUNCATE.invokeExact(file, BYTES) == 0;
        long at = segment.address();
        long mapped =
            sized
                ? (long) MMAP.invokeExact(at, BYTES, READ_WRITE, SHARED_FIXED_NORESERVE, file, 0L)
                : -1;
        if (mapped != at) {
          if (file >= 0) {
            closeFile(file);
          }
          throw new IllegalStateException(
              "the system refuses a file of 4 GiB in memory for device memory; raise the limit"
                  + " (ulimit -f)");
        }
        return file;
      } catch (RuntimeException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("memfd_create cannot be called", e);
      }
    }

    static void closeFile(int file) {
      try {
        int ignored = (int) CLOSE.invokeExact(file);
      } catch (Throwable e) {
        throw new IllegalStateException("close cannot be called", e);
      }
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
