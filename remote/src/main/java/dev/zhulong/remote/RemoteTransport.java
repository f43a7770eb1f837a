package dev.zhulong.remote;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A device that a server lends. Writes and copies to the device go out without waiting; a wait for
 * the interrupt line brings back all registers that the driver looks at afterwards, so that a
 * launch takes one round trip.
 */
final class RemoteTransport implements Transport {
  /** Bytes of a copy in one frame. */
  private static final int PIECE = 256 << 10;

  /** Questions for memory that are on their way at once. */
  private static final int PIECES_AHEAD = 8;

  /** Frames smaller than this go out together. */
  private static final int BATCH = 32 << 10;

  /** How long the registers of running work are good for. */
  private static final long FRESH_NANOSECONDS = 1_000_000;

  private static final long IDLE_NANOSECONDS = 1_000_000;

  private final Connection connection;
  private final Welcome welcome;
  private final int piece;
  private final ArrayDeque<Integer> console = new ArrayDeque<>();

  /** Registers as the server told them last, or what a launch has made of them. */
  private final Map<Integer, Integer> known = new HashMap<>();

  /** When the known registers are old; for ever without running work. */
  private long knownUntil;

  private boolean still;

  /** Frames that have not been sent. */
  private ByteBuf batch;

  /** Where the frame of register writes in it begins that can take more; -1 for none. */
  private int openFrame = -1;

  private RemoteTransport(Connection connection, Welcome welcome) {
    this.connection = connection;
    this.welcome = welcome;
    this.piece = Math.min(PIECE, welcome.frameLimit() - Frame.HEAD_BYTES - 8);
  }

  /**
   * Connects.
   *
   * @param name the address as given, for messages
   * @param tls null for none
   * @throws dev.zhulong.hal.transport.DeviceUnavailableException if there is no such server, or it
   *     does not want this client
   */
  static RemoteTransport connect(String name, ListenAddress where, SslContext tls, String token) {
    Connection connection = Connection.open(name, where, tls);
    try {
      return new RemoteTransport(connection, connection.greet(token));
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public String description() {
    return "remote " + welcome.description();
  }

  @Override
  public long bufferBase() {
    return welcome.bufferBase();
  }

  // ----------------------------------------------------------------- registers

  @Override
  public int read32(int offset) {
    Integer fixed = welcome.identity().get(offset);
    if (fixed != null) {
      return fixed;
    }
    if (offset == HostRegister.CONSOLE.offset()) {
      if (console.isEmpty()) {
        refresh(offset);
      }
      return console.isEmpty() ? 0 : HostRegister.CONSOLE_VALID | console.remove();
    }
    Integer value = refresh(offset);
    if (value == null) {
      int id = connection.nextId();
      end();
      ByteBuf out = batch(16);
      int start = Frame.begin(out, FrameType.READ_REGISTER, id);
      out.writeIntLE(offset);
      Frame.end(out, start);
      flush();
      Frame answer = connection.answer(FrameType.REGISTER, id);
      try {
        answer.require(4);
        value = answer.payload().readIntLE();
      } finally {
        answer.release();
      }
    }
    if (offset == HostRegister.IRQ_STATUS.offset() && !console.isEmpty()) {
      value |= HostRegister.IRQ_CONSOLE;
    }
    return value;
  }

  /** A register that snapshots hold, after a new one if need be; null for any other register. */
  private Integer refresh(int offset) {
    boolean shown =
        offset == HostRegister.STATUS.offset()
            || offset == HostRegister.IRQ_STATUS.offset()
            || offset >= HostRegister.FAULT_CAUSE.offset()
                && offset < HostRegister.REGION_BASE.offset()
            || offset >= HostRegister.CONSOLE.offset()
                && offset < HostRegister.DEBUG_CONTROL.offset();
    if (!shown) {
      return null;
    }
    boolean fresh = still || System.nanoTime() - knownUntil < 0;
    if (!fresh || !still && !known.containsKey(offset)) {
      await(0, Duration.ZERO);
    }
    return known.get(offset);
  }

  @Override
  public void write32(int offset, int value) {
    if (connection.isLost()) {
      throw connection.gone();
    }
    ByteBuf out = batch(24);
    if (openFrame < 0) {
      openFrame = Frame.begin(out, FrameType.WRITE_REGISTERS, connection.nextId());
    }
    out.writeIntLE(offset).writeIntLE(value);
    if (offset == HostRegister.IRQ_STATUS.offset()) {
      known.computeIfPresent(offset, (key, old) -> old & ~value);
    } else if (offset == HostRegister.CONTROL.offset()) {
      control(value);
      flush();
    }
  }

  private void control(int value) {
    known.clear();
    still = false;
    knownUntil = System.nanoTime();
    if ((value & HostRegister.CONTROL_RESET) != 0) {
      console.clear();
    }
    if (value == HostRegister.CONTROL_LAUNCH) {
      // Nothing has been counted yet: no need to ask.
      known.put(HostRegister.CYCLES.offset(), 0);
      known.put(HostRegister.CYCLES.offset() + 4, 0);
      knownUntil += FRESH_NANOSECONDS;
    }
  }

  // --------------------------------------------------------------------- memory

  @Override
  public void copyIn(long address, MemorySegment source) {
    if (connection.isLost()) {
      throw connection.gone();
    }
    long bytes = source.byteSize();
    for (long done = 0; done < bytes; done += piece) {
      int count = (int) Math.min(piece, bytes - done);
      end();
      ByteBuf out = batch(Frame.LENGTH_BYTES + Frame.HEAD_BYTES + 8 + count);
      int start = Frame.begin(out, FrameType.WRITE_MEMORY, connection.nextId());
      out.writeLongLE(address + done);
      MemorySegment.copy(
          source, done, MemorySegment.ofBuffer(out.nioBuffer(out.writerIndex(), count)), 0, count);
      out.writerIndex(out.writerIndex() + count);
      Frame.end(out, start);
      if (out.readableBytes() >= BATCH) {
        flush();
      }
    }
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    long bytes = target.byteSize();
    ArrayDeque<Integer> asked = new ArrayDeque<>();
    long asking = 0;
    for (long done = 0; done < bytes; done += piece) {
      while (asking < bytes && asked.size() < PIECES_AHEAD) {
        int count = (int) Math.min(piece, bytes - asking);
        int id = connection.nextId();
        end();
        ByteBuf out = batch(32);
        int start = Frame.begin(out, FrameType.READ_MEMORY, id);
        out.writeLongLE(address + asking).writeIntLE(count);
        Frame.end(out, start);
        asked.add(id);
        asking += count;
      }
      flush();
      int count = (int) Math.min(piece, bytes - done);
      Frame answer;
      try {
        answer = connection.answer(FrameType.MEMORY, asked.remove());
      } catch (IllegalArgumentException e) {
        connection.abandon(asked);
        throw e;
      }
      try {
        answer.require(count);
        ByteBuf in = answer.payload();
        MemorySegment.copy(
            MemorySegment.ofBuffer(in.nioBuffer(in.readerIndex(), count)), 0, target, done, count);
      } finally {
        answer.release();
      }
    }
  }

  // ---------------------------------------------------------------------- waits

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    Snapshot snapshot = await(maxCycles, timeout);
    if (!snapshot.interrupt() && still) {
      // No interrupt can come; a caller that waits all the same shall not burn a processor.
      LockSupport.parkNanos(Math.min(IDLE_NANOSECONDS, timeout.toNanos()));
    }
    return snapshot.interrupt();
  }

  private Snapshot await(long maxCycles, Duration timeout) {
    int id = connection.nextId();
    end();
    ByteBuf out = batch(32);
    int start = Frame.begin(out, FrameType.WAIT, id);
    out.writeLongLE(maxCycles).writeLongLE(timeout.toNanos());
    Frame.end(out, start);
    flush();
    Frame answer = connection.answer(FrameType.SNAPSHOT, id);
    Snapshot snapshot;
    try {
      snapshot = Snapshot.read(answer);
    } finally {
      answer.release();
    }
    known.clear();
    known.putAll(snapshot.registers());
    int interrupts = known.getOrDefault(HostRegister.IRQ_STATUS.offset(), 0);
    known.put(HostRegister.IRQ_STATUS.offset(), interrupts & ~HostRegister.IRQ_CONSOLE);
    int status = known.getOrDefault(HostRegister.STATUS.offset(), 0);
    still = (status & HostRegister.STATUS_BUSY) == 0;
    knownUntil = System.nanoTime() + FRESH_NANOSECONDS;
    for (int word : snapshot.console()) {
      console.add(word);
    }
    return snapshot;
  }

  // --------------------------------------------------------------------- frames

  /** The buffer that is sent next, with room for so many bytes. */
  private ByteBuf batch(int bytes) {
    if (batch == null) {
      batch = connection.buffer(Math.max(bytes, 1024));
    }
    batch.ensureWritable(bytes);
    return batch;
  }

  /** Ends the frame of register writes that could take more. */
  private void end() {
    if (openFrame >= 0) {
      Frame.end(batch, openFrame);
      openFrame = -1;
    }
  }

  private void flush() {
    end();
    if (batch != null) {
      ByteBuf out = batch;
      batch = null;
      connection.send(out);
    }
  }

  /** Ends the connection in the middle of whatever it is at; by another thread. */
  void cut() {
    connection.cut();
  }

  @Override
  public void close() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
    connection.close();
  }
}
