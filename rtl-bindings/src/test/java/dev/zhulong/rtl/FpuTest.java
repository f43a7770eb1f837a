package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.rtl.unit.FpuDivSqrt;
import dev.zhulong.rtl.unit.FpuFma;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random and special operands against Java's arithmetic, which rounds to nearest even. On which
 * side of the exact result that is, exact arithmetic says; the other rounding directions and the
 * inexact flag follow from it. Ties away from zero, overflow and underflow flags are the matter of
 * the bench in C++, whose oracle is the host's processor.
 */
class FpuTest {
  private static final int LANES = 8;
  private static final int CANONICAL_NAN = 0x7fc00000;
  private static final int[] SPECIAL = {
    0,
    0x80000000,
    1,
    0x80000001,
    0x007fffff,
    0x00800000,
    0x80800000,
    0x3f800000,
    0xbf800000,
    0x3f7fffff,
    0x7f7fffff,
    0xff7fffff,
    0x7f800000,
    0xff800000,
    0x7fc00000,
    0x7f800001,
    0xffc12345
  };

  private static final long[] MODES = {
    FpuFma.RoundingModeT.RM_RNE,
    FpuFma.RoundingModeT.RM_RTZ,
    FpuFma.RoundingModeT.RM_RDN,
    FpuFma.RoundingModeT.RM_RUP
  };

  /** What a lane must give: the result in each of {@link #MODES}, and flags that hold in all. */
  private record Lane(int[] results, boolean invalid, boolean divideByZero, boolean inexact) {}

  /** What an instruction of all lanes must give; lanes that are not active are null. */
  private record Row(Lane[] lanes, int mode, int mask, int tag) {}

  private Random random;

  @BeforeEach
  void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("floating point");
  }

  private int operand() {
    return switch (random.nextInt(5)) {
      case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
      case 1 -> random.nextInt() & 0x80ffffff; // about the smallest normal number
      case 2 -> random.nextInt() & 0xff800000 | random.nextInt(8);
      case 3 -> 0x3f000000 + random.nextInt(0x01800000) | random.nextInt(2) << 31;
      default -> random.nextInt();
    };
  }

  private static boolean signalling(float... operands) {
    for (float value : operands) {
      if (Float.isNaN(value) && (Float.floatToRawIntBits(value) & 0x00400000) == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean allFinite(float... operands) {
    for (float value : operands) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean anyNan(float... operands) {
    for (float value : operands) {
      if (Float.isNaN(value)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The results in all directions.
   *
   * @param nearest rounded to nearest even
   * @param error sign of the exact result minus {@code nearest}
   */
  private static int[] directions(float nearest, int error) {
    float down = error < 0 ? Math.nextDown(nearest) : nearest;
    float up = error > 0 ? Math.nextUp(nearest) : nearest;
    boolean negative = Float.floatToRawIntBits(nearest) < 0;
    return new int[] {bits(nearest), bits(negative ? up : down), bits(down), bits(up)};
  }

  private static int bits(float value) {
    return Float.isNaN(value) ? CANONICAL_NAN : Float.floatToRawIntBits(value);
  }

  private static BigDecimal exact(float value) {
    return new BigDecimal(value);
  }

  // a * b + c
  private static Lane fusedLane(float a, float b, float c, float nearest, boolean product) {
    int error = 0;
    int[] results;
    if (allFinite(a, b, c)) {
      BigDecimal sum = exact(a).multiply(exact(b)).add(exact(c));
      error = Float.isInfinite(nearest) ? (nearest > 0 ? -1 : 1) : sum.compareTo(exact(nearest));
      results = directions(nearest, error);
      boolean sameSign =
          (Float.floatToRawIntBits(a) ^ Float.floatToRawIntBits(b) ^ Float.floatToRawIntBits(c))
              >= 0;
      if (error == 0 && nearest == 0 && !product && !sameSign) {
        // Opposite numbers cancel to -0 when rounding down.
        results[2] = 0x80000000;
      }
    } else {
      results = directions(nearest, 0);
    }
    boolean infinityTimesZero = Float.isInfinite(a) && b == 0 || a == 0 && Float.isInfinite(b);
    boolean invalid =
        signalling(a, b, c) || infinityTimesZero || Float.isNaN(nearest) && !anyNan(a, b, c);
    return new Lane(results, invalid, false, error != 0);
  }

  private static Lane fma(int operation, float a, float b, float c) {
    return switch (operation) {
      case 0 -> fusedLane(1, a, b, a + b, false);
      case 1 -> fusedLane(1, a, -b, a - b, false);
      case 2 -> fusedLane(a, b, 0, a * b, true);
      case 3 -> fusedLane(a, b, c, Math.fma(a, b, c), false);
      case 4 -> fusedLane(a, b, -c, Math.fma(a, b, -c), false);
      case 5 -> fusedLane(-a, b, c, Math.fma(-a, b, c), false);
      default -> fusedLane(-a, b, -c, Math.fma(-a, b, -c), false);
    };
  }

  private static Lane divide(float a, float b) {
    float nearest = a / b;
    boolean byZero = b == 0 && a != 0 && Float.isFinite(a);
    int error = 0;
    if (allFinite(a, b) && b != 0) {
      error =
          Float.isInfinite(nearest)
              ? (nearest > 0 ? -1 : 1)
              : exact(a).compareTo(exact(nearest).multiply(exact(b))) * (b > 0 ? 1 : -1);
    }
    boolean invalid = signalling(a, b) || Float.isNaN(nearest) && !anyNan(a, b);
    return new Lane(directions(nearest, error), invalid, byZero, error != 0);
  }

  private static Lane root(float a) {
    // The root of a double rounds to the right float: it has more than twice the digits.
    float nearest = (float) Math.sqrt(a);
    int error =
        Float.isFinite(nearest) ? exact(a).compareTo(exact(nearest).multiply(exact(nearest))) : 0;
    boolean invalid = signalling(a) || Float.isNaN(nearest) && !Float.isNaN(a);
    return new Lane(directions(nearest, error), invalid, false, error != 0);
  }

  private static void check(
      Row row, NarrowPort tag, NarrowPort mask, WidePort results, NarrowPort flags) {
    assertEquals(row.tag, tag.get());
    assertEquals(row.mask, mask.get());
    boolean invalid = false;
    boolean divideByZero = false;
    boolean inexact = false;
    for (int l = 0; l < LANES; l++) {
      Lane lane = row.lanes[l];
      if (lane != null) {
        int number = l;
        assertEquals(
            Integer.toHexString(lane.results[row.mode]),
            Integer.toHexString(results.word(l)),
            () -> "lane " + number + ", rounding mode " + row.mode);
        invalid |= lane.invalid;
        divideByZero |= lane.divideByZero;
        inexact |= lane.inexact;
      }
    }
    assertEquals(invalid, flags.field("invalid").get() == 1, "invalid");
    assertEquals(divideByZero, flags.field("divide_by_zero").get() == 1, "divide by zero");
    assertEquals(inexact, flags.field("inexact").get() == 1, "inexact");
  }

  @Test
  void fusedMultiplyAddInEveryCycle() {
    int rows = 4000;
    int latency = 4;
    try (FpuFma dut = new FpuFma(Units.design("zl_fpu_fma"))) {
      dut.reset(2);
      Deque<Row> expected = new ArrayDeque<>();
      int pipe = 0;
      int checked = 0;
      for (int i = 0; i < rows; i++) {
        boolean valid = random.nextInt(4) != 0;
        dut.valid_i.set(valid);
        if (valid) {
          expected.add(driveFma(dut));
        }
        pipe = pipe << 1 | (valid ? 1 : 0);
        dut.step(1);
        boolean due = (pipe >> latency - 1 & 1) == 1;
        assertEquals(due, dut.valid_o.isHigh());
        if (due) {
          check(expected.remove(), dut.tag_o, dut.mask_o, dut.result_o, dut.flags_o);
          checked++;
        }
      }
      assertTrue(checked > rows / 2, checked + " checked");
    }
  }

  private Row driveFma(FpuFma dut) {
    int operation = random.nextInt(7);
    int mode = random.nextInt(MODES.length);
    int mask = 1 + random.nextInt((1 << LANES) - 1);
    int tag = random.nextInt(256);
    dut.op_i.set(operation);
    dut.rm_i.set(MODES[mode]);
    dut.mask_i.set(mask);
    dut.tag_i.set(tag);
    Lane[] lanes = new Lane[LANES];
    for (int l = 0; l < LANES; l++) {
      float a = Float.intBitsToFloat(operand());
      float b = Float.intBitsToFloat(operand());
      float c = Float.intBitsToFloat(operand());
      if (random.nextInt(4) == 0) {
        // What is left of a product is the error of its rounding.
        c = Float.intBitsToFloat(Float.floatToRawIntBits(-(a * b)) ^ random.nextInt(2));
      }
      dut.a_i.setWord(l, Float.floatToRawIntBits(a));
      dut.b_i.setWord(l, Float.floatToRawIntBits(b));
      dut.c_i.setWord(l, Float.floatToRawIntBits(c));
      if ((mask >> l & 1) == 1) {
        lanes[l] = fma(operation, a, b, c);
      }
    }
    return new Row(lanes, mode, mask, tag);
  }

  @Test
  void divisionsAndRootsAreHeldUntilTheyAreTaken() {
    try (FpuDivSqrt dut = new FpuDivSqrt(Units.design("zl_fpu_div_sqrt"))) {
      dut.reset(2);
      for (int i = 0; i < 1500; i++) {
        Row row = driveDivSqrt(dut);
        dut.valid_i.set(1);
        dut.ready_i.set(0);
        assertTrue(dut.model.stepUntil(dut.ready_o.is(1), 5), "the idle unit is not ready");
        dut.step(1);
        dut.valid_i.set(0);
        assertTrue(dut.model.stepUntil(dut.valid_o.is(1), 20), "no result after 20 cycles");
        int held = random.nextInt(4);
        for (int j = 0; j <= held; j++) {
          assertTrue(dut.valid_o.isHigh() && !dut.ready_o.isHigh(), "the result is not held");
          check(row, dut.tag_o, dut.mask_o, dut.result_o, dut.flags_o);
          dut.ready_i.set(j == held);
          dut.step(1);
        }
        assertEquals(0, dut.valid_o.get());
      }
    }
  }

  private Row driveDivSqrt(FpuDivSqrt dut) {
    boolean root = random.nextBoolean();
    int mode = random.nextInt(MODES.length);
    int mask = 1 + random.nextInt((1 << LANES) - 1);
    int tag = random.nextInt(256);
    dut.op_i.set(root ? FpuFma.DivSqrtOpT.DIV_SQRT_SQRT : FpuFma.DivSqrtOpT.DIV_SQRT_DIV);
    dut.rm_i.set(MODES[mode]);
    dut.mask_i.set(mask);
    dut.tag_i.set(tag);
    Lane[] lanes = new Lane[LANES];
    for (int l = 0; l < LANES; l++) {
      int a = operand();
      int b = operand();
      dut.a_i.setWord(l, a);
      dut.b_i.setWord(l, b);
      if ((mask >> l & 1) == 1) {
        lanes[l] =
            root
                ? root(Float.intBitsToFloat(a))
                : divide(Float.intBitsToFloat(a), Float.intBitsToFloat(b));
      }
    }
    return new Row(lanes, mode, mask, tag);
  }
}
