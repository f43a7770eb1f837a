package dev.zhulong.simulator;

import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.hal.transport.DeviceAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Parameters of device addresses that leave units away, as {@code texture=0}. */
public final class UnitChoice {
  private UnitChoice() {}

  private static String parameter(Extension unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }

  /** Their names. */
  public static List<String> parameters() {
    return Extension.UNITS.stream().map(UnitChoice::parameter).toList();
  }

  /**
   * The units that a device at an address has.
   *
   * @throws IllegalArgumentException if a parameter is neither 0 nor 1
   */
  public static Set<Extension> of(DeviceAddress address) {
    Set<Extension> units = EnumSet.noneOf(Extension.class);
    for (Extension unit : Extension.UNITS) {
      if (address.number(parameter(unit), 1, 0, 1) == 1) {
        units.add(unit);
      }
    }
    return units;
  }
}
