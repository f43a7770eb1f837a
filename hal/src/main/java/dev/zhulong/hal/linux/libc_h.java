package dev.zhulong.hal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * What drivers of user space need of the C library of 64-bit Linux, in the shape that jextract
 * gives a header. A call that fails gives the negated {@code errno}, as the kernel does.
 */
final class libc_h {
  static final int O_RDWR = 2;
  static final int O_CLOEXEC = 0x80000;
  static final int O_SYNC = 0x101000;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_POPULATE = 0x8000;
  static final int MAP_HUGETLB = 0x40000;
  static final int POLLIN = 1;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CAPTURE.varHandle(PathElement.groupElement("errno"));
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE));

  private static final MethodHandle OPEN =
      handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
  private static final MethodHandle IOCTL_NUMBER =
      handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), 2);
  private static final MethodHandle MMAP =
      handle(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      handle("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle PREAD =
      handle("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle PWRITE =
      handle("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle POLL =
      handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle EVENTFD =
      handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

  private libc_h() {}

  private static MethodHandle handle(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle handle(String name, FunctionDescriptor type, int firstVariadic) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        type,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  private static RuntimeException unexpected(Throwable cause) {
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  private static long result(MemorySegment state, long value) {
    return value == -1 ? -(int) ERRNO.get(state, 0L) : value;
  }

  /** {@code int open(const char *path, int flags)}. */
  static int open(String path, int flags) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      return (int) result(state, (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int close(int fd)}. */
  static int close(int fd) {
    MemorySegment state = STATE.get();
    try {
      return (int) result(state, (int) CLOSE.invokeExact(state, fd));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int ioctl(int fd, unsigned long request, void *argument)}. */
  static int ioctl(int fd, long request, MemorySegment argument) {
    MemorySegment state = STATE.get();
    try {
      return (int) result(state, (int) IOCTL.invokeExact(state, fd, request, argument));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int ioctl(int fd, unsigned long request, unsigned long argument)}. */
  static int ioctl(int fd, long request, long argument) {
    MemorySegment state = STATE.get();
    try {
      return (int) result(state, (int) IOCTL_NUMBER.invokeExact(state, fd, request, argument));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void *mmap(void *, size_t, int, int, int, off_t)}; an address is never negative. */
  static long mmap(long bytes, int protection, int flags, int fd, long offset) {
    MemorySegment state = STATE.get();
    try {
      return result(
          state, (long) MMAP.invokeExact(state, 0L, bytes, protection, flags, fd, offset));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int munmap(void *address, size_t bytes)}. */
  static int munmap(long address, long bytes) {
    MemorySegment state = STATE.get();
    try {
      return (int) result(state, (int) MUNMAP.invokeExact(state, address, bytes));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code ssize_t pread(int fd, void *buffer, size_t bytes, off_t offset)}. */
  static long pread(int fd, MemorySegment buffer, long offset) {
    MemorySegment state = STATE.get();
    try {
      return result(state, (long) PREAD.invokeExact(state, fd, buffer, buffer.byteSize(), offset));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code ssize_t pwrite(int fd, const void *buffer, size_t bytes, off_t offset)}. */
  static long pwrite(int fd, MemorySegment buffer, long offset) {
    MemorySegment state = STATE.get();
    try {
      return result(state, (long) PWRITE.invokeExact(state, fd, buffer, buffer.byteSize(), offset));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code ssize_t read(int fd, void *buffer, size_t bytes)}. */
  static long read(int fd, MemorySegment buffer, long bytes) {
    MemorySegment state = STATE.get();
    try {
      return result(state, (long) READ.invokeExact(state, fd, buffer, bytes));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code ssize_t write(int fd, const void *buffer, size_t bytes)}. */
  static long write(int fd, MemorySegment buffer) {
    MemorySegment state = STATE.get();
    try {
      return result(state, (long) WRITE.invokeExact(state, fd, buffer, buffer.byteSize()));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * {@code int poll(struct pollfd *, nfds_t, int)} of one file for input.
   *
   * @param file room for a {@code struct pollfd}
   */
  static int poll(int fd, MemorySegment file, int milliseconds) {
    MemorySegment state = STATE.get();
    try {
      file.set(JAVA_INT, 0, fd);
      file.set(JAVA_SHORT, 4, (short) POLLIN);
      return (int) result(state, (int) POLL.invokeExact(state, file, 1L, milliseconds));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int eventfd(unsigned initial, int flags)}. */
  static int eventfd(int initial, int flags) {
    MemorySegment state = STATE.get();
    try {
      return (int) result(state, (int) EVENTFD.invokeExact(state, initial, flags));
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }
}
