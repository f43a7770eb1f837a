package dev.zhulong.remote;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random messages against a server in the same process and thread: sensible ones, sensible ones
 * with damage, lengths that lie, and bytes; before and after a client is known; in pieces of any
 * size. The server must answer, refuse or hang up, keep nothing, and leave a client alone that
 * behaves.
 */
public final class ProtocolFuzz {
  private static final String TOKEN = "a token of the fuzzer's";
  private static final int SESSION_MESSAGES = 400;
  private static final int LOOK_EVERY = 2000;
  private static final int MOST_TURNS = 20_000;
  private static final int MOST_BYTES = 2048;
  private static final int WITNESS_BYTES = 4096;

  private static final ServerOptions OPTIONS =
      ServerOptions.DEFAULT
          .withClients(3)
          .withClientMemory(1 << 20)
          .withLaunchLimits(Duration.ofSeconds(1), 2_000);

  private static final long[] INTERESTING = {
    0,
    1,
    3,
    4,
    8,
    0x40,
    0x80,
    0xffff,
    MemoryMap.BUFFERS,
    1 << 20,
    (1 << 20) - 1,
    2 << 20,
    (3 << 20) - 4,
    0x7fff_ffffL,
    MemoryMap.PROGRAM,
    MemoryMap.PROGRAM + 0xfffc,
    MemoryMap.PROGRAM + (16 << 20),
    MemoryMap.LOCAL,
    MemoryMap.END,
    Integer.MAX_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -4
  };

  /** Programs that end, that do not, that print, and that fault. */
  private static final byte[][] PROGRAMS = {
    text("tmc zero"),
    text("1: j 1b"),
    text("li t0, 0x40\n sb t0, 0(t0)\n tmc zero"),
    text("csrr t0, mscratch\n sw t0, 0(t0)\n tmc zero"),
    text(".word 0")
  };

  private final SplittableRandom random;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private final DeviceLoop loop;
  private final byte[] pattern = new byte[WITNESS_BYTES];
  private final Session witness;
  private final long witnessBase;

  private long messages;
  private long sessions;
  private long answers;
  private long refusals;

  /**
   * What came of it.
   *
   * @param messages sent
   * @param sessions begun
   * @param answers frames of the server's but for those that refuse
   * @param refusals frames that say what was wrong
   * @param bufferBytes network buffers that nobody has released
   * @param heapBytes heap in use at the end, more than after the first tenth
   */
  public record Summary(
      long messages,
      long sessions,
      long answers,
      long refusals,
      long bufferBytes,
      long heapBytes) {}

  private ProtocolFuzz(Transport device, long seed) {
    this.random = new SplittableRandom(seed);
    this.loop = new DeviceLoop(device, OPTIONS);
    random.nextBytes(pattern);
    this.witness = new Session();
    witness.send(hello(TOKEN));
    this.witnessBase = 1 << 20;
    ByteBuf out = allocator.buffer();
    int start = Frame.begin(out, FrameType.WRITE_MEMORY, 1);
    out.writeLongLE(witnessBase).writeBytes(pattern);
    Frame.end(out, start);
    witness.send(out);
  }

  /**
   * Sends messages.
   *
   * @param device one that nobody else uses; it stays open
   * @throws IllegalStateException if the server did something wrong; the message has the seed
   */
  public static Summary run(Transport device, long messages, long seed) {
    ProtocolFuzz fuzz = new ProtocolFuzz(device, seed);
    try {
      return fuzz.run(messages);
    } catch (RuntimeException | AssertionError e) {
      throw new IllegalStateException(
          "after "
              + fuzz.messages
              + " messages from seed "
              + seed
              + ": "
              + (e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }

  private Summary run(long most) {
    look();
    long buffersBefore = allocator.metric().usedHeapMemory();
    long heapBefore = 0;
    long nextLook = LOOK_EVERY;
    while (messages < most) {
      session(Math.min(SESSION_MESSAGES, most - messages));
      if (messages >= nextLook) {
        nextLook = messages + LOOK_EVERY;
        look();
      }
      if (heapBefore == 0 && messages >= most / 10) {
        heapBefore = heap();
      }
    }
    look();
    return new Summary(
        messages,
        sessions,
        answers,
        refusals,
        allocator.metric().usedHeapMemory() - buffersBefore,
        heap() - heapBefore);
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static byte[] text(String body) {
    return Assembler.assemble("_start:\n " + body + "\n", "fuzz.s")
        .section(".text")
        .orElseThrow()
        .bytes();
  }

  /** The client that behaves must find everything as it was, and be able to work. */
  private void look() {
    ByteBuf out = allocator.buffer();
    int start = Frame.begin(out, FrameType.READ_MEMORY, 7);
    out.writeLongLE(witnessBase).writeIntLE(WITNESS_BYTES);
    Frame.end(out, start);
    start = Frame.begin(out, FrameType.WRITE_MEMORY, 8);
    out.writeLongLE(MemoryMap.PROGRAM).writeBytes(PROGRAMS[0]);
    Frame.end(out, start);
    start = Frame.begin(out, FrameType.WRITE_REGISTERS, 9);
    out.writeIntLE(HostRegister.LAUNCH_ENTRY.offset()).writeIntLE((int) MemoryMap.PROGRAM);
    out.writeIntLE(HostRegister.IRQ_ENABLE.offset()).writeIntLE(HostRegister.IRQ_DONE);
    out.writeIntLE(HostRegister.IRQ_STATUS.offset()).writeIntLE(-1);
    out.writeIntLE(HostRegister.CONTROL.offset()).writeIntLE(HostRegister.CONTROL_LAUNCH);
    Frame.end(out, start);
    start = Frame.begin(out, FrameType.WAIT, 10);
    out.writeLongLE(Long.MAX_VALUE).writeLongLE(Long.MAX_VALUE);
    Frame.end(out, start);
    witness.memory = null;
    witness.interrupt = false;
    witness.send(out);
    require(Arrays.equals(pattern, witness.memory), "another client's memory has changed");
    require(witness.interrupt, "another client's launch does not end");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }

  private void session(long most) {
    sessions++;
    Session session = new Session();
    boolean known = random.nextInt(8) != 0;
    if (known) {
      session.send(hello(TOKEN));
    }
    for (long i = 0; i < most && session.channel.isOpen(); i++) {
      messages++;
      session.send(random.nextInt(known ? 40 : 4) == 0 ? damaged() : sound());
    }
    // The connection ends in the middle of a message, with work running.
    session.close();
    for (int turns = 0; loop.clients() > 1; turns++) {
      require(turns < MOST_TURNS, "a client that is gone is not cleared away");
      loop.turn();
    }
  }

  // ------------------------------------------------------------------- messages

  private ByteBuf hello(String token) {
    ByteBuf out = allocator.buffer();
    new Hello(Hello.MAJOR, Hello.MINOR, Hello.LEAST_FRAME, token).write(out);
    return out;
  }

  private long number() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(1 << 16) * 4L;
      default -> INTERESTING[random.nextInt(INTERESTING.length)] + (random.nextInt(3) - 1) * 4L;
    };
  }

  private int offset() {
    HostRegister[] all = HostRegister.values();
    return switch (random.nextInt(40)) {
      case 0 -> (int) number();
      case 1, 2, 3, 4 -> random.nextInt(HostRegister.SPACE_BYTES / 4) * 4;
      default -> all[random.nextInt(all.length)].offset();
    };
  }

  /** A message that the protocol allows, with contents of all kinds. */
  private ByteBuf sound() {
    ByteBuf out = allocator.buffer();
    int kind = random.nextInt(64);
    if (kind == 0) {
      launch(out);
      return out;
    }
    FrameType[] types = {
      FrameType.WRITE_REGISTERS,
      FrameType.READ_REGISTER,
      FrameType.WRITE_MEMORY,
      FrameType.READ_MEMORY,
      FrameType.WAIT,
      FrameType.PING,
      FrameType.PONG
    };
    FrameType type = types[random.nextInt(types.length)];
    int start = Frame.begin(out, type, random.nextInt());
    switch (type) {
      case WRITE_REGISTERS -> {
        for (int i = random.nextInt(20); i > 0; i--) {
          int offset = offset();
          boolean control = offset == HostRegister.CONTROL.offset();
          // Launches have their own message, because they take time.
          out.writeIntLE(offset).writeIntLE(control ? random.nextInt(4) * 2 : (int) number());
        }
      }
      case READ_REGISTER -> out.writeIntLE(offset());
      case WRITE_MEMORY -> {
        out.writeLongLE(address());
        byte[] bytes = new byte[random.nextInt(MOST_BYTES)];
        random.nextBytes(bytes);
        out.writeBytes(bytes);
      }
      case READ_MEMORY ->
          out.writeLongLE(address())
              .writeIntLE(random.nextInt(50) == 0 ? (int) number() : random.nextInt(MOST_BYTES));
      case WAIT -> out.writeLongLE(number()).writeLongLE(random.nextInt(1000));
      default -> {
        // Without contents.
      }
    }
    Frame.end(out, start);
    return out;
  }

  private long address() {
    return random.nextInt(3) == 0 ? number() : (2 << 20) + random.nextInt(2 << 20);
  }

  private void launch(ByteBuf out) {
    int start = Frame.begin(out, FrameType.WRITE_MEMORY, 1);
    out.writeLongLE(MemoryMap.PROGRAM).writeBytes(PROGRAMS[random.nextInt(PROGRAMS.length)]);
    Frame.end(out, start);
    start = Frame.begin(out, FrameType.WRITE_REGISTERS, 2);
    out.writeIntLE(HostRegister.CONTROL.offset()).writeIntLE(HostRegister.CONTROL_RESET);
    out.writeIntLE(HostRegister.LAUNCH_MODE.offset()).writeIntLE(random.nextInt(8) == 0 ? 1 : 0);
    out.writeIntLE(HostRegister.LAUNCH_ENTRY.offset())
        .writeIntLE(random.nextInt(8) == 0 ? (int) number() : (int) MemoryMap.PROGRAM);
    out.writeIntLE(HostRegister.LAUNCH_ARGUMENT.offset()).writeIntLE((int) address());
    out.writeIntLE(HostRegister.CONTROL.offset()).writeIntLE(HostRegister.CONTROL_LAUNCH);
    Frame.end(out, start);
  }

  /** A message that the protocol does not allow, or a part of one. */
  private ByteBuf damaged() {
    ByteBuf out = sound();
    switch (random.nextInt(7)) {
      case 0 -> out.setIntLE(0, (int) number());
      case 1 -> out.setIntLE(4, random.nextInt(0x60));
      case 2 -> out.setIntLE(4, random.nextInt());
      case 3 -> out.writerIndex(out.writerIndex() - random.nextInt(out.writerIndex()));
      case 4 -> {
        for (int i = random.nextInt(8); i >= 0; i--) {
          out.setByte(random.nextInt(out.writerIndex()), random.nextInt());
        }
      }
      case 5 -> {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        out.clear().writeBytes(bytes);
      }
      default -> {
        String token = random.nextBoolean() ? "x".repeat(random.nextInt(1200)) : TOKEN.substring(1);
        out.clear();
        new Hello(random.nextInt(3), random.nextInt(3), (int) number(), token).write(out);
      }
    }
    return out;
  }

  // ------------------------------------------------------------------- sessions

  /** A connection without a network. */
  private final class Session {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private byte[] memory;
    private boolean interrupt;

    Session() {
      channel.config().setAllocator(allocator);
      channel
          .pipeline()
          .addLast(
              new FrameDecoder(Hello.FIRST_FRAME),
              new ServerSession(loop, OPTIONS, TOKEN.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends bytes, in pieces at times, and lets the server work until it has no more to do. */
    void send(ByteBuf bytes) {
      if (random.nextInt(8) == 0) {
        while (bytes.isReadable() && channel.isOpen()) {
          channel.writeInbound(bytes.readRetainedSlice(1 + random.nextInt(bytes.readableBytes())));
        }
        bytes.release();
      } else {
        channel.writeInbound(bytes);
      }
      int turns = 0;
      while (loop.turn()) {
        require(++turns < MOST_TURNS, "the server does not come to rest");
        receive();
      }
      receive();
      require(loop.lost() == null, "the device is lost: " + loop.lost());
    }

    private void receive() {
      channel.checkException();
      for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        try {
          check(out);
        } finally {
          out.release();
        }
      }
    }

    private void check(ByteBuf out) {
      while (out.isReadable()) {
        int length = out.readIntLE();
        require(
            length >= Frame.HEAD_BYTES && length <= out.readableBytes(),
            "the server sends a frame of " + length + " bytes");
        ByteBuf rest = out.readSlice(length);
        FrameType type = FrameType.of(rest.readIntLE());
        rest.skipBytes(4);
        require(type != null, "the server sends a frame without a type");
        switch (type) {
          case REFUSED, ERROR -> refusals++;
          case MEMORY -> {
            answers++;
            memory = new byte[rest.readableBytes()];
            rest.readBytes(memory);
          }
          case SNAPSHOT -> {
            answers++;
            interrupt = (rest.readIntLE() & 1) != 0;
          }
          case WELCOME, REGISTER, PONG, PING -> answers++;
          default -> throw new IllegalStateException("the server sends " + type);
        }
      }
    }

    void close() {
      channel.close();
      receive();
      channel.finishAndReleaseAll();
    }
  }
}
