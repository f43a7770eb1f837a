package dev.zhulong.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.tests.NativeTools;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Integer functions of OpenCL on 64 bits, against whole numbers of any size. */
class LongFunctionsTest {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    5,
    0xffffffffL,
    0x100000000L,
    -0x80000001L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x123456789abcdef0L,
    -0x7edcba9876543210L,
    0x00f0000000000000L
  };

  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  @BeforeEach
  void requireTools() {
    NativeTools.assumeOpenCl();
  }

  private interface Function {
    BigInteger apply(BigInteger x, BigInteger y, BigInteger z);
  }

  private static BigInteger number(long value, boolean signed) {
    BigInteger made = BigInteger.valueOf(value);
    return signed || value >= 0 ? made : made.add(TWO_64);
  }

  private static BigInteger limited(BigInteger value, boolean signed) {
    BigInteger low = signed ? BigInteger.valueOf(Long.MIN_VALUE) : BigInteger.ZERO;
    return value.max(low).min(low.add(TWO_64).subtract(BigInteger.ONE));
  }

  /** All of x, y and z from the numbers above, z by what is next to them. */
  private static void check(String expression, boolean signed, Function expected)
      throws CompileException {
    int count = NUMBERS.length;
    String text =
        """
        kernel void k(global const TYPE *in, global TYPE *out) {
          int i = get_global_id(0);
          if (i < COUNT * COUNT) {
            TYPE x = in[i / COUNT], y = in[i % COUNT], z = in[(i / COUNT + 3 * i) % COUNT];
            out[i] = (TYPE)EXPRESSION;
          }
        }
        """
            .replace("TYPE", signed ? "long" : "ulong")
            .replace("COUNT", String.valueOf(count))
            .replace("EXPRESSION", expression);
    CompileOptions options =
        new CompileOptions(null, Map.of(), 2, Map.of(), true, List.of(16, 1, 1), List.of());
    ShaderSource source =
        new ShaderSource("k.cl", Language.OPENCL_C, text.getBytes(StandardCharsets.UTF_8));
    try (Gpu gpu = Gpu.open("sim:");
        Kernel kernel = gpu.load(ShaderCompiler.compile(source, options).elf(), "k");
        Buffer in = gpu.allocate(8 * count);
        Buffer out = gpu.allocate(8 * count * count)) {
      int[] words = new int[2 * count];
      for (int n = 0; n < count; n++) {
        words[2 * n] = (int) NUMBERS[n];
        words[2 * n + 1] = (int) (NUMBERS[n] >>> 32);
      }
      in.write(words);
      kernel.launch((count * count + 15) / 16).bind(0, in).bind(1, out).submit().await();
      int[] found = out.readInts();
      for (int i = 0; i < count * count; i++) {
        BigInteger x = number(NUMBERS[i / count], signed);
        BigInteger y = number(NUMBERS[i % count], signed);
        BigInteger z = number(NUMBERS[(i / count + 3 * i) % count], signed);
        long bits = found[2 * i] & 0xffffffffL | (long) found[2 * i + 1] << 32;
        assertEquals(expected.apply(x, y, z).longValue(), bits, expression + " of " + x + ", " + y);
      }
    }
  }

  private static int count(BigInteger value) {
    return value.intValue();
  }

  @Test
  void signed() throws CompileException {
    check("abs_diff(x, y)", true, (x, y, _) -> x.subtract(y).abs());
    check("add_sat(x, y)", true, (x, y, _) -> limited(x.add(y), true));
    check("sub_sat(x, y)", true, (x, y, _) -> limited(x.subtract(y), true));
    check("hadd(x, y)", true, (x, y, _) -> x.add(y).shiftRight(1));
    check("rhadd(x, y)", true, (x, y, _) -> x.add(y).add(BigInteger.ONE).shiftRight(1));
    check("mul_hi(x, y)", true, (x, y, _) -> x.multiply(y).shiftRight(64));
    check("mad_hi(x, y, z)", true, (x, y, z) -> x.multiply(y).shiftRight(64).add(z));
    check("mad_sat(x, y, z)", true, (x, y, z) -> limited(x.multiply(y).add(z), true));
    check(
        "clz(x)", true, (x, _, _) -> BigInteger.valueOf(Long.numberOfLeadingZeros(x.longValue())));
    check(
        "rotate(x, y)",
        true,
        (x, y, _) -> BigInteger.valueOf(Long.rotateLeft(x.longValue(), count(y))));
  }

  @Test
  void unsigned() throws CompileException {
    check("abs_diff(x, y)", false, (x, y, _) -> x.subtract(y).abs());
    check("add_sat(x, y)", false, (x, y, _) -> limited(x.add(y), false));
    check("sub_sat(x, y)", false, (x, y, _) -> limited(x.subtract(y), false));
    check("hadd(x, y)", false, (x, y, _) -> x.add(y).shiftRight(1));
    check("rhadd(x, y)", false, (x, y, _) -> x.add(y).add(BigInteger.ONE).shiftRight(1));
    check("mul_hi(x, y)", false, (x, y, _) -> x.multiply(y).shiftRight(64));
    check("mad_hi(x, y, z)", false, (x, y, z) -> x.multiply(y).shiftRight(64).add(z));
    check("mad_sat(x, y, z)", false, (x, y, z) -> limited(x.multiply(y).add(z), false));
    check(
        "ctz(x)",
        false,
        (x, _, _) -> BigInteger.valueOf(Long.numberOfTrailingZeros(x.longValue())));
    check("bitselect(x, y, z)", false, (x, y, z) -> x.andNot(z).or(y.and(z)));
  }
}
