package dev.zhulong.hal.linux;

import dev.zhulong.hal.transport.DeviceUnavailableException;
import java.util.Map;

/** Error numbers of Linux as people know them. */
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EBUSY = 16;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "EPERM"),
          Map.entry(ENOENT, "ENOENT"),
          Map.entry(EINTR, "EINTR"),
          Map.entry(5, "EIO"),
          Map.entry(6, "ENXIO"),
          Map.entry(11, "EAGAIN"),
          Map.entry(ENOMEM, "ENOMEM"),
          Map.entry(EACCES, "EACCES"),
          Map.entry(14, "EFAULT"),
          Map.entry(EBUSY, "EBUSY"),
          Map.entry(17, "EEXIST"),
          Map.entry(19, "ENODEV"),
          Map.entry(22, "EINVAL"),
          Map.entry(25, "ENOTTY"));

  private Errno() {}

  static String name(int number) {
    return NAMES.getOrDefault(number, "error " + number);
  }

  /**
   * The result of a call that must not fail.
   *
   * @param what was done to which file
   * @param remedy what a person may do about it
   */
  static long check(long result, String what, String remedy) {
    if (result >= 0) {
      return result;
    }
    int number = (int) -result;
    String advice =
        number == EACCES || number == EPERM
            ? "give the user access to it (docs/silicon.md has a udev rule), or run as root"
            : remedy;
    throw new DeviceUnavailableException(what + " failed with " + name(number) + "; " + advice);
  }
}
