package dev.zhulong.fuzz.spirv;

/** Numbers of the exact functions of GLSL.std.450. */
public final class Glsl {
  public static final int ROUND_EVEN = 2;
  public static final int TRUNC = 3;
  public static final int F_ABS = 4;
  public static final int S_ABS = 5;
  public static final int F_SIGN = 6;
  public static final int S_SIGN = 7;
  public static final int FLOOR = 8;
  public static final int CEIL = 9;
  public static final int FRACT = 10;
  public static final int SQRT = 31;
  public static final int F_MIN = 37;
  public static final int U_MIN = 38;
  public static final int S_MIN = 39;
  public static final int F_MAX = 40;
  public static final int U_MAX = 41;
  public static final int S_MAX = 42;
  public static final int F_CLAMP = 43;
  public static final int U_CLAMP = 44;
  public static final int S_CLAMP = 45;
  public static final int STEP = 48;
  public static final int FMA = 50;
  public static final int PACK_HALF_2X16 = 58;
  public static final int UNPACK_HALF_2X16 = 62;
  public static final int FIND_I_LSB = 73;
  public static final int FIND_S_MSB = 74;
  public static final int FIND_U_MSB = 75;
  public static final int N_MIN = 79;
  public static final int N_MAX = 80;
  public static final int N_CLAMP = 81;

  private Glsl() {}
}
