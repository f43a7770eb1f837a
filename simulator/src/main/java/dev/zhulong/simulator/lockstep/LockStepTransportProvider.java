package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.rtl.ModelUnavailableException;
import java.util.List;

/** Opens {@code lockstep:} addresses. */
public final class LockStepTransportProvider implements TransportProvider {
  private static final int MOST_CYCLES = 65_535;

  /** For the service loader. */
  public LockStepTransportProvider() {}

  @Override
  public List<String> schemes() {
    return List.of("lockstep");
  }

  @Override
  public List<String> help() {
    return List.of(
        "lockstep:[?config=c1w8t8][&memory-latency=30]  the cycle model with the simulator comparing"
            + " every instruction (also jitter=, seed=)");
  }

  @Override
  public Transport open(DeviceAddress address) {
    address.allowOnly(List.of("config", "memory-latency", "jitter", "seed"));
    String name = address.parameters().get("config");
    CoreShape shape;
    try {
      shape = name == null ? CoreShape.DEFAULT : CoreShape.parse(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "device address \"" + address.text() + "\": " + e.getMessage(), e);
    }
    int latency = address.number("memory-latency", MemoryTiming.DEFAULT.latency(), 1, MOST_CYCLES);
    MemoryTiming timing =
        new MemoryTiming(
            latency,
            1,
            address.number("jitter", 0, 0, MOST_CYCLES),
            address.number("seed", 1, 0, Integer.MAX_VALUE));
    try {
      return LockStepDevice.open(ModelConfiguration.fast(shape), timing);
    } catch (ModelUnavailableException e) {
      throw new DeviceUnavailableException(e.getMessage(), e);
    }
  }
}
