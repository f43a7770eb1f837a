package dev.zhulong.simulator;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.simulator.functional.FunctionalDevice;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Opens {@code sim:} addresses. */
public final class SimTransportProvider implements TransportProvider {
  private static final int DEFAULT_LOCAL_KIB = 16;

  /** For the service loader. */
  public SimTransportProvider() {}

  @Override
  public List<String> schemes() {
    return List.of("sim");
  }

  @Override
  public List<String> help() {
    return List.of(
        "sim:[?config=c1w8t8][&local-kib=16]       functional simulator, in process; the default"
            + " (also cores=, warps=, threads=; texture=0, merge=0, coverage=0: without that unit)");
  }

  @Override
  public Transport open(DeviceAddress address) {
    List<String> parameters =
        new ArrayList<>(List.of("config", "cores", "warps", "threads", "local-kib"));
    parameters.addAll(UnitChoice.parameters());
    address.allowOnly(parameters);
    if (!address.path().isEmpty()) {
      throw new IllegalArgumentException(
          "device address \"" + address.text() + "\": sim: takes no path, only parameters after ?");
    }
    CoreShape shape = shape(address);
    int local = address.number("local-kib", DEFAULT_LOCAL_KIB, 1, 64);
    DeviceMemory memory = DeviceMemory.reserve();
    Set<Extension> extensions = EnumSet.allOf(Extension.class);
    extensions.removeAll(Extension.UNITS);
    extensions.addAll(UnitChoice.of(address));
    return new SimTransport(
        new FunctionalDevice(shape, local, memory.segment(), extensions), memory);
  }

  /** The shape that an address asks for, by {@code config} or number by number. */
  static CoreShape shape(DeviceAddress address) {
    try {
      String name = address.parameters().get("config");
      CoreShape base = name == null ? CoreShape.DEFAULT : CoreShape.parse(name);
      return new CoreShape(
          address.number("cores", base.cores(), 1, 16),
          address.number("warps", base.warps(), 2, 32),
          address.number("threads", base.lanes(), 2, 32));
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      throw message.startsWith("device address")
          ? e
          : new IllegalArgumentException(
              "device address \"" + address.text() + "\": " + message, e);
    }
  }
}
