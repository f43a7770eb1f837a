package dev.zhulong.remote.vfiouser;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A socket with whole messages and the descriptors that come along. It holds one message that has
 * arrived, which is valid until the next one is asked for, and one that is being made. One thread
 * at a time.
 */
final class Wire implements AutoCloseable {
  private static final int SEND_SECONDS = 10;

  /** Room for more descriptors than are allowed, so that one too many is told from none. */
  private static final int DESCRIPTOR_ROOM = 2 * Protocol.MOST_DESCRIPTORS;

  private static final long CONTROL_BYTES = 16 + 4L * DESCRIPTOR_ROOM;

  private final int socket;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment in = arena.allocate(Protocol.MOST_BYTES, 8);
  private final MemorySegment out = arena.allocate(Protocol.MOST_BYTES, 8);
  private final MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
  private final MemorySegment vector = arena.allocate(SystemCalls.IOVEC);
  private final MemorySegment header = arena.allocate(SystemCalls.MSGHDR);
  private final int[] descriptors = new int[DESCRIPTOR_ROOM];
  private int descriptorCount;
  private int have;
  private int need = Protocol.HEADER_BYTES;

  /** Takes a socket over. */
  Wire(int socket) {
    this.socket = socket;
    SystemCalls.sendTimeout(socket, SEND_SECONDS);
    header.set(ADDRESS, 16, vector);
    header.set(JAVA_LONG, 24, 1);
  }

  // ---------------------------------------------------------------- what arrives

  /**
   * Waits until there is something to receive.
   *
   * @param milliseconds 0 for a look
   */
  boolean ready(int milliseconds) {
    return SystemCalls.poll(socket, SystemCalls.POLLIN, milliseconds) > 0;
  }

  /**
   * Takes what has arrived, without waiting, and forgets the message before.
   *
   * @return whether that makes a whole message
   * @throws DisconnectedException if nothing more can come, or a size is impossible
   */
  boolean receive() throws DisconnectedException {
    if (have == need) {
      closeDescriptors();
      have = 0;
      need = Protocol.HEADER_BYTES;
    }
    while (have < need) {
      vector.set(ADDRESS, 0, in.asSlice(have));
      vector.set(JAVA_LONG, 8, need - have);
      header.set(ADDRESS, 32, control);
      header.set(JAVA_LONG, 40, CONTROL_BYTES);
      header.set(JAVA_INT, 48, 0);
      long count =
          SystemCalls.recvmsg(
              socket, header, SystemCalls.MSG_DONTWAIT | SystemCalls.MSG_CMSG_CLOEXEC);
      if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
        return false;
      }
      if (count <= 0) {
        throw new DisconnectedException(count == 0 ? "the client has gone" : "error " + -count);
      }
      takeDescriptors();
      have += (int) count;
      if (have == Protocol.HEADER_BYTES && need == Protocol.HEADER_BYTES) {
        int size = size();
        if (size < Protocol.HEADER_BYTES || size > Protocol.MOST_BYTES) {
          throw new DisconnectedException(
              "a message of " + Integer.toUnsignedLong(size) + " bytes");
        }
        need = size;
      }
    }
    return true;
  }

  private void takeDescriptors() {
    long length = header.get(JAVA_LONG, 40);
    if (length < 16 || control.get(JAVA_INT, 12) != SystemCalls.SCM_RIGHTS) {
      return;
    }
    int count = (int) (control.get(JAVA_LONG, 0) - 16) / 4;
    for (int i = 0; i < count; i++) {
      int descriptor = control.get(JAVA_INT, 16 + 4L * i);
      if (descriptorCount < DESCRIPTOR_ROOM) {
        descriptors[descriptorCount++] = descriptor;
      } else {
        SystemCalls.close(descriptor);
      }
    }
  }

  private void closeDescriptors() {
    for (int i = 0; i < descriptorCount; i++) {
      if (descriptors[i] >= 0) {
        SystemCalls.close(descriptors[i]);
      }
    }
    descriptorCount = 0;
  }

  int id() {
    return in.get(JAVA_SHORT, 0);
  }

  int command() {
    return in.get(JAVA_SHORT, 2) & 0xffff;
  }

  private int size() {
    return in.get(JAVA_INT, 4);
  }

  int flags() {
    return in.get(JAVA_INT, 8);
  }

  int error() {
    return in.get(JAVA_INT, 12);
  }

  /** What follows the header. */
  MemorySegment payload() {
    return in.asSlice(Protocol.HEADER_BYTES, need - Protocol.HEADER_BYTES);
  }

  int descriptors() {
    return descriptorCount;
  }

  /** Gives a descriptor to the caller, who closes it; the others are closed with the message. */
  int descriptor(int index) {
    int descriptor = descriptors[index];
    descriptors[index] = -1;
    return descriptor;
  }

  // ---------------------------------------------------------------- what is sent

  /** Where the next message's payload is made. */
  MemorySegment body() {
    return out.asSlice(Protocol.HEADER_BYTES);
  }

  /**
   * Sends a message.
   *
   * @param bytes of {@link #body}
   * @param sent descriptors that go along and stay the caller's
   */
  void send(int id, int command, int flags, int error, int bytes, int... sent)
      throws DisconnectedException {
    out.set(JAVA_SHORT, 0, (short) id);
    out.set(JAVA_SHORT, 2, (short) command);
    out.set(JAVA_INT, 4, Protocol.HEADER_BYTES + bytes);
    out.set(JAVA_INT, 8, flags);
    out.set(JAVA_INT, 12, error);
    sendBytes(Protocol.HEADER_BYTES + bytes, sent);
  }

  /** Sends what {@code bytes} hold, whatever that is. */
  void sendRaw(byte[] bytes, int... sent) throws DisconnectedException {
    MemorySegment.copy(bytes, 0, out, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
    sendBytes(bytes.length, sent);
  }

  private void sendBytes(int total, int... sent) throws DisconnectedException {
    for (int done = 0; done < total; ) {
      vector.set(ADDRESS, 0, out.asSlice(done));
      vector.set(JAVA_LONG, 8, total - done);
      boolean first = done == 0 && sent.length > 0;
      header.set(ADDRESS, 32, first ? control : MemorySegment.NULL);
      header.set(JAVA_LONG, 40, first ? 16 + (sent.length + 1L) / 2 * 8 : 0);
      header.set(JAVA_INT, 48, 0);
      if (first) {
        control.set(JAVA_LONG, 0, 16 + 4L * sent.length);
        control.set(JAVA_INT, 8, SystemCalls.SOL_SOCKET);
        control.set(JAVA_INT, 12, SystemCalls.SCM_RIGHTS);
        for (int i = 0; i < sent.length; i++) {
          control.set(JAVA_INT_UNALIGNED, 16 + 4L * i, sent[i]);
        }
      }
      long count = SystemCalls.sendmsg(socket, header, SystemCalls.MSG_NOSIGNAL);
      if (count == -Errno.EINTR) {
        continue;
      }
      if (count < 0) {
        throw new DisconnectedException(
            count == -Errno.EAGAIN
                ? "the client takes no message for " + SEND_SECONDS + " seconds"
                : "sending ended with error " + -count);
      }
      done += (int) count;
    }
  }

  @Override
  public void close() {
    closeDescriptors();
    SystemCalls.close(socket);
    arena.close();
  }
}
