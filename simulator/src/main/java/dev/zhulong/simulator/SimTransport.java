package dev.zhulong.simulator;

import dev.zhulong.hal.transport.HostBus;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.simulator.functional.FunctionalDevice;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/** The functional simulator as a device. */
final class SimTransport implements Transport {
  private static final long IDLE_NANOSECONDS = 1_000_000;

  private final FunctionalDevice device;
  private final DeviceMemory memory;
  private final HostMemories hostMemories;

  SimTransport(FunctionalDevice device, DeviceMemory memory) {
    this.device = device;
    this.memory = memory;
    this.hostMemories = new HostMemories(device.host()::map, device.host()::unmap);
  }

  @Override
  public String description() {
    return "functional simulator " + device.shape();
  }

  @Override
  public int read32(int offset) {
    return device.read32(offset);
  }

  @Override
  public void write32(int offset, int value) {
    device.write32(offset, value);
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    MemorySegment.copy(source, 0, memory.segment(), address, source.byteSize());
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    MemorySegment.copy(memory.segment(), address, target, 0, target.byteSize());
  }

  @Override
  public boolean sharesMemory() {
    return true;
  }

  @Override
  public Optional<HostMemory> hostMemory(long bytes) {
    return Optional.of(hostMemories.allocate(bytes));
  }

  @Override
  public Optional<HostBus> hostBus() {
    return Optional.of(HostMemories.bus(device.host()::map, device.host()::unmap));
  }

  @Override
  public OptionalInt shareMemory() {
    return memory.share();
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    device.run(maxCycles, System.nanoTime() + timeout.toNanos());
    if (!device.interrupt() && !device.running()) {
      // No interrupt can come; a caller that waits all the same shall not burn a processor.
      LockSupport.parkNanos(Math.min(IDLE_NANOSECONDS, timeout.toNanos()));
    }
    return device.interrupt();
  }

  @Override
  public void close() {
    memory.close();
  }
}
