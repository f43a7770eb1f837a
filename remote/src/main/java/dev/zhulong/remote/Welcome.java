package dev.zhulong.remote;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client gets.
 *
 * @param frameLimit most bytes of a frame that the server takes
 * @param pingMillis after so long without a frame, a side sends PING
 * @param deadMillis after so long without a frame, the other side is gone
 * @param bufferBase first address of the client's memory; {@code MEMORY_SIZE} tells its end
 * @param identity registers that never change, by offset
 * @param description the device's line about itself
 */
record Welcome(
    int frameLimit,
    int pingMillis,
    int deadMillis,
    long bufferBase,
    Map<Integer, Integer> identity,
    String description) {
  private static final int FIXED_BYTES = 28;

  void write(ByteBuf out, int id) {
    int start = Frame.begin(out, FrameType.WELCOME, id);
    out.writeShortLE(Hello.MAJOR).writeShortLE(Hello.MINOR).writeIntLE(frameLimit);
    out.writeIntLE(pingMillis).writeIntLE(deadMillis).writeLongLE(bufferBase);
    out.writeIntLE(identity.size());
    identity.forEach((offset, value) -> out.writeIntLE(offset).writeIntLE(value));
    out.writeCharSequence(description, StandardCharsets.UTF_8);
    Frame.end(out, start);
  }

  /**
   * Reads one.
   *
   * @throws ProtocolException if it is not sound
   */
  static Welcome read(Frame frame) {
    frame.require(FIXED_BYTES);
    ByteBuf in = frame.payload();
    int major = in.readUnsignedShortLE();
    in.skipBytes(2);
    int limit = in.readIntLE();
    int ping = in.readIntLE();
    int dead = in.readIntLE();
    long base = in.readLongLE();
    int count = in.readIntLE();
    if (major != Hello.MAJOR
        || limit < Hello.LEAST_FRAME
        || ping < 1
        || dead < 1
        || count < 0
        || count > in.readableBytes() / 8) {
      throw new ProtocolException("the server's WELCOME is not sound");
    }
    Map<Integer, Integer> identity = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int offset = in.readIntLE();
      identity.put(offset, in.readIntLE());
    }
    return new Welcome(limit, ping, dead, base, identity, frame.text());
  }
}
