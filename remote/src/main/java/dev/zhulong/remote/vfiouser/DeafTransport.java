package dev.zhulong.remote.vfiouser;

import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/**
 * The wires to a vfio-user server whose interrupts can be made to get lost: they are sent, to a
 * descriptor at which nobody waits.
 */
public final class DeafTransport implements Transport {
  private final VfioUserClient client;
  private final VfioUserTransport device;
  private final int event;
  private final int elsewhere;
  private boolean deaf;

  private DeafTransport(String path) {
    client = VfioUserClient.connect(path);
    event = SystemCalls.eventfd();
    elsewhere = SystemCalls.eventfd();
    try {
      device = new VfioUserTransport(path, client, event);
    } catch (RuntimeException e) {
      // Of no use to anyone else.
      SystemCalls.close(event);
      SystemCalls.close(elsewhere);
      client.close();
      throw e;
    }
  }

  /**
   * Connects to a server.
   *
   * @throws DeviceUnavailableException if there is none
   */
  public static DeafTransport open(String path) {
    return new DeafTransport(path);
  }

  /** Says whether the interrupts that come from now on get lost. */
  public void lose(boolean lost) {
    if (lost != deaf) {
      client.event(Protocol.MSIX, lost ? elsewhere : event);
      deaf = lost;
    }
  }

  /** Whether an interrupt got lost since the last call. */
  public boolean lost() {
    return SystemCalls.poll(elsewhere, SystemCalls.POLLIN, 0) > 0 && taken();
  }

  private boolean taken() {
    SystemCalls.take(elsewhere);
    return true;
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
  public boolean sharesMemory() {
    return device.sharesMemory();
  }

  @Override
  public Optional<HostMemory> hostMemory(long bytes) {
    return device.hostMemory(bytes);
  }

  @Override
  public boolean readsOnesWhenGone() {
    return device.readsOnesWhenGone();
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    return device.awaitInterrupt(maxCycles, timeout);
  }

  @Override
  public void close() {
    device.close();
    SystemCalls.close(elsewhere);
  }
}
