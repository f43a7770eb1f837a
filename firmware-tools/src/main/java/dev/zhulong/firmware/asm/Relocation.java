package dev.zhulong.firmware.asm;

/** Relocation types that the assembler writes. Source: RISC-V ELF psABI, relocations. */
enum Relocation {
  WORD(1),
  BRANCH(16),
  JAL(17),
  CALL(19),
  PCREL_HI20(23),
  PCREL_LO12_I(24),
  PCREL_LO12_S(25),
  HI20(26),
  LO12_I(27),
  LO12_S(28),
  /** Values of 8, 16 and 64 bits, which must be constants: the format relocates only words. */
  BYTE(-1),
  HALF(-2),
  DOUBLE(-8);

  private final int number;

  Relocation(int number) {
    this.number = number;
  }

  /** The number in a file; negative if a file cannot hold it. */
  int number() {
    return number;
  }

  /** Whether the value is relative to the place that is patched. */
  boolean pcRelative() {
    return this == BRANCH || this == JAL || this == CALL || this == PCREL_HI20;
  }

  /** The type of a number, or null. */
  static Relocation of(int number) {
    for (Relocation r : values()) {
      if (r.number == number && number > 0) {
        return r;
      }
    }
    return null;
  }

  /**
   * Patches a value into little-endian bytes.
   *
   * @param value the address, or the offset from the place for relative types
   * @throws IllegalArgumentException if the value does not fit
   */
  void patch(byte[] bytes, int at, long value) {
    switch (this) {
      case BYTE, HALF, WORD, DOUBLE -> data(bytes, at, value);
      case BRANCH -> {
        require(value, 1 << 12, "a branch", "branch over a jump instead");
        int v = (int) value;
        merge(
            bytes,
            at,
            (v >> 12 & 1) << 31 | (v >> 5 & 63) << 25 | (v >> 1 & 15) << 8 | (v >> 11 & 1) << 7);
      }
      case JAL -> {
        require(value, 1 << 20, "a jump", "use call or tail instead");
        int v = (int) value;
        merge(
            bytes,
            at,
            (v >> 20 & 1) << 31 | (v >> 1 & 1023) << 21 | (v >> 11 & 1) << 20 | (v >> 12 & 255) << 12);
      }
      case CALL -> {
        HI20.patch(bytes, at, value);
        LO12_I.patch(bytes, at + 4, value);
      }
      case HI20, PCREL_HI20 -> merge(bytes, at, (int) value + 0x800 & 0xffff_f000);
      case LO12_I, PCREL_LO12_I -> merge(bytes, at, (int) value << 20);
      case LO12_S, PCREL_LO12_S -> {
        int v = (int) value;
        merge(bytes, at, (v >> 5 & 127) << 25 | (v & 31) << 7);
      }
    }
  }

  private void data(byte[] bytes, int at, long value) {
    int size = this == BYTE ? 1 : this == HALF ? 2 : this == WORD ? 4 : 8;
    if (size < 8 && (value >> 8 * size != 0) && (value >> (8 * size - 1) != -1)) {
      throw new IllegalArgumentException(value + " does not fit " + 8 * size + " bits");
    }
    for (int i = 0; i < size; i++) {
      bytes[at + i] = (byte) (value >> 8 * i);
    }
  }

  private static void require(long value, int limit, String what, String remedy) {
    if ((value & 1) != 0 || value < -limit || value >= limit) {
      throw new IllegalArgumentException(
          "target is " + value + " bytes away; " + what + " reaches even offsets from " + -limit
              + " to " + (limit - 2) + "; " + remedy);
    }
  }

  /** Ors a field into a word; the field is zero before. */
  private static void merge(byte[] bytes, int at, int field) {
    for (int i = 0; i < 4; i++) {
      bytes[at + i] |= (byte) (field >> 8 * i);
    }
  }
}
