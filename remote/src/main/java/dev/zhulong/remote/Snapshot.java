package dev.zhulong.remote;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;

/**
 * What a client's device shows after a wait: the registers that change by themselves, and console
 * bytes.
 *
 * @param interrupt whether the interrupt line is high
 * @param registers values by offset
 * @param console channel in the high byte, byte in the low one
 */
record Snapshot(boolean interrupt, Map<Integer, Integer> registers, int[] console) {
  private static final int FIXED_BYTES = 12;

  void write(ByteBuf out, int id) {
    int start = Frame.begin(out, FrameType.SNAPSHOT, id);
    out.writeIntLE(interrupt ? 1 : 0).writeIntLE(registers.size()).writeIntLE(console.length);
    registers.forEach((offset, value) -> out.writeIntLE(offset).writeIntLE(value));
    for (int word : console) {
      out.writeShortLE(word);
    }
    Frame.end(out, start);
  }

  /**
   * Reads one.
   *
   * @throws ProtocolException if it is not sound
   */
  static Snapshot read(Frame frame) {
    frame.require(FIXED_BYTES);
    ByteBuf in = frame.payload();
    boolean interrupt = (in.readIntLE() & 1) != 0;
    int count = in.readIntLE();
    int bytes = in.readIntLE();
    if (count < 0 || bytes < 0 || in.readableBytes() != count * 8L + bytes * 2L) {
      throw new ProtocolException("the server's SNAPSHOT is not sound");
    }
    Map<Integer, Integer> registers = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      int offset = in.readIntLE();
      registers.put(offset, in.readIntLE());
    }
    int[] console = new int[bytes];
    for (int i = 0; i < bytes; i++) {
      console[i] = in.readUnsignedShortLE();
    }
    return new Snapshot(interrupt, registers, console);
  }
}
