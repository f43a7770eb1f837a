package dev.zhulong.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.tests.NativeTools;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reductions and scans of a workgroup over every type, by every operation. */
class WorkgroupFunctionsTest {
  private static final int SIZE = 32;
  private static final int GROUP = 16;
  private static final int GROUP_I_ADD = 264;

  @BeforeEach
  void requireTools() {
    NativeTools.assumeOpenCl();
  }

  /** Runs a kernel of which the additions of a workgroup are another operation instead. */
  private static int[] run(String text, int operation) throws CompileException {
    CompileOptions options =
        new CompileOptions(null, Map.of(), 2, Map.of(), true, List.of(GROUP, 1, 1), List.of());
    ShaderSource source =
        new ShaderSource("k.cl", Language.OPENCL_C, text.getBytes(StandardCharsets.UTF_8));
    byte[] spirv = ShaderCompiler.compile(source, options).spirv();
    ByteBuffer words = ByteBuffer.wrap(spirv).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 20; at < spirv.length; at += 4 * (words.getInt(at) >>> 16)) {
      if ((words.getInt(at) & 0xffff) == GROUP_I_ADD) {
        words.putInt(at, words.getInt(at) & 0xffff0000 | operation);
      }
    }
    ShaderSource changed = new ShaderSource("k.spv", Language.SPIRV, spirv);
    try (Gpu gpu = Gpu.open("sim:");
        Kernel kernel = gpu.load(ShaderCompiler.compile(changed, options).elf(), "k");
        Buffer in = gpu.allocate(4 * SIZE);
        Buffer out = gpu.allocate(8 * SIZE)) {
      in.write(input());
      kernel.launch(SIZE / GROUP).bind(0, in).bind(1, out).submit().await();
      return out.readInts();
    }
  }

  private static int[] input() {
    return IntStream.range(0, SIZE).map(n -> (n + 3) * 0x9e3779b9).toArray();
  }

  /** Reduces, and scans up to each invocation, values of a type made of the input. */
  private static void check(
      String type, int operation, LongBinaryOperator combine, LongBinaryOperator value)
      throws CompileException {
    String text =
        """
        kernel void k(global const int *in, global long *out) {
          int i = get_global_id(0);
          TYPE x = (TYPE)((ulong)in[i] * in[i] * 0x123456789ul);
          TYPE all = work_group_reduce_add(x);
          TYPE some = work_group_scan_inclusive_add(x);
          out[i] = (long)all * 3 + (long)some;
        }
        """
            .replace("TYPE", type);
    int[] in = input();
    int[] wanted = new int[2 * SIZE];
    for (int i = 0; i < SIZE; i++) {
      int first = i / GROUP * GROUP;
      long some = 0;
      long all = 0;
      for (int n = first; n < first + GROUP; n++) {
        long x = value.applyAsLong((long) in[n] * in[n] * 0x123456789L, 0);
        all = n == first ? x : value.applyAsLong(combine.applyAsLong(all, x), 0);
        some = n == i ? all : some;
      }
      long both = all * 3 + some;
      wanted[2 * i] = (int) both;
      wanted[2 * i + 1] = (int) (both >> 32);
    }
    assertArrayEquals(wanted, run(text, operation), type + " by operation " + operation);
  }

  @Test
  void additionsOfAllWidths() throws CompileException {
    check("int", GROUP_I_ADD, Long::sum, (x, _) -> (int) x);
    check("uint", GROUP_I_ADD, Long::sum, (x, _) -> x & 0xffffffffL);
    check("long", GROUP_I_ADD, Long::sum, (x, _) -> x);
    check("ulong", GROUP_I_ADD, Long::sum, (x, _) -> x);
  }

  @Test
  void otherOperations() throws CompileException {
    check("long", 267, (x, y) -> Long.compareUnsigned(x, y) < 0 ? x : y, (x, _) -> x);
    check("long", 268, Math::min, (x, _) -> x);
    check("long", 270, (x, y) -> Long.compareUnsigned(x, y) > 0 ? x : y, (x, _) -> x);
    check("int", 271, Math::max, (x, _) -> (int) x);
    check("int", 6401, (x, y) -> x * y, (x, _) -> (int) x);
    check("long", 6401, (x, y) -> x * y, (x, _) -> x);
    check("int", 6403, (x, y) -> x & y, (x, _) -> (int) x);
    check("long", 6404, (x, y) -> x | y, (x, _) -> x);
    check("long", 6405, (x, y) -> x ^ y, (x, _) -> x);
  }
}
