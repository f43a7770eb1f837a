package dev.zhulong.compiler.frontend.spirv;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The values that replace the defaults of specialization constants. SPIR-V specification, section
 * 2.9.
 */
final class Specialization {
  /** Constants 0 to 2 are a kernel's workgroup size. */
  private static final int FIRST_LOCAL = 3;

  private final SpirvModule module;
  private final Map<Integer, String> values;
  private final Map<Integer, String> byResult = new HashMap<>();

  /**
   * Finds the constants of a module that values are given for.
   *
   * @param given their values
   */
  Specialization(SpirvModule module, ConstantValues given) {
    this.module = module;
    this.values = given.texts();
    if (values.isEmpty()) {
      return;
    }
    TreeSet<Integer> known = new TreeSet<>();
    for (int id = 1; id < module.bound(); id++) {
      SpirvModule.Decorated number = module.decoration(id, Decoration.SPEC_ID);
      if (number != null) {
        known.add(number.literal());
        String value = values.get(number.literal());
        if (value != null) {
          byResult.put(id, value);
        }
      }
    }
    for (int number : new TreeSet<>(values.keySet())) {
      if (!given.othersIgnored() && !known.contains(number)) {
        String has = known.stream().map(String::valueOf).collect(Collectors.joining(", "));
        throw SpirvErrors.at(
            module.place(),
            "there is no specialization constant %d; the shader has %s",
            number,
            known.isEmpty() ? "none" : has);
      }
    }
  }

  /**
   * The elements that a kernel's parameter to local memory points to: constants from 3 on, which
   * the module itself does not have, say so for one such parameter after the other.
   *
   * @param index among the kernel's parameters to local memory
   * @return how many, or −1 where no value is given
   */
  int localElements(int index) {
    String value = values.get(FIRST_LOCAL + index);
    if (value == null) {
      return -1;
    }
    try {
      return Integer.parseUnsignedInt(value);
    } catch (NumberFormatException e) {
      throw SpirvErrors.at(
          module.place(),
          "specialization constant %d counts elements of local memory; it cannot be \"%s\"",
          FIRST_LOCAL + index,
          value);
    }
  }

  /** The bits of a scalar constant: of the value given for it, or else its default. */
  long bits(SpirvInstruction constant, SpirvType.Scalar type, long standard) {
    String value = byResult.get(constant.id());
    if (value == null) {
      return standard;
    }
    try {
      return switch (type.type()) {
        case BOOL -> bool(value);
        case I32 -> integer(value, type.bits());
        case F32 ->
            type.half()
                ? Float.floatToFloat16(Float.parseFloat(value))
                : Float.floatToRawIntBits(Float.parseFloat(value));
      };
    } catch (NumberFormatException e) {
      throw SpirvErrors.at(
          module.place(),
          "specialization constant %d cannot be \"%s\"; it is %s",
          module.decoration(constant.id(), Decoration.SPEC_ID).literal(),
          value,
          switch (type.type()) {
            case BOOL -> "true or false";
            case I32 -> "a " + type.bits() + "-bit integer, decimal or 0x…";
            case F32 -> "a " + type.bits() + "-bit float";
          });
    }
  }

  private static int bool(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> 1;
      case "false", "0" -> 0;
      default -> throw new NumberFormatException(value);
    };
  }

  private static long integer(String value, int bits) {
    BigInteger number = decode(value);
    if (number.compareTo(BigInteger.TWO.pow(bits - 1).negate()) < 0 || number.bitLength() > bits) {
      throw new NumberFormatException(value);
    }
    return number.longValue();
  }

  private static BigInteger decode(String value) {
    boolean negative = value.startsWith("-");
    String digits = negative ? value.substring(1) : value;
    boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
    BigInteger magnitude =
        hexadecimal ? new BigInteger(digits.substring(2), 16) : new BigInteger(digits);
    return negative ? magnitude.negate() : magnitude;
  }
}
