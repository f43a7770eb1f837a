package dev.zhulong.remote;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts what arrives into frames. */
final class FrameDecoder extends ByteToMessageDecoder {
  private int limit;

  /**
   * Creates one.
   *
   * @param limit most bytes of a frame, its length not counted
   */
  FrameDecoder(int limit) {
    this.limit = limit;
  }

  /** Changes the limit, from the next frame on. */
  void limit(int newLimit) {
    limit = newLimit;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < Frame.LENGTH_BYTES) {
      return;
    }
    long length = in.getUnsignedIntLE(in.readerIndex());
    if (length < Frame.HEAD_BYTES || length > limit) {
      throw new ProtocolException(
          "frame of " + length + " bytes, must be " + Frame.HEAD_BYTES + " to " + limit);
    }
    if (in.readableBytes() < Frame.LENGTH_BYTES + length) {
      return;
    }
    in.skipBytes(Frame.LENGTH_BYTES);
    int word = in.readIntLE();
    FrameType type = FrameType.of(word);
    if (type == null || word >>> 8 != 0) {
      throw new ProtocolException(String.format("frame type 0x%08x is not known", word));
    }
    int id = in.readIntLE();
    out.add(new Frame(type, id, in.readRetainedSlice((int) length - Frame.HEAD_BYTES)));
  }
}
