package dev.zhulong.tests.rig;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Opens {@code vfio-test:} addresses in a guest: functions by the tests' own VFIO. */
public final class VfioDeviceProvider implements TransportProvider {
  static final String SCHEME = "vfio-test";

  /** For the service loader. */
  public VfioDeviceProvider() {}

  @Override
  public List<String> schemes() {
    return List.of(SCHEME);
  }

  @Override
  public List<String> help() {
    return List.of();
  }

  @Override
  public Transport open(DeviceAddress address) {
    try {
      return new VfioDevice(address.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
