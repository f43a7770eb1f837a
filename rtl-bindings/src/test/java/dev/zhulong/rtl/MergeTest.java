package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.rtl.unit.Merge;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The merge unit on random and special operands, an instruction a cycle with gaps, against the
 * host's IEEE 754 arithmetic: a clamp, a fused multiply-add, a conversion; a product.
 */
class MergeTest {
  private static final int LANES = 4;
  private static final int ROWS = 60_000;
  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    0x1p-11f,
    Math.nextDown(0x1p-11f),
    0x1p-10f,
    0.5f,
    Math.nextDown(0.5f),
    Math.nextDown(1f),
    1f,
    Math.nextUp(1f),
    -1f,
    2f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    Float.intBitsToFloat(0xffc00000),
    Float.intBitsToFloat(0x7f800001)
  };

  /** Instructions in the order of {@code merge_op_t}: fields as width and lowest bit, twice. */
  private enum Operation {
    PACK8LO(8, 0, 8, 8),
    PACK8HI(8, 16, 8, 24),
    PACK10LO(10, 0, 10, 10),
    PACK10HI(10, 20, 2, 30),
    PACK565LO(5, 0, 6, 5),
    PACK565HI(5, 11, 0, 0),
    UNPACK8(8),
    UNPACK10(10),
    UNPACK5(5),
    UNPACK6(6),
    UNPACK2(2);

    private final int[] fields;

    Operation(int... fields) {
      this.fields = fields;
    }

    private boolean unpacks() {
      return fields.length == 1;
    }

    private int expected(int a, int b, int c) {
      if (unpacks()) {
        int most = (1 << fields[0]) - 1;
        return Float.floatToRawIntBits((a >>> (b & 31) & most) * (1f / most));
      }
      return c | field(a, fields[0]) << fields[1] | field(b, fields[2]) << fields[3];
    }

    private static int field(int bits, int width) {
      float v = Float.intBitsToFloat(bits);
      float clamped = Float.isNaN(v) ? 0 : Math.min(Math.max(v, 0), 1);
      return width == 0 ? 0 : (int) Math.fma(clamped, (1 << width) - 1, 0.5f);
    }
  }

  private record Row(int[] results, long mask, long tag) {}

  private Random random;

  @BeforeEach
  void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("merge unit");
  }

  /** Often a float from which a step of a field begins, or one of its neighbours. */
  private int component() {
    return switch (random.nextInt(4)) {
      case 0 -> Float.floatToRawIntBits(SPECIAL[random.nextInt(SPECIAL.length)]);
      case 1 -> random.nextInt();
      case 2 -> {
        int most = (1 << new int[] {2, 5, 6, 8, 10}[random.nextInt(5)]) - 1;
        float border = (random.nextInt(most) + 0.5f) / most;
        yield Float.floatToRawIntBits(border) + random.nextInt(5) - 2;
      }
      default -> Float.floatToRawIntBits(random.nextFloat() * 1.2f - 0.1f);
    };
  }

  @Test
  void resultsAreThoseOfFloatArithmetic() {
    try (Merge unit = new Merge(Units.design("zl_merge"))) {
      unit.reset(2);
      Deque<Row> waiting = new ArrayDeque<>();
      int sent = 0;
      while (sent < ROWS || !waiting.isEmpty()) {
        boolean valid = sent < ROWS && random.nextInt(4) != 0;
        unit.valid_i.set(valid);
        if (valid) {
          sent++;
          waiting.add(send(unit));
        }
        unit.step(1);
        if (unit.valid_o.isHigh()) {
          Row row = waiting.remove();
          assertEquals(row.tag, unit.tag_o.get());
          assertEquals(row.mask, unit.mask_o.get());
          for (int l = 0; l < LANES; l++) {
            assertEquals(
                Integer.toHexString(row.results[l]), Integer.toHexString(unit.result_o.word(l)));
          }
        }
      }
    }
  }

  private Row send(Merge unit) {
    Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
    int[] results = new int[LANES];
    for (int l = 0; l < LANES; l++) {
      int a = operation.unpacks() ? random.nextInt() : component();
      int b = operation.unpacks() ? random.nextInt(32) : component();
      int c = random.nextBoolean() ? 0 : random.nextInt();
      unit.a_i.setWord(l, a);
      unit.b_i.setWord(l, b);
      unit.c_i.setWord(l, c);
      results[l] = operation.expected(a, b, c);
    }
    long mask = random.nextInt(1 << LANES);
    long tag = random.nextInt(1 << unit.tag_i.width());
    unit.op_i.set(operation.ordinal());
    unit.mask_i.set(mask);
    unit.tag_i.set(tag);
    return new Row(results, mask, tag);
  }
}
