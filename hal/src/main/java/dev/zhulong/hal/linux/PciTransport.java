package dev.zhulong.hal.linux;

import dev.zhulong.firmware.isa.PciFunction;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The device as a PCI function: registers behind BAR 0, its memory behind BAR 2. */
final class PciTransport implements Transport {
  private final PciDevice device;
  private final InterruptLine line;

  private PciTransport(PciDevice device) {
    this.device = device;
    line =
        new InterruptLine(
            this::read32, device.hasInterrupt() ? device::await : null, device.description());
  }

  /** Takes a function, after a look at whether it is one of ours. */
  static PciTransport open(Path sysfs, Path dev, String address, PciDma dma) {
    SysfsFunction function = SysfsFunction.of(sysfs, address);
    int vendor = function.number("vendor");
    int number = function.number("device");
    if (vendor != PciFunction.VENDOR || number != PciFunction.DEVICE) {
      throw new DeviceUnavailableException(
          "PCI function %s is %04x:%04x and none of ours, which lspci -d %04x:%04x lists"
              .formatted(
                  function.address(), vendor, number, PciFunction.VENDOR, PciFunction.DEVICE));
    }
    return new PciTransport(PciDevice.open(sysfs, dev, address, dma));
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public int read32(int offset) {
    return device.read32(PciFunction.REGISTER_BAR, offset);
  }

  @Override
  public void write32(int offset, int value) {
    line.wrote(offset, value);
    device.write32(PciFunction.REGISTER_BAR, offset, value);
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    device.copyIn(PciFunction.MEMORY_BAR, address, source);
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    device.copyOut(PciFunction.MEMORY_BAR, address, target);
  }

  @Override
  public Optional<HostMemory> hostMemory(long bytes) {
    return device.hostMemory(bytes);
  }

  @Override
  public boolean readsOnesWhenGone() {
    return true;
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    return line.await(timeout);
  }

  @Override
  public void close() {
    device.close();
  }
}
