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

  @Option(
      names = "--wave",
      paramLabel = "FILE.fst",
      description = "Write the core's signals to a waveform file (.fst or .vcd); needs rtl:.")
  private String wave;

  @Option(
      names = "--wave-from",
      paramLabel = "CYCLE",
      description = "First cycle of the waveform, counted from the launch. Default: 0")
  private String waveFrom;

  @Option(
      names = "--wave-to",
      paramLabel = "CYCLE",
      description = "Cycle after the waveform's last one. Default: the end")
  private String waveTo;

  Gpu open(PrintWriter console) {
    Gpu gpu = Gpu.open(addressWithWave());
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

  /** The device address with the waveform's options as parameters of it. */
  private String addressWithWave() {
    String whole =
        with(with(with(address, "wave", wave), "wave-from", waveFrom), "wave-to", waveTo);
    if (!whole.equals(address) && !address.startsWith("rtl:")) {
      throw new IllegalArgumentException(
          "--wave needs the cycle model, the device is " + address + "; add --device rtl:");
    }
    return whole;
  }

  private static String with(String address, String parameter, String value) {
    if (value == null) {
      return address;
    }
    if (value.isEmpty() || value.contains("&")) {
      throw new IllegalArgumentException(
          "--" + parameter + " \"" + value + "\" must not be empty or contain &");
    }
    return address + (address.contains("?") ? "&" : "?") + parameter + "=" + value;
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
