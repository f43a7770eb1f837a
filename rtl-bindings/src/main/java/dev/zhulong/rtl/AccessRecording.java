package dev.zhulong.rtl;

import dev.zhulong.firmware.isa.HostRegister;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a driver has written to a device, to be done again by a {@link NativeHarness}. A launch
 * stands for itself and the wait for its interrupt.
 */
public final class AccessRecording {
  private final ByteArrayOutputStream steps = new ByteArrayOutputStream();

  /** An empty recording. */
  public AccessRecording() {}

  /** Adds a copy to device memory. */
  public void copyIn(long address, MemorySegment source) {
    byte[] bytes = source.toArray(ValueLayout.JAVA_BYTE);
    steps.writeBytes(step('m', 16).putLong(address).putLong(bytes.length).array());
    steps.writeBytes(bytes);
  }

  /** Adds a write to a host register. */
  public void write32(int offset, int value) {
    boolean launch =
        offset == HostRegister.CONTROL.offset() && (value & HostRegister.CONTROL_LAUNCH) != 0;
    ByteBuffer step = step(launch ? 'l' : 'w', launch ? 16 : 8).putInt(offset).putInt(value);
    if (launch) {
      step.putInt(HostRegister.IRQ_STATUS.offset()).putInt(HostRegister.CYCLES.offset());
    }
    steps.writeBytes(step.array());
  }

  private static ByteBuffer step(char kind, int bytes) {
    return ByteBuffer.allocate(1 + bytes).order(ByteOrder.nativeOrder()).put((byte) kind);
  }

  void save(Path file) throws IOException {
    Files.write(file, steps.toByteArray());
  }
}
