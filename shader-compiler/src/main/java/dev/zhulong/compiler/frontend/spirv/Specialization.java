package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Type;
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
  private final SpirvModule module;
  private final Map<Integer, String> byResult = new HashMap<>();

  /**
   * Finds the constants of a module that values are given for.
   *
   * @param values texts of values by the constants' numbers (SpecId)
   */
  Specialization(SpirvModule module, Map<Integer, String> values) {
    this.module = module;
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
      if (!known.contains(number)) {
        String has = known.stream().map(String::valueOf).collect(Collectors.joining(", "));
        throw SpirvErrors.at(
            module.place(),
            "there is no specialization constant %d; the shader has %s",
            number,
            known.isEmpty() ? "none" : has);
      }
    }
  }

  /** The bits of a scalar constant: of the value given for it, or else its default. */
  int bits(SpirvInstruction constant, Type type, int standard) {
    String value = byResult.get(constant.id());
    if (value == null) {
      return standard;
    }
    try {
      return switch (type) {
        case BOOL -> bool(value);
        case I32 -> integer(value);
        case F32 -> Float.floatToRawIntBits(Float.parseFloat(value));
      };
    } catch (NumberFormatException e) {
      throw SpirvErrors.at(
          module.place(),
          "specialization constant %d cannot be \"%s\"; it is %s",
          module.decoration(constant.id(), Decoration.SPEC_ID).literal(),
          value,
          switch (type) {
            case BOOL -> "true or false";
            case I32 -> "a 32-bit integer, decimal or 0x…";
            case F32 -> "a 32-bit float";
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

  private static int integer(String value) {
    long number = Long.decode(value);
    if (number < Integer.MIN_VALUE || number > 0xffff_ffffL) {
      throw new NumberFormatException(value);
    }
    return (int) number;
  }
}
