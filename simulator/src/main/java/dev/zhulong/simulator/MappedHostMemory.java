package dev.zhulong.simulator;

import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;

/**
 * Host memory of a simulated device.
 *
 * @param segment the memory
 * @param address what the device calls it
 * @param arena what it was allocated from
 * @param unmap takes it from the device
 */
record MappedHostMemory(MemorySegment segment, long address, Arena arena, LongConsumer unmap)
    implements HostMemory {
  @Override
  public void close() {
    unmap.accept(address);
    arena.close();
  }
}
