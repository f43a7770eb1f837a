package dev.zhulong.remote;

import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** A device that answers all-ones after so many accesses, as one does that was pulled out. */
final class AllOnesDevice implements Transport {
  private static final byte ONES = -1;

  private final Transport device;
  private long left;

  AllOnesDevice(Transport device, long accesses) {
    this.device = device;
    this.left = accesses;
  }

  private boolean there() {
    return left > 0 && --left > 0;
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public int read32(int offset) {
    return there() ? device.read32(offset) : ONES;
  }

  @Override
  public void write32(int offset, int value) {
    if (there()) {
      device.write32(offset, value);
    }
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    if (there()) {
      device.copyIn(address, source);
    }
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    if (there()) {
      device.copyOut(address, target);
    } else {
      target.fill(ONES);
    }
  }

  @Override
  public boolean readsOnesWhenGone() {
    return true;
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    return left > 0 && device.awaitInterrupt(maxCycles, timeout);
  }

  /** The device is there for those who look after it. */
  @Override
  public void close() {}
}
