package dev.zhulong.compiler.ir;

/**
 * A constant.
 *
 * @param type its type
 * @param bits the integer, the float's bits, or 0 or 1
 */
public record Constant(Type type, int bits) implements Value {
  /** False. */
  public static final Constant FALSE = new Constant(Type.BOOL, 0);

  /** True. */
  public static final Constant TRUE = new Constant(Type.BOOL, 1);

  /** An integer. */
  public static Constant i32(int value) {
    return new Constant(Type.I32, value);
  }

  /** A float. */
  public static Constant f32(float value) {
    return new Constant(Type.F32, Float.floatToRawIntBits(value));
  }

  /** A truth value. */
  public static Constant bool(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** The value as a float. */
  public float asFloat() {
    return Float.intBitsToFloat(bits);
  }
}
