package dev.zhulong.remote.vfiouser;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.HostBus;
import dev.zhulong.hal.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Random messages against a server in the same process: sensible ones, sensible ones with damage,
 * sizes that lie, descriptors of every kind where none or others belong, and sessions that end in
 * the middle of a message. The server must answer, refuse or hang up, and keep nothing.
 */
public final class ProtocolFuzz {
  private static final int SESSION_MESSAGES = 1500;
  private static final int MESSAGES_PER_LOOK = 16;
  private static final int HANG_MILLISECONDS = 20_000;
  private static final int MOST_PAYLOAD = 4096;
  private static final int FILE_BYTES = 1 << 20;

  /** A session sees only the first part of device memory, so that the test stays small. */
  private static final int MEMORY_BYTES = 1 << 20;

  private static final int LOOK_ID = 0x7abc;

  private static final long[] INTERESTING = {
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    16,
    63,
    64,
    4095,
    4096,
    4097,
    8192,
    0xffff,
    0x10000,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_ffffL,
    0x1_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -4096,
    -64
  };

  private final Transport device;
  private final HostBus bus;
  private final OptionalInt memoryFile;
  private final SplittableRandom random;
  private final int[] files = new int[4];
  private long messages;
  private long sessions;
  private long answered;
  private long refused;

  /**
   * What came of it.
   *
   * @param messages sent
   * @param sessions begun
   * @param answered replies without an error
   * @param refused replies with one
   * @param descriptors open ones more at the end than after the first sessions
   * @param mappings of the process's address space, likewise
   * @param heapBytes likewise, after a collection
   */
  public record Summary(
      long messages,
      long sessions,
      long answered,
      long refused,
      long descriptors,
      long mappings,
      long heapBytes) {}

  private ProtocolFuzz(Transport device, long seed) {
    this.device = device;
    this.bus = device.hostBus().orElseThrow();
    this.memoryFile = device.shareMemory();
    this.random = new SplittableRandom(seed);
  }

  /**
   * Sends messages.
   *
   * @param device a simulated one, not used before
   * @throws IllegalStateException if the server hangs, ends with an exception, or hangs up on a
   *     client whose messages had the size that they said
   */
  public static Summary run(Transport device, long count, long seed) {
    return new ProtocolFuzz(device, seed).run(count);
  }

  private Summary run(long count) {
    int[] pair = SystemCalls.socketPair();
    files[0] = SystemCalls.memoryFile("fuzz", FILE_BYTES);
    files[1] = SystemCalls.eventfd();
    files[2] = pair[0];
    files[3] = pair[1];
    try {
      // What is loaded and allocated once belongs to the begin.
      for (int i = 0; i < 3 && messages < count; i++) {
        session(count);
      }
      long descriptors = entries("/proc/self/fd");
      long mappings = mappings();
      long heap = heap();
      while (messages < count) {
        session(count);
      }
      return new Summary(
          messages,
          sessions,
          answered,
          refused,
          entries("/proc/self/fd") - descriptors,
          mappings() - mappings,
          heap() - heap);
    } finally {
      for (int file : files) {
        SystemCalls.close(file);
      }
    }
  }

  private static long entries(String folder) {
    try (Stream<Path> all = Files.list(Path.of(folder))) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long mappings() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("memfd:")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void session(long count) {
    sessions++;
    long last = Math.min(count, messages + 1 + random.nextInt(SESSION_MESSAGES));
    int[] pair = SystemCalls.socketPair();
    FutureTask<String> serving =
        new FutureTask<>(() -> VfioUserServer.serve(pair[1], device, bus, memoryFile, () -> false));
    Thread thread = new Thread(serving, "vfio-user fuzz");
    thread.setDaemon(true);
    thread.start();
    try (Wire wire = new Wire(pair[0])) {
      boolean negotiated = random.nextInt(20) != 0;
      if (negotiated) {
        send(wire, Protocol.VERSION, new byte[4], 0);
      }
      while (messages < last && talk(wire, negotiated)) {
        if (messages % MESSAGES_PER_LOOK == 0 && negotiated) {
          look(wire);
        }
      }
      // Leave in the middle of a message, or behind one.
    } catch (DisconnectedException e) {
      throw new IllegalStateException(
          "session " + sessions + " was ended by the server after message " + messages, e);
    }
    try {
      serving.get(HANG_MILLISECONDS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "session " + sessions + " ended the server after message " + messages, e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "session " + sessions + " hangs after message " + messages, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Sends a message; gives whether the session can go on. */
  private boolean talk(Wire wire, boolean negotiated) throws DisconnectedException {
    messages++;
    drain(wire);
    int kind = random.nextInt(1000);
    if (kind < 2) {
      // A size that lies: the server hangs up, or waits for more.
      byte[] message = framed(random.nextInt(20), payload(random.nextInt(20)), 0);
      ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(4, random.nextInt());
      sendBytes(wire, message);
      return false;
    }
    if (kind < 4) {
      byte[] message = framed(random.nextInt(20), payload(random.nextInt(20)), 0);
      sendBytes(wire, Arrays.copyOf(message, random.nextInt(message.length)));
      return false;
    }
    int command = negotiated && random.nextInt(8) != 0 ? 2 + random.nextInt(12) : any();
    if (command == Protocol.VERSION) {
      // Another version ends the session rightly.
      send(wire, command, new byte[] {0, 0, 0, 0, 1}, 0);
      return true;
    }
    byte[] payload = payload(command);
    if (random.nextInt(4) == 0) {
      for (int i = random.nextInt(4); i >= 0 && payload.length > 0; i--) {
        payload[random.nextInt(payload.length)] = (byte) random.nextInt();
      }
    }
    if (random.nextInt(12) == 0) {
      payload = Arrays.copyOf(payload, random.nextInt(payload.length + 64));
    }
    int flags = random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(8) == 0 ? 16 : 0;
    send(wire, command, bounded(command, payload), flags);
    return true;
  }

  private int any() {
    return random.nextInt(4) == 0 ? random.nextInt(65_536) : random.nextInt(20);
  }

  /** Keeps accesses of device memory, and those that touch it by mistake, within its begin. */
  private static byte[] bounded(int command, byte[] payload) {
    if (command == Protocol.REGION_WRITE && payload.length >= 12) {
      ByteBuffer buffer = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
      if (buffer.getInt(8) == Protocol.BAR2 && buffer.getLong(0) < 1L << 32) {
        buffer.putLong(0, buffer.getLong(0) & MEMORY_BYTES - 1);
      }
    }
    return payload;
  }

  private void send(Wire wire, int command, byte[] payload, int flags)
      throws DisconnectedException {
    sendBytes(wire, framed(command, payload, flags));
  }

  private void sendBytes(Wire wire, byte[] message) throws DisconnectedException {
    int count = random.nextInt(3) != 0 ? 0 : random.nextInt(10) == 0 ? 20 : 1 + random.nextInt(2);
    int[] descriptors = new int[message.length == 0 ? 0 : Math.min(count, 16)];
    for (int i = 0; i < descriptors.length; i++) {
      descriptors[i] = files[random.nextInt(files.length)];
    }
    if (message.length > 0) {
      wire.sendRaw(message, descriptors);
    }
  }

  private byte[] framed(int command, byte[] payload, int flags) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Protocol.HEADER_BYTES + payload.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putShort((short) messages).putShort((short) command).putInt(buffer.capacity());
    buffer.putInt(flags).putInt(0).put(payload);
    return buffer.array();
  }

  private long number() {
    return switch (random.nextInt(3)) {
      case 0 -> INTERESTING[random.nextInt(INTERESTING.length)];
      case 1 -> random.nextInt(16) * 4096L;
      default -> random.nextInt(256);
    };
  }

  private byte[] payload(int command) {
    ByteBuffer buffer = ByteBuffer.allocate(32 + MOST_PAYLOAD).order(ByteOrder.LITTLE_ENDIAN);
    switch (command) {
      case Protocol.DMA_MAP ->
          buffer
              .putInt(32)
              .putInt(random.nextInt(5))
              .putLong(random.nextInt(3) * 4096L)
              .putLong(number())
              .putLong(number());
      case Protocol.DMA_UNMAP ->
          buffer.putInt(24).putInt(random.nextInt(3)).putLong(number()).putLong(number());
      case Protocol.DEVICE_SET_IRQS ->
          buffer
              .putInt(20)
              .putInt(1 << random.nextInt(3) | 8 << random.nextInt(3))
              .putInt(random.nextInt(6))
              .putInt(random.nextInt(2))
              .putInt(random.nextInt(3))
              .put((byte) random.nextInt(2));
      case Protocol.REGION_READ, Protocol.REGION_WRITE -> {
        int region = random.nextInt(10);
        int count = random.nextInt(4) == 0 ? (int) number() : 4 * (1 + random.nextInt(4));
        long offset = random.nextInt(4) == 0 ? number() : random.nextInt(0x400) * 4L;
        buffer.putLong(offset).putInt(region).putInt(count);
        if (command == Protocol.REGION_WRITE) {
          int bytes = count < 0 || count > MOST_PAYLOAD ? random.nextInt(64) : count;
          for (int i = 0; i < bytes; i++) {
            buffer.put((byte) (random.nextInt(3) == 0 ? random.nextInt() : 0));
          }
        }
      }
      case Protocol.DEVICE_RESET -> {}
      default -> buffer.putInt((int) number()).putInt(0).putInt(random.nextInt(12)).putInt(0);
    }
    if (command == Protocol.DEVICE_GET_REGION_INFO) {
      buffer.putLong(0).putLong(0);
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** Takes the replies that are there. */
  private void drain(Wire wire) throws DisconnectedException {
    while (wire.receive()) {
      count(wire);
    }
  }

  private void count(Wire wire) {
    if ((wire.flags() & Protocol.ERROR) != 0) {
      refused++;
    } else {
      answered++;
    }
  }

  /** Asks for the device's identity, which must be what it is. */
  private void look(Wire wire) throws DisconnectedException {
    ByteBuffer ask = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    ask.putShort((short) LOOK_ID).putShort((short) Protocol.REGION_READ).putInt(32);
    ask.putInt(0).putInt(0).putLong(HostRegister.ID.offset()).putInt(Protocol.BAR0).putInt(4);
    wire.sendRaw(ask.array());
    long deadline = System.nanoTime() + HANG_MILLISECONDS * 1_000_000L;
    while (true) {
      if (wire.receive()) {
        count(wire);
        if (wire.id() == LOOK_ID && wire.payload().byteSize() == 20) {
          int identity = wire.payload().get(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 16);
          if (identity != HostRegister.ID_VALUE) {
            throw new IllegalStateException(
                "after message " + messages + " the identity reads " + identity);
          }
          return;
        }
      } else if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("no answer after message " + messages);
      } else {
        wire.ready(100);
      }
    }
  }
}
