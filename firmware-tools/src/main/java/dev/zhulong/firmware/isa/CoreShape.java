package dev.zhulong.firmware.isa;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a device is. Machine contract, shape.
 *
 * @param cores 1 to 16
 * @param warps per core, a power of two from 2 to 32
 * @param lanes per warp, a power of two from 2 to 32
 */
public record CoreShape(int cores, int warps, int lanes) {
  private static final Pattern NAME = Pattern.compile("c(\\d{1,2})w(\\d{1,2})t(\\d{1,2})");

  /** The shape that devices have unless asked otherwise. */
  public static final CoreShape DEFAULT = new CoreShape(1, 8, 8);

  /** Checks the limits. */
  public CoreShape {
    if (cores < 1 || cores > 16) {
      throw new IllegalArgumentException("cores is " + cores + ", must be 1 to 16");
    }
    requirePowerOfTwo("warps", warps);
    requirePowerOfTwo("lanes", lanes);
  }

  private static void requirePowerOfTwo(String name, int value) {
    if (value < 2 || value > 32 || Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(
          name + " is " + value + ", must be a power of two from 2 to 32");
    }
  }

  /**
   * The shape of a configuration name such as {@code c1w4t4}.
   *
   * @throws IllegalArgumentException if it is not such a name or a number is out of range
   */
  public static CoreShape parse(String name) {
    Matcher m = NAME.matcher(name);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "configuration \"" + name + "\" is not of the form cNwNtN, as c1w4t4");
    }
    return new CoreShape(
        Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)));
  }

  /**
   * KiB of shared L2 that a device has unless asked otherwise: 64 a core, rounded up to a power of
   * two; none for a single core.
   */
  public int standardL2Kib() {
    return cores == 1 ? 0 : 64 * Integer.highestOneBit(2 * cores - 1);
  }

  /** Lanes of the whole device. */
  public int harts() {
    return cores * warps * lanes;
  }

  /** The configuration name, as {@code c1w4t4}. */
  @Override
  public String toString() {
    return "c" + cores + "w" + warps + "t" + lanes;
  }
}
