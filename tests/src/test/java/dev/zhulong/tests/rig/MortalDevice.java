package dev.zhulong.tests.rig;

import dev.zhulong.hal.transport.HostBus;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** A device that fails when it is told to, as a model does whose assertion is violated. */
final class MortalDevice implements Transport {
  private final Transport device;
  private volatile boolean dead;

  MortalDevice(Transport device) {
    this.device = device;
  }

  /** Lets everything fail from now on. */
  void die() {
    dead = true;
  }

  private Transport alive() {
    if (dead) {
      throw new IllegalStateException("the device was told to fail");
    }
    return device;
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public int read32(int offset) {
    return alive().read32(offset);
  }

  @Override
  public void write32(int offset, int value) {
    alive().write32(offset, value);
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
  public Optional<HostBus> hostBus() {
    return device.hostBus();
  }

  @Override
  public OptionalInt shareMemory() {
    return device.shareMemory();
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    return alive().awaitInterrupt(maxCycles, timeout);
  }

  @Override
  public void close() {
    device.close();
  }
}
