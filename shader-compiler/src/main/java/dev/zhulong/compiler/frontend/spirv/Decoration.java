package dev.zhulong.compiler.frontend.spirv;

import java.util.HashMap;
import java.util.Map;

/** Decorations that the translation looks at. SPIR-V specification, Decoration. */
enum Decoration {
  SPEC_ID(1),
  BLOCK(2),
  BUFFER_BLOCK(3),
  ROW_MAJOR(4),
  ARRAY_STRIDE(6),
  MATRIX_STRIDE(7),
  BUILT_IN(11),
  ALIASED(20),
  VOLATILE(21),
  BINDING(33),
  DESCRIPTOR_SET(34),
  OFFSET(35),
  FP_ROUNDING_MODE(39),
  NO_CONTRACTION(42);

  private static final Map<Integer, Decoration> BY_NUMBER = new HashMap<>();

  static {
    for (Decoration d : values()) {
      BY_NUMBER.put(d.number, d);
    }
  }

  private final int number;

  Decoration(int number) {
    this.number = number;
  }

  /** The decoration with a number, or null for one without meaning here. */
  static Decoration of(int number) {
    return BY_NUMBER.get(number);
  }
}
