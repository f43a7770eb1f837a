package dev.zhulong.hal.linux;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import java.nio.file.Path;
import java.util.List;

/** Opens {@code pci:} and {@code uio:} addresses. */
public final class LinuxTransportProvider implements TransportProvider {
  private static final Path SYSFS = Path.of("/sys");
  private static final Path DEV = Path.of("/dev");
  private static final String DMA = "dma";

  /** For the service loader. */
  public LinuxTransportProvider() {}

  @Override
  public List<String> schemes() {
    return List.of("pci", "uio");
  }

  @Override
  public List<String> help() {
    return List.of(
        "pci:0000:01:00.0                          PCI function by VFIO, UIO or sysfs, whichever it is"
            + " bound to; ?dma=physical lets it reach memory without an IOMMU",
        "uio:/dev/uio0                             platform device of a system-on-chip by UIO");
  }

  @Override
  public Transport open(DeviceAddress address) {
    address.allowOnly(address.scheme().equals("pci") ? List.of(DMA) : List.of());
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new DeviceUnavailableException(
          "device address \"" + address.text() + "\": devices are driven on Linux only");
    }
    if (address.path().isEmpty()) {
      throw new IllegalArgumentException(
          "device address \"" + address.text() + "\" names no device; see zl devices");
    }
    return address.scheme().equals("pci")
        ? PciTransport.open(SYSFS, DEV, address.path(), dma(address))
        : new UioTransport(SYSFS, Path.of(address.path()));
  }

  private static PciDma dma(DeviceAddress address) {
    boolean physical = address.choice(DMA, List.of("guarded", "physical")).equals("physical");
    return physical ? PciDma.PHYSICAL : PciDma.GUARDED;
  }
}
