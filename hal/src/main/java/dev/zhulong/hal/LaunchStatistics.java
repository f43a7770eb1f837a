package dev.zhulong.hal;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import java.util.Map;

/**
 * What a launch cost, read from the device's counters when it ended.
 *
 * @param cycles device cycles from launch to end; in the functional simulator, warp-instructions of
 *     the busiest core
 * @param instructions warp-instructions of all cores
 * @param laneInstructions the same, each counted once an active lane
 * @param wallNanos host time from launch to end, in nanoseconds
 * @param counters performance counters by CSR, summed over cores
 */
public record LaunchStatistics(
    long cycles,
    long instructions,
    long laneInstructions,
    long wallNanos,
    Map<Csr, Long> counters) {

  /** Warp-instructions a cycle; 0 for no cycles. */
  public double ipc() {
    return cycles == 0 ? 0 : (double) instructions / cycles;
  }

  /** A performance counter; 0 for one that the device does not have. */
  public long count(Csr counter) {
    return counters.getOrDefault(counter, 0L);
  }

  /** Where the cycles went, on a device of this shape. */
  public LaunchProfile profile(CoreShape shape) {
    return LaunchProfile.of(this, shape);
  }

  /** Host time in seconds. */
  public double wallSeconds() {
    return wallNanos / 1e9;
  }

  /** Simulated thousands of cycles a second of host time. */
  public double kiloCyclesPerSecond() {
    return wallNanos == 0 ? 0 : cycles / 1e3 / wallSeconds();
  }

  /** Lane-instructions a second of host time. */
  public double laneInstructionsPerSecond() {
    return wallNanos == 0 ? 0 : laneInstructions / wallSeconds();
  }
}
