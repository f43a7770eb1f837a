package dev.zhulong.compiler.backend;

/**
 * Register numbers of machine code: 0–31 are the integer registers, 32–63 the float registers, and
 * from 64 the virtual registers that the allocator replaces.
 */
final class Register {
  static final int NONE = -1;
  static final int ZERO = 0;

  /** Points {@link Frame#BIAS} bytes below the top of the hart's stack once it is used. */
  static final int STACK = 2;

  static final int FLOAT_BASE = 32;
  static final int FIRST_VIRTUAL = 64;

  private static final String[] INTEGER_NAMES = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
    "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4",
    "t5", "t6"
  };
  private static final String[] FLOAT_NAMES = {
    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1", "fa2",
    "fa3", "fa4", "fa5", "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9",
    "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"
  };

  private Register() {}

  static boolean virtual(int register) {
    return register >= FIRST_VIRTUAL;
  }

  static String name(int register) {
    if (virtual(register)) {
      return "v" + (register - FIRST_VIRTUAL);
    }
    return register < FLOAT_BASE ? INTEGER_NAMES[register] : FLOAT_NAMES[register - FLOAT_BASE];
  }
}
