package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.Instruction;

/**
 * Integer instructions over all lanes of a warp: one loop each, no masks. Arguments are positions
 * of lane 0 in the register array {@code r} and in the output {@code o}.
 */
final class LaneMath {
  private LaneMath() {}

  static void immediate(Instruction op, int lanes, int[] o, int d, int[] r, int a, int immediate) {
    switch (op) {
      case ADDI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] + immediate;
        }
      }
      case SLLI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] << immediate;
        }
      }
      case SRLI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] >>> immediate;
        }
      }
      case SRAI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] >> immediate;
        }
      }
      case ANDI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] & immediate;
        }
      }
      case ORI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] | immediate;
        }
      }
      case XORI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] ^ immediate;
        }
      }
      case SLTI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] < immediate ? 1 : 0;
        }
      }
      case SLTIU -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] + Integer.MIN_VALUE < immediate + Integer.MIN_VALUE ? 1 : 0;
        }
      }
      case RORI -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = Integer.rotateRight(r[a + i], immediate);
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  static void base(Instruction op, int lanes, int[] o, int d, int[] r, int a, int b) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] + r[b + i];
        }
      }
      case SUB -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] - r[b + i];
        }
      }
      case SLL -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] << r[b + i];
        }
      }
      case SRL -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] >>> r[b + i];
        }
      }
      case SRA -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] >> r[b + i];
        }
      }
      case SLT -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] < r[b + i] ? 1 : 0;
        }
      }
      case SLTU -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] + Integer.MIN_VALUE < r[b + i] + Integer.MIN_VALUE ? 1 : 0;
        }
      }
      case XOR -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] ^ r[b + i];
        }
      }
      case OR -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] | r[b + i];
        }
      }
      case AND -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[a + i] & r[b + i];
        }
      }
      default -> extended(op, lanes, o, d, r, a, b);
    }
  }

  /** Zba, the two-operand part of Zbb, and Zicond. */
  private static void extended(Instruction op, int lanes, int[] o, int d, int[] r, int a, int b) {
    switch (op) {
      case SH1ADD -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = (r[a + i] << 1) + r[b + i];
        }
      }
      case SH2ADD -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = (r[a + i] << 2) + r[b + i];
        }
      }
      case SH3ADD -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = (r[a + i] << 3) + r[b + i];
        }
      }
      case CZERO_EQZ -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[b + i] == 0 ? 0 : r[a + i];
        }
      }
      case CZERO_NEZ -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = r[b + i] != 0 ? 0 : r[a + i];
        }
      }
      case MIN -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = Math.min(r[a + i], r[b + i]);
        }
      }
      case MAX -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = Math.max(r[a + i], r[b + i]);
        }
      }
      default -> {
        for (int i = 0; i < lanes; i++) {
          o[d + i] = rare(op, r[a + i], r[b + i]);
        }
      }
    }
  }

  private static int rare(Instruction op, int x, int y) {
    return switch (op) {
      case MINU -> Integer.compareUnsigned(x, y) < 0 ? x : y;
      case MAXU -> Integer.compareUnsigned(x, y) > 0 ? x : y;
      case ANDN -> x & ~y;
      case ORN -> x | ~y;
      case XNOR -> ~(x ^ y);
      case ROL -> Integer.rotateLeft(x, y);
      case ROR -> Integer.rotateRight(x, y);
      default -> throw new AssertionError(op);
    };
  }

  static void multiply(Instruction op, int lanes, int[] o, int d, int[] r, int a, int b) {
    if (op == Instruction.MUL) {
      for (int i = 0; i < lanes; i++) {
        o[d + i] = r[a + i] * r[b + i];
      }
    } else {
      for (int i = 0; i < lanes; i++) {
        o[d + i] = multiply(op, r[a + i], r[b + i]);
      }
    }
  }

  private static int multiply(Instruction op, int x, int y) {
    return switch (op) {
      case MULH -> (int) ((long) x * y >> 32);
      case MULHSU -> (int) ((long) x * (y & 0xffff_ffffL) >> 32);
      case MULHU -> (int) ((x & 0xffff_ffffL) * (y & 0xffff_ffffL) >>> 32);
      case DIV -> y == 0 ? -1 : x == Integer.MIN_VALUE && y == -1 ? x : x / y;
      case DIVU -> y == 0 ? -1 : Integer.divideUnsigned(x, y);
      case REM -> y == 0 ? x : y == -1 ? 0 : x % y;
      case REMU -> y == 0 ? x : Integer.remainderUnsigned(x, y);
      default -> throw new AssertionError(op);
    };
  }

  static void unary(Instruction op, int lanes, int[] o, int d, int[] r, int a) {
    for (int i = 0; i < lanes; i++) {
      int x = r[a + i];
      o[d + i] =
          switch (op) {
            case CLZ -> Integer.numberOfLeadingZeros(x);
            case CTZ -> Integer.numberOfTrailingZeros(x);
            case CPOP -> Integer.bitCount(x);
            case SEXT_B -> (byte) x;
            case SEXT_H -> (short) x;
            case ZEXT_H -> x & 0xffff;
            case REV8 -> Integer.reverseBytes(x);
            case ORC_B -> orCombine(x);
            default -> throw new AssertionError(op);
          };
    }
  }

  private static int orCombine(int x) {
    int result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      if ((x >>> shift & 0xff) != 0) {
        result |= 0xff << shift;
      }
    }
    return result;
  }

  /** Source lane of a shuffle, or the lane itself where that is out of range. */
  static int shuffleSource(Instruction op, int lane, int control, int lanes) {
    int b = control & 63;
    int clamp = control >> 6 & 63;
    int segment = control >> 12 & 63;
    int low = lane & segment;
    int high = low | clamp & ~segment & 63;
    int source;
    boolean valid;
    switch (op) {
      case SHFL_UP -> {
        source = lane - b;
        valid = source >= high;
      }
      case SHFL_DOWN -> {
        source = lane + b;
        valid = source <= high;
      }
      case SHFL_BFLY -> {
        source = lane ^ b;
        valid = source <= high;
      }
      default -> {
        source = low | b & ~segment & 63;
        valid = source <= high;
      }
    }
    return valid && source >= 0 && source < lanes ? source : lane;
  }
}
