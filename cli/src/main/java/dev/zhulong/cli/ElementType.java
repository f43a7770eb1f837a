package dev.zhulong.cli;

import java.util.Locale;

/** The scalar types of buffers' elements on the command line. */
enum ElementType {
  F32("<f4"),
  I32("<i4"),
  U32("<u4");

  private final String numpy;

  ElementType(String numpy) {
    this.numpy = numpy;
  }

  static ElementType of(String name) {
    for (ElementType type : values()) {
      if (type.label().equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown type \"" + name + "\"; known: f32, i32, u32");
  }

  /** As on the command line and in kernel images. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** NumPy's name of it. */
  String numpy() {
    return numpy;
  }

  /** The word of a number in text. */
  int parse(String text) {
    try {
      return switch (this) {
        case F32 -> Float.floatToRawIntBits(Float.parseFloat(text));
        case I32 -> Integer.decode(text);
        case U32 -> {
          long value = Long.decode(text);
          if (value < 0 || value > 0xffff_ffffL) {
            throw new NumberFormatException();
          }
          yield (int) value;
        }
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a number of type " + label(), e);
    }
  }

  /** The text of a word. */
  String format(int word) {
    return switch (this) {
      case F32 -> Float.toString(Float.intBitsToFloat(word));
      case I32 -> Integer.toString(word);
      case U32 -> Integer.toUnsignedString(word);
    };
  }
}
