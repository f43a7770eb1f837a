package dev.zhulong.graphics;

import dev.zhulong.compiler.StageShader;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.LaunchLimits;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A device that draws.
 *
 * <p>Everything from vertices to pixels runs as kernels on the device; the host records commands
 * and hands over launches. One thread at a time may use it.
 */
public final class GraphicsDevice implements AutoCloseable {
  private static final int LEAST_LANES = 4;

  private final Gpu gpu;
  private final int lanes;
  private final Set<Extension> units = EnumSet.copyOf(Extension.UNITS);
  private final Map<String, Kernel> programs = new HashMap<>();
  private final CompiledStages compiled = new CompiledStages();
  private final Executor executor;

  private GraphicsDevice(Gpu gpu) {
    this.gpu = gpu;
    this.lanes = gpu.info().shape().lanes();
    if (lanes < LEAST_LANES) {
      throw new IllegalArgumentException(
          "a device of " + lanes + " lanes; pixels are drawn by fours, so it needs 4 or more");
    }
    units.retainAll(gpu.info().extensions());
    this.executor = new Executor(this);
  }

  /**
   * Draws on a device, which stays open when this is closed.
   *
   * @throws IllegalArgumentException if it has fewer than 4 lanes
   */
  public static GraphicsDevice on(Gpu gpu) {
    return new GraphicsDevice(gpu);
  }

  /**
   * Makes a pipeline.
   *
   * @throws IllegalArgumentException if its parts do not fit each other
   */
  public RenderPipeline pipeline(PipelineDescriptor descriptor) {
    return new RenderPipeline(this, descriptor);
  }

  /** Begins to record commands. */
  public CommandEncoder encoder() {
    return new CommandEncoder();
  }

  /** Limits the time of each launch. */
  public GraphicsDevice limits(LaunchLimits limits) {
    executor.limits(limits);
    return this;
  }

  /** Carries out what was recorded, and waits for its end. */
  public RenderStatistics submit(CommandEncoder encoder) {
    executor.begin();
    for (Consumer<Executor> command : encoder.finished()) {
      command.accept(executor);
    }
    executor.finish();
    return executor.statistics();
  }

  Gpu gpu() {
    return gpu;
  }

  CompiledStages compiled() {
    return compiled;
  }

  int lanes() {
    return lanes;
  }

  /** The units that it has of those that devices may lack. */
  Set<Extension> units() {
    return units;
  }

  /** The kernel of a compute shader of the driver's own. */
  Kernel program(String name, String glsl) {
    return programs.computeIfAbsent(
        glsl, text -> gpu.load(StageShader.driver(name, text, units).elf(), name));
  }

  @Override
  public void close() {
    programs.values().forEach(Kernel::close);
    programs.clear();
    executor.close();
  }
}
