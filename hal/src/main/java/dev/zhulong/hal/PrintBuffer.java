package dev.zhulong.hal;

import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a launch's invocations leave what they print: a word that counts bytes, and records. See
 * {@link dev.zhulong.firmware.link.KernelInfo#formats()}.
 *
 * @param address its first byte
 * @param formats the kernel's formats
 */
record PrintBuffer(long address, List<String> formats) {
  /** Its size; what does not fit is lost. */
  static final int BYTES = 1 << 20;

  /** Forgets earlier records. */
  void clear(Transport transport) {
    transport.copyIn(address, MemorySegment.ofArray(new int[1]));
  }

  /** The lines that a launch has printed, in the order in which they were begun. */
  List<String> lines(Transport transport) {
    int[] count = new int[1];
    transport.copyOut(address, MemorySegment.ofArray(count));
    long wanted = count[0] & 0xffff_ffffL;
    byte[] bytes = new byte[(int) Math.min(wanted, BYTES - 4)];
    transport.copyOut(address + 4, MemorySegment.ofArray(bytes));
    StringBuilder text = new StringBuilder();
    IntBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    while (words.hasRemaining()) {
      int head = words.get();
      int length = head >>> 16;
      int format = head & 0xffff;
      if (format >= formats.size() || length > words.remaining()) {
        break;
      }
      int[] arguments = new int[length];
      words.get(arguments);
      text.append(PrintFormat.render(formats.get(format), arguments));
      if (text.charAt(Math.max(text.length() - 1, 0)) != '\n') {
        text.append('\n');
      }
    }
    List<String> lines = new ArrayList<>(text.toString().lines().toList());
    if (wanted > BYTES - 4) {
      lines.add("(what was printed after " + BYTES + " bytes of records is lost)");
    }
    return lines;
  }
}
