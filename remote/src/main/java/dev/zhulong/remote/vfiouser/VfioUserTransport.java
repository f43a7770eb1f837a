package dev.zhulong.remote.vfiouser;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/**
 * The driver's wires to a device that a vfio-user server is, as they would be inside of a virtual
 * machine: registers by messages, device memory mapped where the server offers that, interrupts by
 * MSI-X, and host memory by DMA.
 */
final class VfioUserTransport implements Transport {
  private static final int COMMAND = 4;

  /** Memory, bus master, no pin. */
  private static final int COMMAND_ON = 0x406;

  private static final int ALL_ONES = -1;
  private static final int IDENTITY = 0;

  /** So that a caller with a budget in cycles looks at them. */
  private static final int MOST_WAIT_MILLISECONDS = 50;

  /** First bus address of the memory that is lent, above that of any guest. */
  private static final long FIRST_ADDRESS = 0x45_0000_0000L;

  private final String description;
  private final VfioUserClient client;
  private final int event;

  /** Device memory as mapped here, or null. */
  private MemorySegment memory;

  private long nextAddress = FIRST_ADDRESS;
  private int enabled;

  /** The server has gone: writes have no effect, and all registers read all-ones. */
  private boolean removed;

  /**
   * Over a connection.
   *
   * @param event a descriptor that is its own from now on, unless this fails
   */
  VfioUserTransport(String path, VfioUserClient client, int event) {
    this.client = client;
    this.event = event;
    int identity = client.read32(Protocol.CONFIG, IDENTITY);
    client.write32(
        Protocol.CONFIG, COMMAND, client.read32(Protocol.CONFIG, COMMAND) & 0xffff | COMMAND_ON);
    VfioUserClient.Region region = client.region(Protocol.BAR2);
    if (region.file() >= 0) {
      long at =
          SystemCalls.mmap(
              region.bytes(),
              SystemCalls.PROT_READ | SystemCalls.PROT_WRITE,
              SystemCalls.MAP_SHARED | SystemCalls.MAP_NORESERVE,
              region.file(),
              0);
      SystemCalls.close(region.file());
      memory = at < 0 ? null : MemorySegment.ofAddress(at).reinterpret(region.bytes());
    }
    try {
      client.event(Protocol.MSIX, event);
    } catch (RuntimeException e) {
      unmapMemory();
      throw e;
    }
    this.description =
        String.format(
            "vfio-user device %04x:%04x at %s, memory %s",
            identity & 0xffff, identity >>> 16, path, memory == null ? "by messages" : "mapped");
  }

  /**
   * Connects to a server.
   *
   * @throws DeviceUnavailableException if there is none
   */
  static VfioUserTransport open(String path) {
    VfioUserClient client = VfioUserClient.connect(path);
    int event = SystemCalls.eventfd();
    try {
      return new VfioUserTransport(path, client, event);
    } catch (DeviceRemovedException e) {
      SystemCalls.close(event);
      client.close();
      throw new DeviceUnavailableException(
          "the vfio-user server at " + path + " ended while it was spoken to; start it again", e);
    } catch (RuntimeException e) {
      SystemCalls.close(event);
      client.close();
      throw e;
    }
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public int read32(int offset) {
    try {
      return removed ? ALL_ONES : client.read32(Protocol.BAR0, offset);
    } catch (DeviceRemovedException e) {
      removed = true;
      return ALL_ONES;
    }
  }

  @Override
  public void write32(int offset, int value) {
    if (offset == HostRegister.IRQ_ENABLE.offset()) {
      enabled = value;
    }
    posted(() -> client.write32(Protocol.BAR0, offset, value));
  }

  /** Does what a bus does with a write: nobody learns that there is no device any more. */
  private void posted(Runnable write) {
    if (!removed) {
      try {
        write.run();
      } catch (DeviceRemovedException e) {
        removed = true;
      }
    }
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    if (memory != null) {
      MemorySegment.copy(source, 0, memory, address, source.byteSize());
    } else {
      posted(() -> client.write(Protocol.BAR2, address, source));
    }
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    if (memory != null) {
      MemorySegment.copy(memory, address, target, 0, target.byteSize());
    } else {
      target.fill((byte) ALL_ONES);
      posted(() -> client.read(Protocol.BAR2, address, target));
    }
  }

  @Override
  public boolean sharesMemory() {
    return memory != null;
  }

  @Override
  public Optional<HostMemory> hostMemory(long bytes) {
    long size = (bytes + Protocol.PAGE - 1) / Protocol.PAGE * Protocol.PAGE;
    int file = SystemCalls.memoryFile("zhulong-host", size);
    if (file < 0) {
      throw new IllegalStateException(
          "no " + bytes + " bytes of memory for the device to reach, error " + -file);
    }
    int protection = SystemCalls.PROT_READ | SystemCalls.PROT_WRITE;
    long at = SystemCalls.mmap(size, protection, SystemCalls.MAP_SHARED, file, 0);
    try {
      if (at < 0) {
        throw new IllegalStateException("memory cannot be mapped, error " + -at);
      }
      long address = nextAddress;
      // Without a device nobody reaches it, which its user learns from the registers.
      posted(
          () -> client.map(address, size, 0, Protocol.DMA_READABLE | Protocol.DMA_WRITABLE, file));
      nextAddress += size + Protocol.PAGE;
      MemorySegment segment = MemorySegment.ofAddress(at).reinterpret(size).asSlice(0, bytes);
      return Optional.of(new Lent(this, segment, address, size));
    } catch (RuntimeException e) {
      if (at >= 0) {
        SystemCalls.munmap(at, size);
      }
      throw e;
    } finally {
      SystemCalls.close(file);
    }
  }

  /** Memory that the device reaches by a map. */
  private record Lent(VfioUserTransport device, MemorySegment segment, long address, long size)
      implements HostMemory {
    @Override
    public void close() {
      device.posted(() -> device.client.unmap(address, size));
      SystemCalls.munmap(segment.address(), size);
    }
  }

  @Override
  public boolean readsOnesWhenGone() {
    return memory == null;
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    SystemCalls.take(event);
    if (high()) {
      return true;
    }
    int milliseconds = Math.clamp(timeout.toMillis(), 1, MOST_WAIT_MILLISECONDS);
    return SystemCalls.poll(event, SystemCalls.POLLIN, milliseconds) > 0 && high();
  }

  private boolean high() {
    return (read32(HostRegister.IRQ_STATUS.offset()) & enabled) != 0;
  }

  private void unmapMemory() {
    if (memory != null) {
      SystemCalls.munmap(memory.address(), memory.byteSize());
    }
  }

  @Override
  public void close() {
    unmapMemory();
    SystemCalls.close(event);
    client.close();
  }
}
