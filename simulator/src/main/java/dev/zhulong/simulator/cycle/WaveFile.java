package dev.zhulong.simulator.cycle;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.rtl.WaveWindow;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The waveform that an {@code rtl:} address asks for.
 *
 * @param path where it is written
 * @param window cycles that are written
 */
record WaveFile(Path path, WaveWindow window) {

  /**
   * Reads the parameters {@code wave}, {@code wave-from} and {@code wave-to}.
   *
   * @throws IllegalArgumentException if they make no sense or the file cannot be written, before a
   *     model has been built for it
   */
  static Optional<WaveFile> of(DeviceAddress address) {
    long from = cycle(address, "wave-from", WaveWindow.ALL.from());
    long to = cycle(address, "wave-to", WaveWindow.ALL.to());
    String name = address.parameters().get("wave");
    if (name == null) {
      if (address.parameters().containsKey("wave-from")
          || address.parameters().containsKey("wave-to")) {
        throw refused(address, "wave-from and wave-to need wave=FILE.fst");
      }
      return Optional.empty();
    }
    if (to <= from) {
      throw refused(address, "wave-to is " + to + ", must be above wave-from, which is " + from);
    }
    return Optional.of(new WaveFile(path(address, name), new WaveWindow(from, to)));
  }

  private static Path path(DeviceAddress address, String name) {
    if (!name.endsWith(".fst") && !name.endsWith(".vcd")) {
      throw refused(address, "wave is " + name + ", must end in .fst or .vcd");
    }
    Path path;
    try {
      path = Path.of(name).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw refused(address, "wave is " + name + ", which is no file name");
    }
    Path folder = path.getParent();
    if (!Files.isDirectory(folder)) {
      throw refused(address, "wave is " + name + ", but there is no folder " + folder);
    }
    if (Files.isDirectory(path) || !Files.isWritable(Files.exists(path) ? path : folder)) {
      throw refused(address, "wave is " + name + ", which cannot be written");
    }
    return path;
  }

  private static long cycle(DeviceAddress address, String parameter, long fallback) {
    String text = address.parameters().get(parameter);
    if (text == null) {
      return fallback;
    }
    try {
      long cycle = Long.parseLong(text);
      if (cycle >= 0) {
        return cycle;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message that also covers negative numbers.
    }
    throw refused(address, parameter + " is " + text + ", must be a cycle number, 0 or more");
  }

  private static IllegalArgumentException refused(DeviceAddress address, String reason) {
    return new IllegalArgumentException("device address \"" + address.text() + "\": " + reason);
  }
}
