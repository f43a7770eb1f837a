package dev.zhulong.remote.vfiouser;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * What the protocol needs of the C library of 64-bit Linux, in the shape that jextract gives a
 * header: sockets that carry file descriptors, mappings and event descriptors. A call that fails
 * gives the negated {@code errno}, as the kernel does.
 */
final class SystemCalls {
  static final int AF_UNIX = 1;
  static final int SOCK_STREAM = 1;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_SNDTIMEO = 21;
  static final int SCM_RIGHTS = 1;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int MSG_CMSG_CLOEXEC = 0x4000_0000;
  static final int POLLIN = 1;
  static final int POLLOUT = 4;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_NORESERVE = 0x4000;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;
  static final int MFD_CLOEXEC = 1;
  static final int MFD_ALLOW_SEALING = 2;
  static final int F_ADD_SEALS = 1033;
  static final int F_GET_SEALS = 1034;
  static final int F_SEAL_SHRINK = 2;
  static final int F_SEAL_GROW = 4;
  static final int SEEK_END = 2;

  /** {@code struct msghdr}. */
  static final StructLayout MSGHDR =
      MemoryLayout.structLayout(
          ADDRESS.withName("msg_name"),
          JAVA_INT.withName("msg_namelen"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("msg_iov"),
          JAVA_LONG.withName("msg_iovlen"),
          ADDRESS.withName("msg_control"),
          JAVA_LONG.withName("msg_controllen"),
          JAVA_INT.withName("msg_flags"),
          MemoryLayout.paddingLayout(4));

  /** {@code struct iovec}. */
  static final StructLayout IOVEC =
      MemoryLayout.structLayout(ADDRESS.withName("iov_base"), JAVA_LONG.withName("iov_len"));

  /** {@code struct cmsghdr}, behind which the data lie. */
  static final StructLayout CMSGHDR =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("cmsg_len"),
          JAVA_INT.withName("cmsg_level"),
          JAVA_INT.withName("cmsg_type"));

  private static final StructLayout POLLFD =
      MemoryLayout.structLayout(
          JAVA_INT.withName("fd"), JAVA_SHORT.withName("events"), JAVA_SHORT.withName("revents"));

  private static final StructLayout TIMEVAL =
      MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_usec"));

  private static final int PATH_BYTES = 108;
  private static final int SOCKADDR_BYTES = 2 + PATH_BYTES;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CAPTURE.varHandle(PathElement.groupElement("errno"));
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE));

  private static final ValueLayout.OfInt C_INT = JAVA_INT;
  private static final ValueLayout.OfLong C_LONG = JAVA_LONG;

  private static final MethodHandle ACCEPT4 =
      handle("accept4", FunctionDescriptor.of(C_INT, C_INT, ADDRESS, ADDRESS, C_INT));
  private static final MethodHandle BIND =
      handle("bind", FunctionDescriptor.of(C_INT, C_INT, ADDRESS, C_INT));
  private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(C_INT, C_INT));
  private static final MethodHandle CONNECT =
      handle("connect", FunctionDescriptor.of(C_INT, C_INT, ADDRESS, C_INT));
  private static final MethodHandle EVENTFD =
      handle("eventfd", FunctionDescriptor.of(C_INT, C_INT, C_INT));
  private static final MethodHandle FCNTL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("fcntl"),
          FunctionDescriptor.of(C_INT, C_INT, C_INT, C_INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle FTRUNCATE =
      handle("ftruncate", FunctionDescriptor.of(C_INT, C_INT, C_LONG));
  private static final MethodHandle LISTEN =
      handle("listen", FunctionDescriptor.of(C_INT, C_INT, C_INT));
  private static final MethodHandle LSEEK =
      handle("lseek", FunctionDescriptor.of(C_LONG, C_INT, C_LONG, C_INT));
  private static final MethodHandle MEMFD_CREATE =
      handle("memfd_create", FunctionDescriptor.of(C_INT, ADDRESS, C_INT));
  private static final MethodHandle MMAP =
      handle("mmap", FunctionDescriptor.of(C_LONG, C_LONG, C_LONG, C_INT, C_INT, C_INT, C_LONG));
  private static final MethodHandle MUNMAP =
      handle("munmap", FunctionDescriptor.of(C_INT, C_LONG, C_LONG));
  private static final MethodHandle POLL =
      handle("poll", FunctionDescriptor.of(C_INT, ADDRESS, C_LONG, C_INT));
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(C_LONG, C_INT, ADDRESS, C_LONG));
  private static final MethodHandle RECVMSG =
      handle("recvmsg", FunctionDescriptor.of(C_LONG, C_INT, ADDRESS, C_INT));
  private static final MethodHandle SENDMSG =
      handle("sendmsg", FunctionDescriptor.of(C_LONG, C_INT, ADDRESS, C_INT));
  private static final MethodHandle SETSOCKOPT =
      handle("setsockopt", FunctionDescriptor.of(C_INT, C_INT, C_INT, C_INT, ADDRESS, C_INT));
  private static final MethodHandle SOCKET =
      handle("socket", FunctionDescriptor.of(C_INT, C_INT, C_INT, C_INT));
  private static final MethodHandle SOCKETPAIR =
      handle("socketpair", FunctionDescriptor.of(C_INT, C_INT, C_INT, C_INT, ADDRESS));
  private static final MethodHandle WRITE =
      handle("write", FunctionDescriptor.of(C_LONG, C_INT, ADDRESS, C_LONG));

  private SystemCalls() {}

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  private static IllegalStateException unreachable(Throwable cause) {
    return new IllegalStateException("the C library cannot be called", cause);
  }

  private static long result(MemorySegment state, long value) {
    return value == -1 ? -(int) ERRNO.get(state, 0L) : value;
  }

  /** A stream socket of the machine's own, not inherited by programs that are started. */
  static int socket() {
    MemorySegment state = STATE.get();
    try {
      int type = SOCK_STREAM | SOCK_CLOEXEC;
      return (int) result(state, (int) SOCKET.invokeExact(state, AF_UNIX, type, 0));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** Two sockets that are connected; or null. */
  static int[] socketPair() {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(JAVA_INT, 2);
      int type = SOCK_STREAM | SOCK_CLOEXEC;
      int failed = (int) SOCKETPAIR.invokeExact(state, AF_UNIX, type, 0, pair);
      return failed == 0 ? pair.toArray(JAVA_INT) : null;
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** Whether a path fits into a socket's address. */
  static boolean fits(String path) {
    return path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length < PATH_BYTES;
  }

  private static MemorySegment address(Arena arena, String path) {
    MemorySegment address = arena.allocate(SOCKADDR_BYTES, 8);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    address.setString(2, path);
    return address;
  }

  static int bind(int socket, String path) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(arena, path);
      return (int) result(state, (int) BIND.invokeExact(state, socket, address, SOCKADDR_BYTES));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  static int connect(int socket, String path) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(arena, path);
      return (int) result(state, (int) CONNECT.invokeExact(state, socket, address, SOCKADDR_BYTES));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  static int listen(int socket, int backlog) {
    MemorySegment state = STATE.get();
    try {
      return (int) result(state, (int) LISTEN.invokeExact(state, socket, backlog));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  static int accept(int socket) {
    MemorySegment state = STATE.get();
    MemorySegment none = MemorySegment.NULL;
    try {
      return (int)
          result(state, (int) ACCEPT4.invokeExact(state, socket, none, none, SOCK_CLOEXEC));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** Lets a send that the other side does not take fail after so much time. */
  static int sendTimeout(int socket, int seconds) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMEVAL);
      time.set(JAVA_LONG, 0, seconds);
      int size = (int) TIMEVAL.byteSize();
      return (int)
          result(
              state,
              (int) SETSOCKOPT.invokeExact(state, socket, SOL_SOCKET, SO_SNDTIMEO, time, size));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  static long recvmsg(int socket, MemorySegment header, int flags) {
    MemorySegment state = STATE.get();
    try {
      return result(state, (long) RECVMSG.invokeExact(state, socket, header, flags));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  static long sendmsg(int socket, MemorySegment header, int flags) {
    MemorySegment state = STATE.get();
    try {
      return result(state, (long) SENDMSG.invokeExact(state, socket, header, flags));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /**
   * Waits for a descriptor.
   *
   * @param milliseconds 0 for a look, negative for ever
   * @return what has happened, 0 if nothing
   */
  static int poll(int descriptor, int events, int milliseconds) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(POLLFD);
      one.set(JAVA_INT, 0, descriptor);
      one.set(JAVA_SHORT, 4, (short) events);
      long ready = result(state, (int) POLL.invokeExact(state, one, 1L, milliseconds));
      return ready == 1 ? one.get(JAVA_SHORT, 6) : (int) ready;
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  static void close(int descriptor) {
    MemorySegment state = STATE.get();
    try {
      int ignored = (int) CLOSE.invokeExact(state, descriptor);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** Maps a file; or, negated, what went wrong. No address has its highest bit set. */
  static long mmap(long size, int protection, int flags, int descriptor, long offset) {
    MemorySegment state = STATE.get();
    try {
      return result(
          state, (long) MMAP.invokeExact(state, 0L, size, protection, flags, descriptor, offset));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  static void munmap(long address, long size) {
    MemorySegment state = STATE.get();
    try {
      int ignored = (int) MUNMAP.invokeExact(state, address, size);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** A new event counter at zero that no call waits for. */
  static int eventfd() {
    MemorySegment state = STATE.get();
    try {
      return (int) result(state, (int) EVENTFD.invokeExact(state, 0, EFD_CLOEXEC | EFD_NONBLOCK));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** Adds one to an event counter. */
  static long signal(int descriptor) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
      return result(state, (long) WRITE.invokeExact(state, descriptor, one, 8L));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** Takes what an event counter holds; 0 if nothing. */
  static long take(int descriptor) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      long bytes = result(state, (long) READ.invokeExact(state, descriptor, count, 8L));
      return bytes == 8 ? count.get(JAVA_LONG, 0) : 0;
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  private static int fcntl(int descriptor, int command, int argument) {
    MemorySegment state = STATE.get();
    try {
      return (int) result(state, (int) FCNTL.invokeExact(state, descriptor, command, argument));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** Whether nobody can make a file shorter any more. */
  static boolean keepsItsSize(int descriptor) {
    int seals = fcntl(descriptor, F_GET_SEALS, 0);
    return seals >= 0 && (seals & F_SEAL_SHRINK) != 0;
  }

  /** A file of zeros in memory, of a size that stays. */
  static int memoryFile(String name, long bytes) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      int file =
          (int)
              result(
                  state,
                  (int) MEMFD_CREATE.invokeExact(state, text, MFD_CLOEXEC | MFD_ALLOW_SEALING));
      if (file < 0) {
        return file;
      }
      int failed = (int) result(state, (int) FTRUNCATE.invokeExact(state, file, bytes));
      if (failed < 0) {
        close(file);
        return failed;
      }
      fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
      return file;
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** Size of a file; negative where that is not known. */
  static long size(int descriptor) {
    MemorySegment state = STATE.get();
    try {
      return result(state, (long) LSEEK.invokeExact(state, descriptor, 0L, SEEK_END));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }
}
