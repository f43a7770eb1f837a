package dev.zhulong.remote.vfiouser;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import java.util.List;

/** Opens {@code vfio-user:} addresses. */
public final class VfioUserTransportProvider implements TransportProvider {
  /** For the service loader. */
  public VfioUserTransportProvider() {}

  @Override
  public List<String> schemes() {
    return List.of("vfio-user");
  }

  @Override
  public List<String> help() {
    return List.of(
        "vfio-user:SOCKET                          PCIe function that a vfio-user server is, as"
            + " \"zl serve --vfio-user\" makes one");
  }

  @Override
  public Transport open(DeviceAddress address) {
    address.allowOnly(List.of());
    if (address.path().isEmpty()) {
      throw new IllegalArgumentException(
          "device address \"" + address.text() + "\": write vfio-user: and the socket's path");
    }
    return VfioUserTransport.open(address.path());
  }
}
