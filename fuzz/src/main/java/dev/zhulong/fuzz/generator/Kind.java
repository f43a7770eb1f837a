package dev.zhulong.fuzz.generator;

/**
 * The kind of a value.
 *
 * @param base what its components are
 * @param count components: 1 for a scalar, 2 to 4 for a vector
 */
record Kind(Base base, int count) {
  static final Kind BOOL = new Kind(Base.BOOL, 1);
  static final Kind U32 = new Kind(Base.U32, 1);
  static final Kind F32 = new Kind(Base.F32, 1);

  /** What scalars are. */
  enum Base {
    U32(32),
    BOOL(0),
    S32(32),
    F32(32),
    U8(8),
    U16(16),
    S16(16),
    U64(64),
    S64(64),
    F16(16);

    final int bits;

    Base(int bits) {
      this.bits = bits;
    }

    boolean isFloat() {
      return this == F32 || this == F16;
    }

    boolean isInteger() {
      return this != BOOL && !isFloat();
    }

    boolean isSigned() {
      return this == S16 || this == S32 || this == S64;
    }
  }

  Kind of(Base other) {
    return new Kind(other, count);
  }

  Kind scalar() {
    return new Kind(base, 1);
  }

  boolean isVector() {
    return count > 1;
  }
}
