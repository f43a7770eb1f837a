package dev.zhulong.rtl.bench.axi;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.Port;
import dev.zhulong.rtl.WidePort;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A data or strobe port of any width, in bytes. */
final class Lanes {
  private final Port port;
  private final int bytes;

  Lanes(Port port) {
    this.port = port;
    this.bytes = (port.width() + 7) / 8;
  }

  int bytes() {
    return bytes;
  }

  byte[] get() {
    byte[] value = new byte[bytes];
    switch (port) {
      case NarrowPort narrow -> {
        long bits = narrow.bits(0, port.width());
        for (int i = 0; i < bytes; i++) {
          value[i] = (byte) (bits >>> 8 * i);
        }
      }
      case WidePort wide ->
          MemorySegment.copy(wide.segment(), ValueLayout.JAVA_BYTE, 0, value, 0, bytes);
    }
    return value;
  }

  void set(byte[] value) {
    switch (port) {
      case NarrowPort narrow -> {
        long bits = 0;
        for (int i = 0; i < bytes; i++) {
          bits |= (value[i] & 0xffL) << 8 * i;
        }
        narrow.setBits(0, port.width(), bits);
      }
      case WidePort wide ->
          MemorySegment.copy(value, 0, wide.segment(), ValueLayout.JAVA_BYTE, 0, bytes);
    }
  }
}
