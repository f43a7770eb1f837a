package dev.zhulong.hal;

import java.util.Optional;

/** The end of one submitted launch. */
public final class Fence {
  private final Gpu gpu;
  private LaunchStatistics statistics;
  private RuntimeException failure;

  Fence(Gpu gpu) {
    this.gpu = gpu;
  }

  /**
   * Waits for the end.
   *
   * @return what the launch cost
   * @throws DeviceFaultException if it ended in a fault or was stopped at its limits
   * @throws DeviceLostException if the device is gone
   */
  public LaunchStatistics await() {
    gpu.finish(this);
    if (failure != null) {
      throw failure;
    }
    return statistics;
  }

  /** What the launch cost, if it has ended well by now; never waits. */
  public Optional<LaunchStatistics> statistics() {
    return Optional.ofNullable(statistics);
  }

  boolean pending() {
    return statistics == null && failure == null;
  }

  void succeed(LaunchStatistics result) {
    statistics = result;
  }

  void fail(RuntimeException reason) {
    failure = reason;
  }
}
