package dev.zhulong.simulator;

import dev.zhulong.hal.transport.HostBus;
import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;

/** Gives a simulated device host memory, at addresses that no 32 bits can hold. */
public final class HostMemories {
  private static final long FIRST = 0x12_3400_0000L;
  private static final long PAGE = 4096;

  private final Mapper map;
  private final LongConsumer unmap;
  private long next = FIRST;

  /** How a device is told of a part of host memory. */
  @FunctionalInterface
  public interface Mapper {
    /** Maps the memory at an address of the device's. */
    void map(long address, MemorySegment memory);
  }

  /** For one device, by its two ways to change what it sees. */
  public HostMemories(Mapper map, LongConsumer unmap) {
    this.map = map;
    this.unmap = unmap;
  }

  /** The same two ways as the driver's interface has them. */
  public static HostBus bus(Mapper map, LongConsumer unmap) {
    return new HostBus() {
      @Override
      public void map(long address, MemorySegment memory) {
        map.map(address, memory);
      }

      @Override
      public void unmap(long address) {
        unmap.accept(address);
      }
    };
  }

  /** Allocates and maps memory; its size is a multiple of 64 bytes. */
  public HostMemory allocate(long bytes) {
    Arena arena = Arena.ofShared();
    MemorySegment segment = arena.allocate(bytes, PAGE);
    long address = next;
    map.map(address, segment);
    // A gap lets an access behind the end be seen.
    next += (bytes + 2 * PAGE - 1) / PAGE * PAGE;
    return new MappedHostMemory(segment, address, arena, unmap);
  }
}
