package dev.zhulong.hal.linux;

import dev.zhulong.hal.transport.DeviceUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A PCI function as sysfs shows it.
 *
 * @param root of sysfs
 * @param address domain, bus, device and function, as {@code 0000:01:00.0}
 */
record SysfsFunction(Path root, String address) {
  private static final Pattern ADDRESS =
      Pattern.compile("([0-9a-f]{4}:)?[0-9a-f]{2}:[0-1][0-9a-f]\\.[0-7]");

  /**
   * Finds a function; the domain 0000 may be left away.
   *
   * @throws IllegalArgumentException if the address is none
   * @throws DeviceUnavailableException if nothing is there
   */
  static SysfsFunction of(Path root, String text) {
    String lower = text.toLowerCase(java.util.Locale.ROOT);
    if (!ADDRESS.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          "PCI address \"" + text + "\" is not of the form 0000:01:00.0; lspci -D lists them");
    }
    SysfsFunction function = new SysfsFunction(root, lower.length() == 7 ? "0000:" + lower : lower);
    if (!Files.isDirectory(function.folder())) {
      throw new DeviceUnavailableException(
          "no PCI function "
              + function.address
              + " ("
              + function.folder()
              + " does not exist); lspci -D lists them, and echo 1 > /sys/bus/pci/rescan looks for"
              + " new ones");
    }
    return function;
  }

  Path folder() {
    return root.resolve("bus/pci/devices").resolve(address);
  }

  /** A number that sysfs writes as 0x…. */
  int number(String file) {
    return Integer.decode(text(file));
  }

  private String text(String file) {
    try {
      return Files.readString(folder().resolve(file), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw new DeviceUnavailableException(
          folder().resolve(file) + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The kernel's driver that has the function. */
  Optional<String> driver() {
    return link("driver");
  }

  /** The group of functions that the IOMMU cannot tell apart. */
  Optional<String> iommuGroup() {
    return link("iommu_group");
  }

  private Optional<String> link(String name) {
    try {
      return Optional.of(Files.readSymbolicLink(folder().resolve(name)).getFileName().toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new DeviceUnavailableException(folder().resolve(name) + ": " + e.getMessage(), e);
    }
  }

  /** The number of the UIO device, where a UIO driver has the function. */
  Optional<String> uio() {
    Path folder = folder().resolve("uio");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().findFirst();
    } catch (IOException e) {
      throw new DeviceUnavailableException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Bytes of a BAR; 0 for one that is not there. */
  long barBytes(int bar) {
    List<String> lines = text("resource").lines().toList();
    if (bar >= lines.size()) {
      return 0;
    }
    String[] fields = lines.get(bar).strip().split(" +");
    long first = Long.parseUnsignedLong(fields[0].substring(2), 16);
    long last = Long.parseUnsignedLong(fields[1].substring(2), 16);
    return last == 0 ? 0 : last - first + 1;
  }

  /** The file that a BAR is mapped from. */
  Path resource(int bar) {
    return folder().resolve("resource" + bar);
  }

  Path config() {
    return folder().resolve("config");
  }

  /** Has the kernel switch memory accesses to the function on. */
  void enable() {
    try {
      Files.writeString(folder().resolve("enable"), "1", StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new DeviceUnavailableException(
          folder().resolve("enable")
              + " cannot be written: "
              + e.getMessage()
              + "; run as root, or bind the function to vfio-pci, which needs no root afterwards",
          e);
    }
  }
}
