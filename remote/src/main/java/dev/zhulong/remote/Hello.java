package dev.zhulong.remote;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What a client says first.
 *
 * @param major version of the protocol; both sides must have the same
 * @param minor its minor version
 * @param frameLimit most bytes of a frame that the client takes
 * @param token what shows that it may, or empty
 */
record Hello(int major, int minor, int frameLimit, String token) {
  /** "ZLRP", little-endian. */
  static final int MAGIC = 0x5052_4c5a;

  static final int MAJOR = 1;
  static final int MINOR = 0;

  /** No side may want longer frames. */
  static final int MOST_FRAME = 16 << 20;

  /** Every side takes frames of this size. */
  static final int LEAST_FRAME = 64 << 10;

  /** Most bytes of a frame before the client is known. */
  static final int FIRST_FRAME = 1 << 10;

  private static final int FIXED_BYTES = 14;

  void write(ByteBuf out) {
    int start = Frame.begin(out, FrameType.HELLO, 0);
    out.writeIntLE(MAGIC).writeShortLE(major).writeShortLE(minor).writeIntLE(frameLimit);
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    out.writeShortLE(bytes.length).writeBytes(bytes);
    Frame.end(out, start);
  }

  /**
   * Reads the first frame.
   *
   * @throws ProtocolException if it is none of this protocol
   */
  static Hello read(Frame frame) {
    if (frame.type() != FrameType.HELLO) {
      throw new ProtocolException("the first frame is " + frame.type() + ", must be HELLO");
    }
    frame.require(FIXED_BYTES);
    ByteBuf in = frame.payload();
    int magic = in.readIntLE();
    if (magic != MAGIC) {
      throw new ProtocolException(String.format("HELLO begins with 0x%08x", magic));
    }
    int major = in.readUnsignedShortLE();
    int minor = in.readUnsignedShortLE();
    int limit = in.readIntLE();
    int length = in.readUnsignedShortLE();
    if (in.readableBytes() != length) {
      throw new ProtocolException(
          "HELLO has " + in.readableBytes() + " bytes of token, says " + length);
    }
    return new Hello(major, minor, limit, in.readString(length, StandardCharsets.UTF_8));
  }
}
