package dev.zhulong.remote;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import java.nio.charset.StandardCharsets;

/**
 * A frame that has arrived; released once. On the wire: the number of bytes that follow (32 bits),
 * type (8), zero (24), id (32), payload; everything little-endian.
 *
 * @param id the sender's number for it, or in an answer the question's
 * @param payload its rest
 */
record Frame(FrameType type, int id, ByteBuf payload) implements ReferenceCounted {
  /** Bytes of the length. */
  static final int LENGTH_BYTES = 4;

  /** Bytes between length and payload. */
  static final int HEAD_BYTES = 8;

  private static final int LONGEST_TEXT = 1000;

  /** Begins a frame at the end of a buffer. */
  static int begin(ByteBuf out, FrameType type, int id) {
    int start = out.writerIndex();
    out.writeIntLE(0).writeIntLE(type.code()).writeIntLE(id);
    return start;
  }

  /** Ends the frame that began at a place. */
  static void end(ByteBuf out, int start) {
    out.setIntLE(start, out.writerIndex() - start - LENGTH_BYTES);
  }

  /** Appends a frame of a text. */
  static void text(ByteBuf out, FrameType type, int id, String text) {
    int start = begin(out, type, id);
    out.writeCharSequence(
        text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text,
        StandardCharsets.UTF_8);
    end(out, start);
  }

  /** The rest of the payload as text. */
  String text() {
    return payload.toString(StandardCharsets.UTF_8);
  }

  /** Bytes that it keeps. */
  int bytes() {
    return LENGTH_BYTES + HEAD_BYTES + payload.readableBytes();
  }

  /**
   * Checks the payload's size.
   *
   * @throws ProtocolException if fewer bytes are left
   */
  void require(int least) {
    if (payload.readableBytes() < least) {
      throw new ProtocolException(
          type + " frame of " + payload.readableBytes() + " bytes, needs " + least);
    }
  }

  @Override
  public int refCnt() {
    return payload.refCnt();
  }

  @Override
  public ReferenceCounted retain() {
    payload.retain();
    return this;
  }

  @Override
  public ReferenceCounted retain(int increment) {
    payload.retain(increment);
    return this;
  }

  @Override
  public ReferenceCounted touch() {
    payload.touch();
    return this;
  }

  @Override
  public ReferenceCounted touch(Object hint) {
    payload.touch(hint);
    return this;
  }

  @Override
  public boolean release() {
    return payload.release();
  }

  @Override
  public boolean release(int decrement) {
    return payload.release(decrement);
  }
}
