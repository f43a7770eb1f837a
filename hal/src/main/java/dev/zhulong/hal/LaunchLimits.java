package dev.zhulong.hal;

import java.time.Duration;

/**
 * How long a launch may take before it is stopped with cause TIMEOUT.
 *
 * @param maxCycles budget in device cycles
 * @param timeout budget in wall-clock time, counted while the host waits
 */
public record LaunchLimits(long maxCycles, Duration timeout) {
  /** No cycle limit, ten minutes. */
  public static final LaunchLimits DEFAULT =
      new LaunchLimits(Long.MAX_VALUE, Duration.ofMinutes(10));

  /** Checks that both are positive. */
  public LaunchLimits {
    if (maxCycles < 1) {
      throw new IllegalArgumentException("maxCycles is " + maxCycles + ", must be at least 1");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout is " + timeout + ", must be positive");
    }
  }
}
