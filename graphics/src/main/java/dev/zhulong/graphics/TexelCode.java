package dev.zhulong.graphics;

import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.firmware.texel.TexelFormat.Kind;

/**
 * GLSL that packs and unpacks the texels of a colour attachment, which are held in words.
 *
 * @param format the format
 * @param merges whether the device has the merge unit; it gives the same bits
 */
record TexelCode(TexelFormat format, boolean merges) {
  /** Functions between the curve of sRGB and linear values. */
  static final String CURVES =
      """
      float zl_linear(float v) {
      return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4); }
      float zl_curved(float v) {
      return v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1.0 / 2.4) - 0.055; }""";

  /** Words that hold a texel; a small one has a word of its own. */
  int words() {
    return Math.max(1, format.bytes() / 4);
  }

  /** Words or smaller units that a texel has in memory. */
  int units() {
    return words();
  }

  /** Type of a unit in memory. */
  String unit() {
    return unit(format.bytes());
  }

  /** Type of a unit of memory for texels of so many bytes. */
  static String unit(int bytes) {
    return switch (bytes) {
      case 1 -> "uint8_t";
      case 2 -> "uint16_t";
      default -> "uint";
    };
  }

  private boolean has(int component) {
    return format.bits()[component] > 0;
  }

  private double most(int component) {
    return Math.pow(2, format.bits()[component] - (format.kind() == Kind.SNORM ? 1 : 0)) - 1;
  }

  private boolean curved(int component) {
    return format.kind() == Kind.SRGB && component < 3;
  }

  /** Bits of a word that belong to components of a mask. */
  int mask(int word, int components) {
    int mask = 0;
    for (int c = 0; c < 4; c++) {
      if ((components >> c & 1) != 0 && has(c) && format.positions()[c] / 32 == word) {
        int bits = format.bits()[c];
        mask |= (bits == 32 ? -1 : (1 << bits) - 1) << format.positions()[c] % 32;
      }
    }
    return mask;
  }

  /** Bits of all components in a word. */
  private String field(int component, String words) {
    int bits = format.bits()[component];
    int position = format.positions()[component];
    String word = words + position / 32;
    return bits == 32 ? word : "bitfieldExtract(" + word + ", " + position % 32 + ", " + bits + ")";
  }

  /** Whether the components are fractions of their largest values. */
  private boolean holdsFractions() {
    return format.kind() == Kind.UNORM || format.kind() == Kind.SRGB;
  }

  /** The fraction that a component is of its largest value. */
  private String fraction(int component, String words) {
    int bits = format.bits()[component];
    int position = format.positions()[component];
    return merges && MergeFields.unpacks(bits)
        ? "zl_unpack%d(%s%d, %du)".formatted(bits, words, position / 32, position % 32)
        : "float(" + field(component, words) + ") * " + (float) (1 / most(component));
  }

  /**
   * Variables with the fractions that components are of their largest values. They are rounded
   * before anything is done with them, as the merge unit does.
   *
   * @param words names of the words without their numbers
   * @param names of the variables without their numbers
   */
  void fractions(Glsl g, String words, String names) {
    for (int c = 0; holdsFractions() && c < 4; c++) {
      if (has(c)) {
        g.add("precise float %s%d = %s;", names, c, fraction(c, words));
      }
    }
  }

  /**
   * The float of a component.
   *
   * @param words names of the words without their numbers
   * @param fractions names of the components' fractions without their numbers
   */
  String unpack(int component, String words, String fractions) {
    if (!has(component)) {
      return component == 3 ? "1.0" : "0.0";
    }
    String field = field(component, words);
    int bits = format.bits()[component];
    return switch (format.kind()) {
      case UNORM, SRGB ->
          curved(component) ? "zl_linear(" + fractions + component + ")" : fractions + component;
      case SNORM ->
          "max(float(int("
              + field
              + ") << "
              + (32 - bits)
              + " >> "
              + (32 - bits)
              + ") / "
              + most(component)
              + ", -1.0)";
      case FLOAT ->
          switch (bits) {
            case 32 -> "uintBitsToFloat(" + field + ")";
            case 16 -> "unpackHalf2x16(" + field + ").x";
            default -> "unpackHalf2x16(" + field + " << " + (15 - bits) + ").x";
          };
      default -> throw new IllegalArgumentException(format + " has no floats");
    };
  }

  /** A value on the curve that the component is stored by. */
  private String curve(int component, String value) {
    return curved(component) ? "zl_curved(clamp(" + value + ", 0.0, 1.0))" : value;
  }

  /**
   * The only word of a texel by the merge unit, or null where that cannot.
   *
   * @param bitsOf bits of the components' values
   * @param written components that are written; the others' fields are zero
   */
  String packed(String[] bitsOf, int written) {
    MergeFields fields = merges && holdsFractions() ? MergeFields.of(format) : null;
    if (fields == null) {
      return null;
    }
    String[] values = new String[4];
    for (int c = 0; c < 4; c++) {
      if (has(c) && (written >> c & 1) != 0) {
        values[c] = curve(c, "uintBitsToFloat(" + bitsOf[c] + ")");
      }
    }
    return fields.pack(values);
  }

  /** The bits of a component, of a value with its bits in a uint. */
  String pack(int component, String bitsOf) {
    String value = "uintBitsToFloat(" + bitsOf + ")";
    int bits = format.bits()[component];
    String field = bits == 32 ? "" : " & " + ((1L << bits) - 1) + "u";
    return switch (format.kind()) {
      case UNORM, SRGB -> {
        String within = "clamp(" + curve(component, value) + ", 0.0, 1.0)";
        yield "uint(fma(" + within + ", " + most(component) + ", 0.5))";
      }
      case SNORM ->
          "(uint(int(roundEven(clamp("
              + value
              + ", -1.0, 1.0) * "
              + most(component)
              + ")))"
              + field
              + ")";
      case UINT -> bits == 32 ? bitsOf : "min(" + bitsOf + ", " + ((1L << bits) - 1) + "u)";
      case SINT ->
          bits == 32
              ? bitsOf
              : "(uint(clamp(int("
                  + bitsOf
                  + "), "
                  + -(1L << bits - 1)
                  + ", "
                  + ((1L << bits - 1) - 1)
                  + "))"
                  + field
                  + ")";
      case FLOAT ->
          switch (bits) {
            case 32 -> bitsOf;
            case 16 -> "(packHalf2x16(vec2(" + value + ", 0.0)) & 65535u)";
            default ->
                "min(packHalf2x16(vec2(max("
                    + value
                    + ", 0.0), 0.0)) + "
                    + (1 << 14 - bits)
                    + "u >> "
                    + (15 - bits)
                    + ", "
                    + ((31 << bits - 5) - 1)
                    + "u)";
          };
      case SHARED_EXPONENT -> throw new IllegalArgumentException(format + " cannot be rendered to");
    };
  }

  /** A word of a texel from its components' bits. */
  String assemble(int word, String components, int written) {
    StringBuilder text = new StringBuilder();
    for (int c = 0; c < 4; c++) {
      if (has(c) && (written >> c & 1) != 0 && format.positions()[c] / 32 == word) {
        text.append(text.isEmpty() ? "" : " | ").append(components).append(c);
        int shift = format.positions()[c] % 32;
        text.append(shift == 0 ? "" : " << " + shift);
      }
    }
    return text.isEmpty() ? "0u" : text.toString();
  }

  boolean hasComponent(int c) {
    return has(c);
  }
}
