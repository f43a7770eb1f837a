package dev.zhulong.remote.vfiouser;

import dev.zhulong.hal.transport.DeviceUnavailableException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The other side of the protocol: what a virtual machine monitor asks of a device. */
final class VfioUserClient implements AutoCloseable {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int REPLY_MILLISECONDS = 30_000;

  /** Version, capabilities. */
  private static final String CAPABILITIES =
      "{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":1048576}}";

  private final Wire wire;
  private int nextId;

  /** What the device asks for by messages, by bus address. */
  private final NavigableMap<Long, MemorySegment> answered = new TreeMap<>();

  /**
   * A region.
   *
   * @param bytes its size
   * @param flags what can be done with it
   * @param file descriptor to map it from, the caller's; negative for none
   */
  record Region(long bytes, int flags, int file) {}

  /** Takes a socket over. */
  VfioUserClient(int socket) {
    this.wire = new Wire(socket);
  }

  /**
   * Connects to a server and agrees on the version.
   *
   * @throws DeviceUnavailableException if there is none
   */
  static VfioUserClient connect(String path) {
    if (!SystemCalls.fits(path)) {
      throw new IllegalArgumentException(
          "socket path " + path + " is longer than 107 bytes; use a shorter one");
    }
    int socket = SystemCalls.socket();
    int connected = socket < 0 ? socket : SystemCalls.connect(socket, path);
    if (connected < 0) {
      if (socket >= 0) {
        SystemCalls.close(socket);
      }
      throw new DeviceUnavailableException(
          "no vfio-user device at "
              + path
              + " (error "
              + -connected
              + "); start one with: zl serve --vfio-user "
              + path
              + " --device sim:");
    }
    VfioUserClient client = new VfioUserClient(socket);
    try {
      client.negotiate();
    } catch (DeviceRemovedException e) {
      client.close();
      throw new DeviceUnavailableException(
          "the vfio-user server at " + path + " ended while it was spoken to; start it again", e);
    }
    return client;
  }

  void negotiate() {
    MemorySegment body = wire.body();
    body.set(SHORT, 0, (short) Protocol.MAJOR);
    body.set(SHORT, 2, (short) Protocol.MINOR);
    body.setString(4, CAPABILITIES);
    request(Protocol.VERSION, 4 + CAPABILITIES.length() + 1);
  }

  Wire wire() {
    return wire;
  }

  /** Sends what is in the body, and waits for the reply, which is then the wire's message. */
  MemorySegment request(int command, int bytes, int... descriptors) {
    int id = nextId++ & 0x7fff;
    try {
      wire.send(id, command, Protocol.TYPE_COMMAND, 0, bytes, descriptors);
      do {
        receive(command);
      } while ((wire.flags() & Protocol.TYPE_MASK) != Protocol.TYPE_REPLY || wire.id() != id);
    } catch (DisconnectedException e) {
      throw new DeviceRemovedException(e);
    }
    if ((wire.flags() & Protocol.ERROR) != 0) {
      throw new IllegalStateException(
          "vfio-user: command " + command + " is refused with error " + wire.error());
    }
    return wire.payload();
  }

  private void receive(int command) throws DisconnectedException {
    boolean whole = false;
    while (!whole) {
      if (!wire.ready(REPLY_MILLISECONDS)) {
        throw new DisconnectedException(
            "no reply to command " + command + " for " + REPLY_MILLISECONDS + " ms");
      }
      whole = wire.receive();
      if (whole && (wire.flags() & Protocol.TYPE_MASK) == Protocol.TYPE_COMMAND) {
        answer();
      }
    }
  }

  /** Answers the device, which reads or writes memory that was mapped without a file. */
  private void answer() throws DisconnectedException {
    MemorySegment asked = wire.payload();
    long address = asked.get(LONG, 0);
    long count = asked.get(LONG, 8);
    Map.Entry<Long, MemorySegment> part = answered.floorEntry(address);
    long at = part == null ? 0 : address - part.getKey();
    if (part == null || count > part.getValue().byteSize() - at) {
      wire.send(wire.id(), wire.command(), Protocol.TYPE_REPLY | Protocol.ERROR, Errno.EINVAL, 0);
      return;
    }
    MemorySegment memory = part.getValue().asSlice(at, count);
    MemorySegment body = wire.body();
    body.asSlice(0, 16).copyFrom(asked.asSlice(0, 16));
    boolean reads = wire.command() == Protocol.DMA_READ;
    if (reads) {
      body.asSlice(16).copyFrom(memory);
    } else {
      memory.copyFrom(asked.asSlice(16, count));
    }
    wire.send(wire.id(), wire.command(), Protocol.TYPE_REPLY, 0, 16 + (reads ? (int) count : 0));
  }

  /** Lends the device memory that it reaches by messages, whatever file comes along. */
  void lend(long address, MemorySegment memory, int file) {
    answered.put(address, memory);
    map(address, memory.byteSize(), 0, Protocol.DMA_READABLE | Protocol.DMA_WRITABLE, file);
  }

  /** No longer answers for what was lent at an address. */
  void withhold(long address) {
    answered.remove(address);
  }

  Region region(int index) {
    MemorySegment body = wire.body();
    body.asSlice(0, 32).fill((byte) 0);
    body.set(INT, 0, 32);
    body.set(INT, 8, index);
    MemorySegment reply = request(Protocol.DEVICE_GET_REGION_INFO, 32);
    int file = wire.descriptors() > 0 ? wire.descriptor(0) : -1;
    return new Region(reply.get(LONG, 16), reply.get(INT, 4), file);
  }

  private void access(int region, long offset, int count) {
    MemorySegment body = wire.body();
    body.set(LONG, 0, offset);
    body.set(INT, 8, region);
    body.set(INT, 12, count);
  }

  int read32(int region, long offset) {
    access(region, offset, 4);
    return request(Protocol.REGION_READ, 16).get(INT, 16);
  }

  void write32(int region, long offset, int value) {
    access(region, offset, 4);
    wire.body().set(INT, 16, value);
    request(Protocol.REGION_WRITE, 20);
  }

  /** Fills {@code target} from a region. */
  void read(int region, long offset, MemorySegment target) {
    for (long done = 0; done < target.byteSize(); ) {
      int count = (int) Math.min(Protocol.MOST_DATA, target.byteSize() - done);
      access(region, offset + done, count);
      MemorySegment reply = request(Protocol.REGION_READ, 16);
      MemorySegment.copy(reply, 16, target, done, count);
      done += count;
    }
  }

  /** Writes all of {@code source} to a region. */
  void write(int region, long offset, MemorySegment source) {
    for (long done = 0; done < source.byteSize(); ) {
      int count = (int) Math.min(Protocol.MOST_DATA, source.byteSize() - done);
      access(region, offset + done, count);
      MemorySegment.copy(source, done, wire.body(), 16, count);
      request(Protocol.REGION_WRITE, 16 + count);
      done += count;
    }
  }

  /** Lends the device a part of a file, or with a negative descriptor an address only. */
  void map(long address, long size, long offset, int flags, int file) {
    MemorySegment body = wire.body();
    body.set(INT, 0, 32);
    body.set(INT, 4, flags);
    body.set(LONG, 8, offset);
    body.set(LONG, 16, address);
    body.set(LONG, 24, size);
    if (file < 0) {
      request(Protocol.DMA_MAP, 32);
    } else {
      request(Protocol.DMA_MAP, 32, file);
    }
  }

  void unmap(long address, long size) {
    MemorySegment body = wire.body();
    body.set(INT, 0, 24);
    body.set(INT, 4, 0);
    body.set(LONG, 8, address);
    body.set(LONG, 16, size);
    request(Protocol.DMA_UNMAP, 24);
  }

  /** Has an interrupt reported by an event descriptor. */
  void event(int index, int descriptor) {
    irqs(Protocol.DATA_EVENTFD | Protocol.ACTION_TRIGGER, index, descriptor);
  }

  void irqs(int flags, int index, int... descriptors) {
    MemorySegment body = wire.body();
    body.set(INT, 0, 20);
    body.set(INT, 4, flags);
    body.set(INT, 8, index);
    body.set(INT, 12, 0);
    body.set(INT, 16, 1);
    request(Protocol.DEVICE_SET_IRQS, 20, descriptors);
  }

  void reset() {
    request(Protocol.DEVICE_RESET, 0);
  }

  @Override
  public void close() {
    wire.close();
  }
}
