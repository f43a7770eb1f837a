package dev.zhulong.firmware.isa;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The part of the instruction set that an instruction belongs to. */
public enum Extension {
  /** RV32I base integer set. */
  I,
  /** Integer multiplication and division. */
  M,
  /** Atomics: LR/SC and AMOs. */
  A,
  /** Single-precision floating point. */
  F,
  /** CSR access. */
  ZICSR,
  /** Instruction-fetch fence. */
  ZIFENCEI,
  /** Conditional zero. */
  ZICOND,
  /** Address generation. */
  ZBA,
  /** Basic bit manipulation. */
  ZBB,
  /** The warp instructions of custom-0. */
  WARP,
  /** The texture instructions of custom-1; a device may lack them. */
  TEXTURE,
  /**
   * The merge instructions of custom-1, between floats and packed colours; a device may lack them.
   */
  MERGE,
  /** The coverage instructions of custom-1; a device may lack them. */
  COVERAGE;

  /** The units that a device may lack. */
  public static final Set<Extension> UNITS =
      Collections.unmodifiableSet(EnumSet.of(TEXTURE, MERGE, COVERAGE));

  /** The extensions of a {@code CAPS_ISA} register: bit n stands for the one of ordinal n. */
  public static Set<Extension> of(int capabilities) {
    Set<Extension> extensions = EnumSet.noneOf(Extension.class);
    for (Extension extension : values()) {
      if ((capabilities >> extension.ordinal() & 1) != 0) {
        extensions.add(extension);
      }
    }
    return extensions;
  }

  /** The {@code CAPS_ISA} register of a set, as {@link #of} reads it. */
  public static int bits(Set<Extension> extensions) {
    int bits = 0;
    for (Extension extension : extensions) {
      bits |= 1 << extension.ordinal();
    }
    return bits;
  }
}
