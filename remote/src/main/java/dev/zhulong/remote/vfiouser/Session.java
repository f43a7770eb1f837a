package dev.zhulong.remote.vfiouser;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/**
 * One client: answers its messages and lets the device work in between. Everything is done by the
 * calling thread, so that the device needs no locks.
 */
final class Session {
  private static final System.Logger LOG = System.getLogger(Session.class.getName());

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int IDLE_MILLISECONDS = 200;
  private static final int REGION_HEADER = 16;
  private static final int DMA_HEADER = 16;

  private static final String CAPABILITIES =
      "{\"capabilities\":{\"max_msg_fds\":"
          + Protocol.MOST_DESCRIPTORS
          + ",\"max_data_xfer_size\":"
          + Protocol.MOST_DATA
          + ",\"pgsizes\":"
          + Protocol.PAGE
          + ",\"max_dma_maps\":"
          + Protocol.MOST_MAPS
          + "}}";

  private final Wire wire;
  private final PciDevice device;
  private boolean negotiated;

  /** What the client has been asked for and has not answered, or null. */
  private DmaRequest asked;

  private int askedId;

  /** Descriptor that the reply takes along; stays the device's. */
  private OptionalInt sent = OptionalInt.empty();

  Session(Wire wire, PciDevice device) {
    this.wire = wire;
    this.device = device;
  }

  /**
   * Serves until the client goes.
   *
   * @param stopped looked at a few times a second
   * @return why it ended
   */
  String serve(BooleanSupplier stopped) {
    try {
      while (!stopped.getAsBoolean()) {
        ask();
        boolean active = device.registers().active();
        if (wire.ready(active ? 0 : IDLE_MILLISECONDS)) {
          if (wire.receive()) {
            answer();
          }
        } else if (active) {
          device.registers().slice();
        }
      }
      return "the server was stopped";
    } catch (DisconnectedException e) {
      return e.getMessage();
    }
  }

  /** Sends what the device needs of memory that only messages reach. */
  private void ask() throws DisconnectedException {
    DmaRequest request = device.registers().request();
    if (request == null) {
      return;
    }
    asked = request;
    askedId = askedId + 1 & 0x7fff;
    MemorySegment body = wire.body();
    body.set(LONG, 0, request.address());
    body.set(LONG, 8, request.bytes().byteSize());
    if (request.write()) {
      body.asSlice(DMA_HEADER).copyFrom(request.bytes());
      wire.send(askedId, Protocol.DMA_WRITE, 0, 0, DMA_HEADER + (int) request.bytes().byteSize());
    } else {
      wire.send(askedId, Protocol.DMA_READ, 0, 0, DMA_HEADER);
    }
  }

  private void takeReply() {
    if (asked == null || wire.id() != askedId) {
      LOG.log(System.Logger.Level.DEBUG, "a reply to nothing, message id {0}", wire.id());
      return;
    }
    long count = asked.write() ? 0 : asked.bytes().byteSize();
    boolean right =
        (wire.flags() & Protocol.ERROR) == 0
            && (asked.write() || wire.payload().byteSize() == DMA_HEADER + count);
    asked = null;
    MemorySegment data = wire.payload();
    device.registers().answer(right ? data.asSlice(data.byteSize() - count) : null);
  }

  private void answer() throws DisconnectedException {
    int id = wire.id();
    int command = wire.command();
    int flags = wire.flags();
    if ((flags & Protocol.TYPE_MASK) != Protocol.TYPE_COMMAND) {
      takeReply();
      return;
    }
    boolean wanted = (flags & Protocol.NO_REPLY) == 0;
    try {
      sent = OptionalInt.empty();
      int bytes = carryOut(command, wire.payload(), wire.body());
      if (wanted) {
        if (sent.isPresent()) {
          wire.send(id, command, Protocol.TYPE_REPLY, 0, bytes, sent.getAsInt());
        } else {
          wire.send(id, command, Protocol.TYPE_REPLY, 0, bytes);
        }
      }
    } catch (RefusalException e) {
      LOG.log(System.Logger.Level.DEBUG, "command {0} is refused: {1}", command, e.getMessage());
      if (wanted) {
        wire.send(id, command, Protocol.TYPE_REPLY | Protocol.ERROR, e.errno(), 0);
      }
    }
  }

  /** Does what a command asks for and makes its reply; gives the reply's bytes. */
  private int carryOut(int command, MemorySegment in, MemorySegment out)
      throws RefusalException, DisconnectedException {
    if (!negotiated && command != Protocol.VERSION) {
      throw new RefusalException(Errno.EINVAL, "the version comes first");
    }
    return switch (command) {
      case Protocol.VERSION -> version(in, out);
      case Protocol.DMA_MAP -> map(in);
      case Protocol.DMA_UNMAP -> unmap(in, out);
      case Protocol.DEVICE_GET_INFO -> info(in, out);
      case Protocol.DEVICE_GET_REGION_INFO -> regionInfo(in, out);
      case Protocol.DEVICE_GET_IRQ_INFO -> irqInfo(in, out);
      case Protocol.DEVICE_SET_IRQS -> setIrqs(in);
      case Protocol.REGION_READ -> read(in, out);
      case Protocol.REGION_WRITE -> write(in, out);
      case Protocol.DEVICE_RESET -> {
        device.reset();
        yield 0;
      }
      default -> throw new RefusalException(Errno.ENOSYS, "there is no such command");
    };
  }

  private static void require(boolean condition, String otherwise) throws RefusalException {
    if (!condition) {
      throw new RefusalException(Errno.EINVAL, otherwise);
    }
  }

  private static void requireBytes(MemorySegment in, int bytes) throws RefusalException {
    require(in.byteSize() >= bytes, "the message is too short");
  }

  private static void requireRoom(MemorySegment in, int bytes) throws RefusalException {
    requireBytes(in, Math.min(bytes, 16));
    require(Integer.compareUnsigned(in.get(INT, 0), bytes) >= 0, "argsz is too small");
  }

  private int version(MemorySegment in, MemorySegment out)
      throws RefusalException, DisconnectedException {
    requireBytes(in, 4);
    require(!negotiated, "the version is agreed on already");
    int major = in.get(SHORT, 0) & 0xffff;
    int minor = in.get(SHORT, 2) & 0xffff;
    if (major != Protocol.MAJOR) {
      throw new DisconnectedException(
          "the client speaks version "
              + major
              + "."
              + minor
              + ", this is "
              + Protocol.MAJOR
              + ".x");
    }
    long text = in.byteSize() - 4;
    require(
        text == 0 || in.get(ValueLayout.JAVA_BYTE, in.byteSize() - 1) == 0,
        "the capabilities have no end");
    negotiated = true;
    out.set(SHORT, 0, (short) Protocol.MAJOR);
    out.set(SHORT, 2, (short) Math.min(minor, Protocol.MINOR));
    out.setString(4, CAPABILITIES);
    return 4 + CAPABILITIES.length() + 1;
  }

  private int map(MemorySegment in) throws RefusalException {
    requireBytes(in, 32);
    require(wire.descriptors() <= 1, "a map has one descriptor at most");
    boolean file = wire.descriptors() == 1;
    int descriptor = file ? wire.descriptor(0) : -1;
    try {
      device
          .memory()
          .map(in.get(LONG, 16), in.get(LONG, 24), in.get(LONG, 8), in.get(INT, 4), descriptor);
    } finally {
      if (file) {
        SystemCalls.close(descriptor);
      }
    }
    return 0;
  }

  private int unmap(MemorySegment in, MemorySegment out) throws RefusalException {
    requireBytes(in, 24);
    int flags = in.get(INT, 4);
    long bytes;
    if (flags == Protocol.UNMAP_ALL) {
      bytes = device.memory().unmapAll();
    } else {
      require(flags == 0, "no pages are tracked");
      bytes = device.memory().unmap(in.get(LONG, 8), in.get(LONG, 16));
    }
    out.copyFrom(in.asSlice(0, 24));
    out.set(LONG, 16, bytes);
    return 24;
  }

  private static int info(MemorySegment in, MemorySegment out) throws RefusalException {
    requireRoom(in, 16);
    out.set(INT, 0, 16);
    out.set(INT, 4, Protocol.DEVICE_RESETTABLE | Protocol.DEVICE_PCI);
    out.set(INT, 8, Protocol.REGIONS);
    out.set(INT, 12, Protocol.IRQS);
    return 16;
  }

  private int regionInfo(MemorySegment in, MemorySegment out) throws RefusalException {
    requireRoom(in, 32);
    int region = in.get(INT, 8);
    require(region >= 0 && region < Protocol.REGIONS, "there is no such region");
    long bytes = device.regionBytes(region);
    sent = device.regionFile(region);
    out.set(INT, 0, 32);
    out.set(
        INT,
        4,
        bytes == 0
            ? 0
            : Protocol.REGION_READABLE
                | Protocol.REGION_WRITABLE
                | (sent.isPresent() ? Protocol.REGION_MAPPABLE : 0));
    out.set(INT, 8, region);
    out.set(INT, 12, 0);
    out.set(LONG, 16, bytes);
    out.set(LONG, 24, 0);
    return 32;
  }

  private static int irqInfo(MemorySegment in, MemorySegment out) throws RefusalException {
    requireRoom(in, 16);
    int index = in.get(INT, 8);
    require(index >= 0 && index < Protocol.IRQS, "there is no such interrupt");
    out.set(INT, 0, 16);
    out.set(INT, 4, Interrupts.flags(index));
    out.set(INT, 8, index);
    out.set(INT, 12, Interrupts.count(index));
    return 16;
  }

  private int setIrqs(MemorySegment in) throws RefusalException {
    requireBytes(in, 20);
    int flags = in.get(INT, 4);
    int index = in.get(INT, 8);
    int start = in.get(INT, 12);
    int count = in.get(INT, 16);
    require(index >= 0 && index < Protocol.IRQS, "there is no such interrupt");
    int most = Interrupts.count(index);
    require(
        start >= 0 && count >= 0 && start <= most && count <= most - start,
        "there are not so many interrupts");
    int data = flags & (Protocol.DATA_NONE | Protocol.DATA_BOOL | Protocol.DATA_EVENTFD);
    int action = flags & ~data;
    Interrupts interrupts = device.interrupts();
    if (count == 0) {
      require(
          data == Protocol.DATA_NONE && action == Protocol.ACTION_TRIGGER,
          "no interrupts are named");
      if (most > 0) {
        interrupts.assign(index, -1);
      }
      return 0;
    }
    // From here on there is exactly one.
    boolean chosen;
    switch (data) {
      case Protocol.DATA_NONE -> chosen = true;
      case Protocol.DATA_BOOL -> {
        requireBytes(in, 21);
        chosen = in.get(ValueLayout.JAVA_BYTE, 20) != 0;
      }
      case Protocol.DATA_EVENTFD -> {
        require(
            action == Protocol.ACTION_TRIGGER && wire.descriptors() <= 1,
            "one descriptor an interrupt, to trigger it");
        interrupts.assign(index, wire.descriptors() == 0 ? -1 : wire.descriptor(0));
        return 0;
      }
      default -> throw new RefusalException(Errno.EINVAL, "flags 0x" + Integer.toHexString(flags));
    }
    if (action == Protocol.ACTION_TRIGGER) {
      if (chosen) {
        interrupts.fire(index);
      }
      return 0;
    }
    require(
        index == Protocol.INTX
            && (action == Protocol.ACTION_MASK || action == Protocol.ACTION_UNMASK),
        "only the pin can be masked");
    if (chosen) {
      interrupts.mask(action == Protocol.ACTION_MASK);
    }
    return 0;
  }

  private static int count(MemorySegment in) throws RefusalException {
    requireBytes(in, REGION_HEADER);
    int count = in.get(INT, 12);
    if (count < 0 || count > Protocol.MOST_DATA) {
      throw new RefusalException(
          Errno.E2BIG, Integer.toUnsignedLong(count) + " bytes, at most " + Protocol.MOST_DATA);
    }
    return count;
  }

  private int read(MemorySegment in, MemorySegment out) throws RefusalException {
    int count = count(in);
    device.read(in.get(INT, 8), in.get(LONG, 0), out.asSlice(REGION_HEADER, count));
    out.asSlice(0, REGION_HEADER).copyFrom(in.asSlice(0, REGION_HEADER));
    return REGION_HEADER + count;
  }

  private int write(MemorySegment in, MemorySegment out) throws RefusalException {
    int count = count(in);
    require(in.byteSize() - REGION_HEADER >= count, "the message has fewer bytes");
    device.write(in.get(INT, 8), in.get(LONG, 0), in.asSlice(REGION_HEADER, count));
    out.asSlice(0, REGION_HEADER).copyFrom(in.asSlice(0, REGION_HEADER));
    return REGION_HEADER;
  }
}
