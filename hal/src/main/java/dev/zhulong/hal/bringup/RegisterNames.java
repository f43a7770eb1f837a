package dev.zhulong.hal.bringup;

import dev.zhulong.firmware.isa.HostRegister;
import java.util.Arrays;
import java.util.Locale;

/** The host's registers by name, as {@code LAUNCH_ENTRY}, {@code status} or {@code 0x24}. */
public final class RegisterNames {
  private RegisterNames() {}

  /**
   * The offset that a name or a number stands for.
   *
   * @throws IllegalArgumentException if there is no such register, or the offset is no multiple of 4
   *     in the register space
   */
  public static int offset(String text) {
    String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
    for (HostRegister register : HostRegister.values()) {
      if (register.name().equals(name)) {
        return register.offset();
      }
    }
    try {
      return checked(Integer.decode(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "no register \""
              + text
              + "\"; registers are "
              + String.join(
                  ", ", Arrays.stream(HostRegister.values()).map(HostRegister::name).toList())
              + ", or an offset as 0x24");
    }
  }

  static int checked(int offset) {
    if (offset < 0 || offset >= HostRegister.SPACE_BYTES || offset % 4 != 0) {
      throw new IllegalArgumentException(
          "register offset 0x%x must be a multiple of 4 below 0x%x"
              .formatted(offset, HostRegister.SPACE_BYTES));
    }
    return offset;
  }
}
