package dev.zhulong.cli;

import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of every command that runs work on a device. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "Device address; see \"zl devices\". Default: ${DEFAULT-VALUE}")
  private String address;

  @Option(
      names = "--max-cycles",
      paramLabel = "N",
      description = "Stop the work after N device cycles.")
  private Long maxCycles;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Stop the work after so much time. Default: 600")
  private Double timeoutSeconds;

  Gpu open(PrintWriter console) {
    Gpu gpu = Gpu.open(address);
    gpu.onConsole(
        line -> {
          console.println(line);
          console.flush();
        });
    return gpu;
  }

  String address() {
    return address;
  }

  LaunchLimits limits() {
    LaunchLimits standard = LaunchLimits.DEFAULT;
    if (timeoutSeconds != null && !(timeoutSeconds > 0 && timeoutSeconds < 1e9)) {
      throw new IllegalArgumentException(
          "--timeout " + timeoutSeconds + " must be above 0 and below 1e9 seconds");
    }
    return new LaunchLimits(
        maxCycles == null ? standard.maxCycles() : maxCycles,
        timeoutSeconds == null
            ? standard.timeout()
            : Duration.ofNanos(Math.max(1, (long) (timeoutSeconds * 1e9))));
  }
}
