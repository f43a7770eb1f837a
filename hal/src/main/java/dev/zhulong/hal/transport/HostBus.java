package dev.zhulong.hal.transport;

import java.lang.foreign.MemorySegment;

/**
 * The host's memory as a simulated device reaches it, for whoever stands in for that host: what
 * lies where. Elsewhere the device's accesses end in an error.
 */
public interface HostBus {
  /**
   * Lets the device reach memory.
   *
   * @param address what the device calls its first byte, a multiple of 64 below 2^63
   * @param memory native, of whole lines of 64 bytes; stays the caller's until it is unmapped
   */
  void map(long address, MemorySegment memory);

  /** Takes back what was mapped at this address. */
  void unmap(long address);
}
