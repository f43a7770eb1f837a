package dev.zhulong.hal.transport;

import java.lang.foreign.MemorySegment;

/** Memory of the host that stays where it is and that the device can read and write by itself. */
public interface HostMemory extends AutoCloseable {
  /** The memory as the host has it. */
  MemorySegment segment();

  /** What the device calls its first byte; a multiple of 64. */
  long address();

  /** Takes it from the device and gives it back; no copy may be under way. */
  @Override
  void close();
}
