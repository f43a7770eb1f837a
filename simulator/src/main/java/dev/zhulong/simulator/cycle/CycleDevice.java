package dev.zhulong.simulator.cycle;

import dev.zhulong.hal.transport.HostBus;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.BundledCore;
import dev.zhulong.rtl.CycleModel;
import dev.zhulong.rtl.Instrumentation;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelBuilder;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.rtl.ModelUnavailableException;
import dev.zhulong.rtl.StopReason;
import dev.zhulong.simulator.DeviceMemory;
import dev.zhulong.simulator.HostMemories;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/**
 * The cycle model behind the driver's wires, with 4 GiB of device memory that driver and model
 * share. A test bench that wants the retire trace or other timing takes {@link #model()}.
 */
public final class CycleDevice implements Transport {
  private static final long IDLE_NANOSECONDS = 1_000_000;

  private final Backend backend;
  private final ModelConfiguration configuration;
  private final MemoryTiming timing;
  private final DeviceMemory memory;
  private final CycleModel model;
  private final HostMemories hostMemories;

  private CycleDevice(
      Backend backend,
      ModelConfiguration configuration,
      MemoryTiming timing,
      DeviceMemory memory,
      CycleModel model) {
    this.backend = backend;
    this.configuration = configuration;
    this.timing = timing;
    this.memory = memory;
    this.model = model;
    this.hostMemories = new HostMemories(model::mapHost, model::unmapHost);
  }

  /**
   * Opens a device, building its model where the cache has none.
   *
   * @throws ModelUnavailableException if the model can be neither found nor built
   */
  public static CycleDevice open(
      ModelBuilder builder, ModelConfiguration configuration, MemoryTiming timing) {
    return open(builder, configuration, Instrumentation.NONE, timing);
  }

  /**
   * Opens a device whose model has something in it for an observer.
   *
   * @throws ModelUnavailableException if the model can be neither found nor built
   */
  public static CycleDevice open(
      ModelBuilder builder,
      ModelConfiguration configuration,
      Instrumentation instrumentation,
      MemoryTiming timing) {
    return open(builder, configuration, instrumentation, timing, Backend.FFM);
  }

  /**
   * Opens a device whose model is reached in a given way. The core of {@link BundledCore} needs no
   * tools as WebAssembly.
   *
   * @throws ModelUnavailableException if the model can be neither found nor built
   */
  public static CycleDevice open(
      ModelBuilder builder,
      ModelConfiguration configuration,
      Instrumentation instrumentation,
      MemoryTiming timing,
      Backend backend) {
    boolean bundled =
        backend == Backend.WASM
            && configuration.equals(BundledCore.CONFIGURATION)
            && instrumentation.equals(Instrumentation.NONE);
    DeviceMemory memory = DeviceMemory.reserve();
    try {
      CycleModel model;
      if (bundled) {
        model = CycleModel.bundled(memory.segment());
      } else {
        Path library = builder.build(configuration, instrumentation, backend);
        model = CycleModel.open(library, backend, memory.segment());
      }
      model.setMemoryTiming(timing);
      return new CycleDevice(backend, configuration, timing, memory, model);
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  /** The model itself. */
  public CycleModel model() {
    return model;
  }

  /** Device memory from address 0 on. */
  public MemorySegment memory() {
    return memory.segment();
  }

  @Override
  public String description() {
    return "cycle model of the RTL, "
        + (backend == Backend.FFM ? "" : backend + ", ")
        + configuration
        + ", memory latency "
        + timing.latency()
        + ", cycles per line "
        + timing.cyclesPerLine();
  }

  @Override
  public int read32(int offset) {
    return model.read32(offset);
  }

  @Override
  public void write32(int offset, int value) {
    model.write32(offset, value);
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    MemorySegment.copy(source, 0, memory.segment(), address, source.byteSize());
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    MemorySegment.copy(memory.segment(), address, target, 0, target.byteSize());
  }

  @Override
  public boolean sharesMemory() {
    return true;
  }

  @Override
  public Optional<HostMemory> hostMemory(long bytes) {
    return Optional.of(hostMemories.allocate(bytes));
  }

  @Override
  public Optional<HostBus> hostBus() {
    return Optional.of(HostMemories.bus(model::mapHost, model::unmapHost));
  }

  @Override
  public OptionalInt shareMemory() {
    return memory.share();
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    StopReason reason = model.run(maxCycles, timeout);
    if (reason == StopReason.IDLE && !model.interrupt()) {
      // No interrupt can come; a caller that waits all the same shall not burn a processor.
      LockSupport.parkNanos(Math.min(IDLE_NANOSECONDS, timeout.toNanos()));
    }
    return model.interrupt();
  }

  @Override
  public void close() {
    model.close();
    memory.close();
  }
}
