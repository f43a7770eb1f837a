package dev.zhulong.graphics;

import dev.zhulong.firmware.texel.TexelFormat;
import java.util.List;

/**
 * How the merge unit packs the words of a format: the instructions for its lower and upper fields,
 * and which components these take.
 *
 * @param family of instructions
 * @param components by the family's fields, -1 where the format has none
 */
record MergeFields(Family family, int[] components) {
  private static final List<String> DECLARATIONS =
      List.of(
          declaration(1, "uint", "zl_pack8_low(float a, float b, uint c)"),
          declaration(2, "uint", "zl_pack8_high(float a, float b, uint c)"),
          declaration(3, "uint", "zl_pack10_low(float a, float b, uint c)"),
          declaration(4, "uint", "zl_pack10_high(float a, float b, uint c)"),
          declaration(5, "uint", "zl_pack565_low(float a, float b, uint c)"),
          declaration(6, "uint", "zl_pack565_high(float a, float b, uint c)"),
          declaration(7, "float", "zl_unpack8(uint a, uint b)"),
          declaration(8, "float", "zl_unpack10(uint a, uint b)"),
          declaration(9, "float", "zl_unpack5(uint a, uint b)"),
          declaration(10, "float", "zl_unpack6(uint a, uint b)"),
          declaration(11, "float", "zl_unpack2(uint a, uint b)"));

  /** Declares the unit's instructions. */
  static void declare(Glsl g) {
    g.add("#extension GL_EXT_spirv_intrinsics : require");
    DECLARATIONS.forEach(g::add);
  }

  /** GLSL of an instruction in the compiler's set for units. */
  static String declaration(int number, String type, String function) {
    return "spirv_instruction(set = \"Zhulong.Units\", id = %d) %s %s;"
        .formatted(number, type, function);
  }

  /** Instructions for words with the same fields: two lower ones, one or two upper ones. */
  enum Family {
    /** Four bytes. */
    BYTES("zl_pack8", new int[] {0, 8, 16, 24}, new int[] {8, 8, 8, 8}),
    /** Three fields of 10 bits and one of 2. */
    TENS("zl_pack10", new int[] {0, 10, 20, 30}, new int[] {10, 10, 10, 2}),
    /** Fields of 5, 6 and 5 bits. */
    R5G6B5("zl_pack565", new int[] {0, 5, 11}, new int[] {5, 6, 5});

    private final String name;
    private final int[] positions;
    private final int[] bits;

    Family(String name, int[] positions, int[] bits) {
      this.name = name;
      this.positions = positions;
      this.bits = bits;
    }

    /** The field that a component has, or -1. */
    private int field(TexelFormat format, int component) {
      for (int f = 0; f < positions.length; f++) {
        if (format.positions()[component] == positions[f] && format.bits()[component] == bits[f]) {
          return f;
        }
      }
      return -1;
    }
  }

  /** Whether there is an instruction for fields of so many bits. */
  static boolean unpacks(int bits) {
    return bits == 2 || bits == 5 || bits == 6 || bits == 8 || bits == 10;
  }

  /** What packs a format, or null if nothing does. */
  static MergeFields of(TexelFormat format) {
    for (Family family : Family.values()) {
      int[] components = {-1, -1, -1, -1};
      boolean all = true;
      for (int c = 0; c < 4; c++) {
        if (format.bits()[c] > 0) {
          int field = family.field(format, c);
          all &= field >= 0;
          components[Math.max(field, 0)] = c;
        }
      }
      if (all) {
        return new MergeFields(family, components);
      }
    }
    return null;
  }

  /**
   * The word of a texel.
   *
   * @param values of the components, floats; null for those that are not written
   */
  String pack(String[] values) {
    String low = pair(values, 0, "_low", "0u");
    return pair(values, 2, "_high", low);
  }

  private String pair(String[] values, int field, String half, String before) {
    String first = value(values, field);
    String second = value(values, field + 1);
    if (first == null && second == null) {
      return before;
    }
    return "%s%s(%s, %s, %s)"
        .formatted(
            family.name,
            half,
            first == null ? "0.0" : first,
            second == null ? "0.0" : second,
            before);
  }

  private String value(String[] values, int field) {
    return components[field] < 0 ? null : values[components[field]];
  }
}
