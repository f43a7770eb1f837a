package dev.zhulong.simulator.bringdown;

import dev.zhulong.hal.transport.Transport;
import dev.zhulong.simulator.cycle.CycleDevice;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** A cycle model whose memory stops answering, and answers again, at chosen moments. */
final class MortalMemory implements Transport {
  private static final long NEVER = -1;

  private final CycleDevice device;
  private long cyclesLeft = NEVER;
  private boolean held;

  MortalMemory(CycleDevice device) {
    this.device = device;
  }

  /** Lets the memory die, or come back, after so many cycles of waiting from now on. */
  void schedule(boolean dead, long cycles) {
    held = dead;
    cyclesLeft = cycles;
  }

  /** Whether the memory is dead now. */
  boolean dead() {
    return held && cyclesLeft == NEVER;
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    if (cyclesLeft == NEVER || cyclesLeft >= maxCycles) {
      return device.awaitInterrupt(maxCycles, timeout);
    }
    long before = cyclesLeft;
    if (before > 0 && device.awaitInterrupt(before, timeout)) {
      return true;
    }
    cyclesLeft = NEVER;
    device.model().holdMemory(held);
    return device.awaitInterrupt(maxCycles - before, timeout);
  }

  @Override
  public String description() {
    return device.description();
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
    device.copyIn(address, source);
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    device.copyOut(address, target);
  }

  @Override
  public void close() {
    device.close();
  }
}
