package dev.zhulong.hal;

/** A bare program that has been started. */
public final class RawRun {
  private final Gpu gpu;
  private final Fence fence;
  private RawResult result;

  RawRun(Gpu gpu, Fence fence) {
    this.gpu = gpu;
    this.fence = fence;
  }

  /**
   * Waits for its end.
   *
   * @return its exit code and what it cost
   * @throws DeviceFaultException if it ended in a fault or was stopped at its limits
   */
  public RawResult await() {
    LaunchStatistics statistics = fence.await();
    if (result == null) {
      // The result block is the next program's as soon as there is one.
      result = new RawResult(gpu.exitCode(), statistics);
    }
    return result;
  }
}
