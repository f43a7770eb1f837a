package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.rtl.unit.Texture;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The texture unit on random and special operands, an instruction a cycle with gaps, against exact
 * decimal arithmetic that follows the definition and not the circuit.
 */
class TextureTest {
  private static final int LANES = 4;
  private static final int ROWS = 60_000;
  private static final int NEAREST = 1 << 14;
  private static final BigInteger UNIT = BigInteger.ONE.shiftLeft(24);
  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Math.nextDown(1f),
    1f,
    -1f,
    Math.nextUp(1f),
    Math.nextDown(2f),
    -2f,
    0x1p23f + 1,
    -0x1p24f - 2,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private enum Operation {
    COORD,
    MIXLO,
    MIXHI,
    COLORLO,
    COLORHI
  }

  private record Row(int[] results, long mask, long tag) {}

  private Random random;

  @BeforeEach
  void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("texture unit");
  }

  private static int coordinate(float u, int descriptor) {
    int size = (descriptor & 4095) + 1;
    int wrap = Math.min(descriptor >> 12 & 3, 2);
    BigInteger x;
    if (!Float.isFinite(u)) {
      x =
          wrap < 2 || Float.isNaN(u)
              ? BigInteger.ZERO
              : BigInteger.valueOf(u > 0 ? 1L << 40 : -1L << 40);
    } else {
      x =
          new BigDecimal(u)
              .multiply(new BigDecimal(UNIT))
              .setScale(0, RoundingMode.FLOOR)
              .toBigInteger();
    }
    switch (wrap) {
      case 0 -> x = x.mod(UNIT);
      case 1 -> {
        x = x.mod(UNIT.shiftLeft(1));
        if (x.compareTo(UNIT) >= 0) {
          x = UNIT.shiftLeft(1).subtract(BigInteger.ONE).subtract(x);
        }
      }
      default -> x = x.max(UNIT.negate()).min(UNIT.shiftLeft(1).subtract(BigInteger.ONE));
    }
    BigDecimal texels = new BigDecimal(x.multiply(BigInteger.valueOf(256L * size)));
    BigDecimal exact = texels.divide(new BigDecimal(UNIT));
    long position =
        (descriptor & NEAREST) != 0
            ? exact.setScale(0, RoundingMode.FLOOR).longValueExact()
            : exact.add(new BigDecimal("0.5")).setScale(0, RoundingMode.FLOOR).longValueExact()
                - 128;
    long i = Math.floorDiv(position, 256L);
    long first = wrap == 0 ? Math.floorMod(i, (long) size) : Math.clamp(i, 0, size - 1);
    long second = wrap == 0 ? Math.floorMod(i + 1, (long) size) : Math.clamp(i + 1, 0, size - 1);
    return (int) (first << 20 | second << 8 | Math.floorMod(position, 256L));
  }

  private static int expected(Operation operation, int a, int b, int c) {
    double far = (c & 255) / 256.0;
    int shift = operation == Operation.MIXHI || operation == Operation.COLORHI ? 16 : 0;
    return switch (operation) {
      case COORD -> coordinate(Float.intBitsToFloat(a), b);
      case MIXLO, MIXHI -> {
        int result = 0;
        for (int n = 0; n < 2; n++) {
          int one = a >> shift + 8 * n & 255;
          int other = b >> shift + 8 * n & 255;
          result |= (int) ((one + (other - one) * far) * 256) << 16 * n;
        }
        yield result;
      }
      default -> {
        int one = a >> shift & 0xffff;
        int other = b >> shift & 0xffff;
        yield Float.floatToRawIntBits((float) ((one + (other - one) * far) / 256));
      }
    };
  }

  private float coordinate() {
    return switch (random.nextInt(4)) {
      case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
      case 1 -> Float.intBitsToFloat(random.nextInt());
      case 2 -> (random.nextInt(4097) - 1024) / 1024f;
      default -> random.nextFloat() * 6 - 3;
    };
  }

  private int descriptor() {
    int size = random.nextBoolean() ? random.nextInt(4096) : (1 << random.nextInt(13)) - 1;
    return size | random.nextInt(8) << 12 | random.nextInt() << 15;
  }

  @Test
  void resultsAreExact() {
    try (Texture unit = new Texture(Units.design("zl_texture"))) {
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

  private Row send(Texture unit) {
    Operation operation = Operation.values()[random.nextInt(5)];
    int[] results = new int[LANES];
    for (int l = 0; l < LANES; l++) {
      boolean coordinate = operation == Operation.COORD;
      int a = coordinate ? Float.floatToRawIntBits(coordinate()) : random.nextInt();
      int b = coordinate ? descriptor() : random.nextInt();
      int c = random.nextInt(8) == 0 ? random.nextInt(2) * 255 : random.nextInt();
      unit.a_i.setWord(l, a);
      unit.b_i.setWord(l, b);
      unit.c_i.setWord(l, c);
      results[l] = expected(operation, a, b, c);
    }
    long mask = random.nextInt(1 << LANES);
    long tag = random.nextInt(1 << unit.tag_i.width());
    unit.op_i.set(operation.ordinal());
    unit.mask_i.set(mask);
    unit.tag_i.set(tag);
    return new Row(results, mask, tag);
  }
}
