package dev.zhulong.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.tests.NativeTools;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenCL C offers, kernel by kernel, against values computed here. */
class OpenClTest {
  private static final int SIZE = 64;

  @BeforeEach
  void requireTools() {
    NativeTools.assumeOpenCl();
  }

  private static byte[] compile(String text, int level) throws CompileException {
    ShaderSource source =
        new ShaderSource("k.cl", Language.OPENCL_C, text.getBytes(StandardCharsets.UTF_8));
    return ShaderCompiler.compile(
            source,
            new CompileOptions(null, Map.of(), level, Map.of(), true, List.of(16, 1, 1), List.of()))
        .elf();
  }

  private static int[] run(String device, String text, int level, int[] in)
      throws CompileException {
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(compile(text, level), "k");
        Buffer input = gpu.allocate(4 * in.length);
        Buffer output = gpu.allocate(4 * in.length)) {
      input.write(in);
      output.write(new int[in.length]);
      kernel.launch(in.length / 16).bind(0, input).bind(1, output).submit().await();
      return output.readInts();
    }
  }

  private static int[] numbers() {
    return IntStream.range(0, SIZE).map(n -> n * 0x9e3779b9 ^ n << 3).toArray();
  }

  /** One expression of x, an int from the buffer, and i, its index, with its value in Java. */
  private static void check(String expression, IntBinaryOperator expected) throws CompileException {
    check("", expression, expected);
  }

  private static void check(String before, String expression, IntBinaryOperator expected)
      throws CompileException {
    int[] in = numbers();
    int[] wanted = IntStream.range(0, SIZE).map(i -> expected.applyAsInt(in[i], i)).toArray();
    String text =
        before
            + "\nkernel void k(global const int *in, global int *out) {\n"
            + "  int i = get_global_id(0); int x = in[i]; out[i] = "
            + expression
            + ";\n}\n";
    assertArrayEquals(wanted, run("sim:", text, 2, in), expression);
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  @Test
  void narrowAndWideIntegers() throws CompileException {
    check("(char)x", (x, i) -> (byte) x);
    check("(uchar)x + (short)x", (x, i) -> (x & 0xff) + (short) x);
    check("(char)x / (char)7", (x, i) -> (byte) x / 7);
    check("(short)x >> 3", (x, i) -> (short) x >> 3);
    check("(ushort)((ushort)x * (ushort)3)", (x, i) -> x * 3 & 0xffff);
    check("(int)(((long)x * x) >> 32)", (x, i) -> (int) ((long) x * x >> 32));
    check("(int)((ulong)(uint)x % 1000003ul)", (x, i) -> (int) ((x & 0xffffffffL) % 1000003));
    check("convert_char_sat(x)", (x, i) -> Math.clamp(x, -128, 127));
    check("convert_uchar_sat(x)", (x, i) -> Math.clamp(x, 0, 255));
    check("convert_ushort_sat((uint)x)", (x, i) -> x < 0 ? 65535 : Math.min(x, 65535));
    check(
        "convert_int_sat((long)x * x)", (x, i) -> (int) Math.min((long) x * x, Integer.MAX_VALUE));
    check("convert_int_rte((float)i / 4)", (x, i) -> (int) Math.rint(i / 4f));
    check("convert_int_rtp((float)i / 4)", (x, i) -> (int) Math.ceil(i / 4f));
    check("convert_uchar_sat((float)x)", (x, i) -> Math.clamp((int) (float) x, 0, 255));
  }

  /** What clang makes of these the translator to SPIR-V does not know. */
  @Test
  void quotientsWithTheirRemainders() throws CompileException {
    check("x / (i + 1) * 7 + x % (i + 1)", (x, i) -> x / (i + 1) * 7 + x % (i + 1));
    check(
        "({ uint n = i + 3, y = x; uint q = y / n, r = y % n; (int)(q ^ r << 20); })",
        (x, i) -> Integer.divideUnsigned(x, i + 3) ^ Integer.remainderUnsigned(x, i + 3) << 20);
    check(
        "({ int4 v = (int4)(x, i, 3, 4), n = (int4)(i + 1); int4 q = v / n, r = v % n; q.x ^ r.x; })",
        (x, i) -> x / (i + 1) ^ x % (i + 1));
  }

  @Test
  void integerFunctions() throws CompileException {
    check("abs(x)", (x, i) -> Math.abs(x));
    check("abs_diff(x, i)", (x, i) -> (int) Math.abs((long) x - i));
    check("add_sat(x, x)", (x, i) -> Math.clamp(2L * x, Integer.MIN_VALUE, Integer.MAX_VALUE));
    check(
        "sub_sat(x, -x)",
        (x, i) -> Math.clamp((long) x - -x, Integer.MIN_VALUE, Integer.MAX_VALUE));
    check("(int)add_sat((uint)x, 0x80000000u)", (x, i) -> x < 0 ? -1 : x + 0x80000000);
    check("add_sat((char)x, (char)i)", (x, i) -> Math.clamp((byte) x + i, -128, 127));
    check("hadd(x, i)", (x, i) -> (int) (((long) x + i) >> 1));
    check("rhadd(x, i)", (x, i) -> (int) (((long) x + i + 1) >> 1));
    check("clz(x)", (x, i) -> Integer.numberOfLeadingZeros(x));
    check("clz((uchar)x)", (x, i) -> Integer.numberOfLeadingZeros(x & 0xff) - 24);
    check("ctz(x)", (x, i) -> Integer.numberOfTrailingZeros(x));
    check("popcount(x)", (x, i) -> Integer.bitCount(x));
    check("popcount((short)x)", (x, i) -> Integer.bitCount(x & 0xffff));
    check("mul_hi(x, i)", (x, i) -> (int) ((long) x * i >> 32));
    check("mad_hi(x, i, 5)", (x, i) -> (int) ((long) x * i >> 32) + 5);
    check(
        "mad_sat(x, i, 7)",
        (x, i) -> Math.clamp((long) x * i + 7, Integer.MIN_VALUE, Integer.MAX_VALUE));
    check("rotate(x, i)", (x, i) -> Integer.rotateLeft(x, i));
    check("rotate((uchar)x, (uchar)3)", (x, i) -> (x << 3 | (x & 0xff) >> 5) & 0xff);
    check("upsample((short)x, (ushort)i)", (x, i) -> x << 16 | i);
    check("mul24(x >> 8, i)", (x, i) -> (x >> 8) * i);
    check("clamp(x, -5, 100000)", (x, i) -> Math.clamp(x, -5, 100000));
    check("max((char)x, (char)i)", (x, i) -> Math.max((byte) x, i));
    check("(int)bitselect((uint)x, (uint)i, 0xff00ffu)", (x, i) -> x & ~0xff00ff | i & 0xff00ff);
  }

  @Test
  void floatFunctions() throws CompileException {
    check("as_int(sqrt((float)i))", (x, i) -> bits((float) Math.sqrt(i)));
    check("as_int(fma((float)i, 3.0f, 1.0f))", (x, i) -> bits(i * 3f + 1));
    check("as_int(floor(x * 0.001f))", (x, i) -> bits((float) Math.floor(x * 0.001f)));
    check("as_int(rint(i * 0.25f))", (x, i) -> bits((float) Math.rint(i * 0.25f)));
    check(
        "as_int(round(i * 0.5f - 8))",
        (x, i) ->
            bits(Math.copySign((float) Math.floor(Math.abs(i * 0.5f - 8) + 0.5f), i * 0.5f - 8)));
    check("as_int(copysign((float)i, (float)x))", (x, i) -> bits(Math.copySign((float) i, x)));
    check("as_int(fmod((float)i, 7.0f))", (x, i) -> bits(i % 7f));
    check(
        "as_int(fmin(fmax((float)x, -9.0f), 9.0f))",
        (x, i) -> bits(Math.clamp((float) x, -9f, 9f)));
    check("as_int(nextafter((float)i, 1e9f))", (x, i) -> bits(Math.nextUp((float) i)));
    check("ilogb((float)(i + 1))", (x, i) -> Math.getExponent((float) (i + 1)));
    check("as_int(ldexp((float)i, 5))", (x, i) -> bits(i * 32f));
    check("as_int(pown((float)i - 9, 3))", (x, i) -> bits((i - 9f) * (i - 9) * (i - 9)));
    check("abs_diff(as_int(exp2((float)(i - 30))), as_int(ldexp(1.0f, i - 30))) < 3", (x, i) -> 1);
    check(
        "fabs(sin(i * 0.1f) * sin(i * 0.1f) + cos(i * 0.1f) * cos(i * 0.1f) - 1) < 1e-6f",
        (x, i) -> 1);
    check("fabs(cbrt((float)i) * cbrt((float)i) * cbrt((float)i) - i) <= 1e-6f * i", (x, i) -> 1);
    check(
        "isnan((float)i / 0.0f * 0.0f) + 2 * isinf((float)(i + 1) / 0.0f) + 4 * isfinite((float)i)",
        (x, i) -> 7);
    check("signbit((float)x)", (x, i) -> x < 0 ? 1 : 0);
    check("isless((float)x, 0.0f) + isordered((float)x, NAN)", (x, i) -> x < 0 ? 1 : 0);
    check(
        "({ int e; float m = frexp((float)(i + 1), &e); as_int(ldexp(m, e)) + e; })",
        (x, i) -> bits(i + 1f) + Math.getExponent(i + 1f) + 1);
    check(
        "({ float w; float f = fract(i + 0.25f, &w); (int)(w * 100 + f * 4); })",
        (x, i) -> i * 100 + 1);
    check(
        "({ float w; float f = modf(i + 0.25f, &w); (int)(w * 100 + f * 4); })",
        (x, i) -> i * 100 + 1);
    check(
        "({ float c; float s = sincos(i * 0.1f, &c); fabs(s * s + c * c - 1) < 1e-6f; })",
        (x, i) -> 1);
  }

  @Test
  void vectors() throws CompileException {
    check("({ int4 v = (int4)(x, i, 3, 4); v.wzyx.x + v.s1 * v.lo.y; })", (x, i) -> 4 + i * i);
    check(
        "({ int8 v = (int8)(0, 1, 2, 3, 4, 5, 6, 7) * i; v.s7 + v.even.w + v.hi.odd.x; })",
        (x, i) -> 18 * i);
    check("({ int16 v = (int16)(i); v.sf = x; v.s0 + v.sf; })", (x, i) -> i + x);
    check(
        "({ int3 v = (int3)(i, i + 1, x); int3 w = v > 5; w.x + 2 * w.y; })",
        (x, i) -> (i > 5 ? -1 : 0) + 2 * (i > 4 ? -1 : 0));
    check(
        "({ int4 a = (int4)(i, 2, 3, 4), b = (int4)(x); int4 s = select(a, b, (int4)(-1, 0, -1, 0)); s.x - s.y; })",
        (x, i) -> x - 2);
    check(
        "({ int4 v = (int4)(1, 2, 3, 4); uint4 m = (uint4)(3, i, 1, 0); shuffle(v, m).y; })",
        (x, i) -> (i & 3) + 1);
    check(
        "({ int4 v = (int4)(1, 2, 3, 4), w = v * 10; uint4 m = (uint4)(i); shuffle2(v, w, m).x; })",
        (x, i) -> (i & 7) < 4 ? (i & 3) + 1 : ((i & 3) + 1) * 10);
    check("any((int2)(x, i) < 0) + 2 * all((int2)(x, -1) < 0)", (x, i) -> x < 0 ? 3 : 0);
    check(
        "({ float4 v = (float4)(i, 1, 2, 2); (int)dot(v, (float4)(1, 2, 3, 4)) + (int)length((float2)(3, 4)); })",
        (x, i) -> i + 16 + 5);
    check(
        "({ float4 c = cross((float4)(1, 0, 0, 9), (float4)(0, i, 0, 9)); (int)c.z + (int)c.w; })",
        (x, i) -> i);
    check("as_char4(x).y + as_uchar4(x).w", (x, i) -> (byte) (x >> 8) + (x >>> 24));
    check(
        "({ uchar4 v = convert_uchar4_sat((int4)(x, 300, -1, i)); v.x + v.y + v.z + v.w; })",
        (x, i) -> Math.clamp(x, 0, 255) + 255 + i);
    check(
        "({ int v[8]; for (int n = 0; n < 8; n++) v[n] = n * i; int4 w = vload4(1, v); vstore2((int2)(x), 0, v); w.z + v[1]; })",
        (x, i) -> 6 * i + x);
    check(
        "({ char3 v = (char3)((char)x, 2, 3); int3 w = convert_int3(v) << 1; w.x + w.z; })",
        (x, i) -> ((byte) x << 1) + 6);
    check(
        "({ long2 v = (long2)(x, i) * 3l; (int)(v.x >> 1) + (int)v.y; })",
        (x, i) -> (int) (3L * x >> 1) + 3 * i);
    check(
        "({ ushort h[1]; vstore_half((float)i * 0.5f, 0, (half *)h); (int)(vload_half(0, (half *)h) * 2) + h[0]; })",
        (x, i) -> i + Float.floatToFloat16(i * 0.5f));
  }

  @Test
  void structsUnionsAndPrivateMemory() throws CompileException {
    check(
        "typedef struct { char a; int b; short c[3]; long d; } S;",
        "({ S s[3]; s[i % 3].b = x; s[i % 3].c[i & 1] = i; s[i % 3].d = x; S t = s[i % 3]; t.b + t.c[i & 1] + (int)t.d + (int)sizeof(S); })",
        (x, i) -> 2 * x + i + 24);
    check(
        "typedef union { int i; float f; uchar c[4]; } U;",
        "({ U u; u.f = i; u.c[0] = 1; u.i; })",
        (x, i) -> bits(i) & ~0xff | 1);
    check(
        "int twice(int *p) { *p *= 2; return *p; }",
        "({ int a[4] = {1, 2, 3, 4}; int *p = a + (i & 3); twice(p) + a[i & 3]; })",
        (x, i) -> 4 * ((i & 3) + 1));
    check(
        "constant int table[5] = {10, 20, 30, 40, 50};\nconstant char text[] = \"zhulong\";",
        "table[i % 5] + text[i % 7]",
        (x, i) -> (i % 5 + 1) * 10 + "zhulong".charAt(i % 7));
    check(
        "typedef struct __attribute__((packed)) { char a; int b; } P;",
        "({ P p[2]; p[1].b = x; ((char *)p)[6] + (int)sizeof(P); })",
        (x, i) -> (byte) x + 5);
    check("({ int a = i, b = x; int *p = x > 0 ? &a : &b; *p += 1; a + b; })", (x, i) -> i + x + 1);
  }

  @Test
  void controlFlow() throws CompileException {
    check(
        "({ int s = 0; for (int n = 0; n < 20; n++) { if (n == (x & 15)) continue; if (n > i) break; s += n; } s; })",
        (x, i) -> {
          int s = 0;
          for (int n = 0; n < 20; n++) {
            if (n == (x & 15)) {
              continue;
            }
            if (n > i) {
              break;
            }
            s += n;
          }
          return s;
        });
    check(
        "int f(int x, int i) { switch (i % 6) { case 0: return x; case 1: i += 5; case 2: return i * 2; case 4: x ^= i; break; default: x++; } return x - i; }",
        "f(x, i)",
        (x, i) ->
            switch (i % 6) {
              case 0 -> x;
              case 1 -> (i + 5) * 2;
              case 2 -> i * 2;
              case 4 -> (x ^ i) - i;
              default -> x + 1 - i;
            });
    check(
        "int f(uint n) { int steps = 0; while (n != 1) { n = n & 1 ? 3 * n + 1 : n / 2; if (++steps > 40) goto out; } steps += 100; out: return steps; }",
        "f(i + 1)",
        (x, i) -> {
          int n = i + 1;
          int steps = 0;
          while (n != 1) {
            n = (n & 1) != 0 ? 3 * n + 1 : n / 2;
            if (++steps > 40) {
              return steps;
            }
          }
          return steps + 100;
        });
    check(
        "({ int s = 0; int n = i; do { for (int k = 0; k < (n & 3); k++) { if ((x >> k) & 1) { s += k; break; } s += 10; } n >>= 2; } while (n); s; })",
        (x, i) -> {
          int s = 0;
          int n = i;
          do {
            for (int k = 0; k < (n & 3); k++) {
              if ((x >> k & 1) != 0) {
                s += k;
                break;
              }
              s += 10;
            }
            n >>= 2;
          } while (n != 0);
          return s;
        });
  }

  @Test
  void genericPointersMeetEveryKindOfMemory() throws CompileException {
    String text =
        """
        int sum(int *p, int n) { int s = 0; for (int k = 0; k < n; k++) s += p[k]; return s; }
        kernel void k(global int *in, global int *out) {
          int i = get_global_id(0), l = get_local_id(0);
          local int shared[16];
          int own[16];
          shared[l] = i;
          for (int k = 0; k < 16; k++) own[k] = k * i;
          barrier(CLK_LOCAL_MEM_FENCE);
          int *p = i % 3 == 0 ? (int *)(in + (i & ~15)) : i % 3 == 1 ? (int *)shared : (int *)own;
          p += l & 3;
          out[i] = sum(p, 4);
        }
        """;
    int[] in = IntStream.range(0, SIZE).map(i -> 1000 * i).toArray();
    IntUnaryOperator expected =
        i -> {
          int from = i & 3;
          int ramp = 4 * from + 6;
          return i % 3 == 0
              ? 1000 * (4 * (i & ~15) + ramp)
              : i % 3 == 1 ? 4 * (i & ~15) + ramp : i * ramp;
        };
    int[] wanted = IntStream.range(0, SIZE).map(expected).toArray();
    for (int level : new int[] {0, 2}) {
      assertArrayEquals(wanted, run("sim:", text, level, in));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:", "rtl:?config=c1w8t8"})
  void groupsWorkTogether(String device) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    String text =
        """
        kernel void k(global const int *in, global int *out) {
          int i = get_global_id(0), l = get_local_id(0), g = get_group_id(0);
          local int copy[16];
          event_t e = async_work_group_copy(copy, in + g * 16, 16, 0);
          wait_group_events(1, &e);
          int sum = work_group_reduce_add(copy[l]);
          int before = work_group_scan_exclusive_add(copy[l]);
          int largest = work_group_scan_inclusive_max(copy[l]);
          int third = work_group_broadcast(copy[15 - l], 3);
          int any = work_group_any(copy[l] == 5), all = work_group_all(copy[l] >= 0);
          local int counter;
          if (l == 0) counter = 0;
          barrier(CLK_LOCAL_MEM_FENCE);
          atomic_add(&counter, l);
          barrier(CLK_LOCAL_MEM_FENCE);
          out[i] = sum + 3 * before + 5 * largest + 7 * third + 11 * any + 13 * all + 17 * counter
              + 19 * (int)get_local_size(0) + 23 * (int)get_num_groups(0)
              + 29 * (int)get_global_size(0) + 31 * (int)get_global_offset(0) + get_work_dim();
        }
        """;
    int[] in = IntStream.range(0, SIZE).map(i -> i * 7 % 40).toArray();
    int[] wanted = new int[SIZE];
    for (int i = 0; i < SIZE; i++) {
      int start = i & ~15;
      int sum = 0;
      int before = 0;
      int largest = 0;
      boolean any = false;
      for (int k = start; k < start + 16; k++) {
        sum += in[k];
        before += k < i ? in[k] : 0;
        largest = k <= i ? Math.max(largest, in[k]) : largest;
        any |= in[k] == 5;
      }
      wanted[i] =
          sum
              + 3 * before
              + 5 * largest
              + 7 * in[start + 12]
              + (any ? 11 : 0)
              + 13
              + 17 * 120
              + 19 * 16
              + 23 * 4
              + 29 * 64
              + 1;
    }
    assertArrayEquals(wanted, run(device, text, 2, in));
  }

  @Test
  void subgroupsAreWarps() throws CompileException {
    String text =
        """
        kernel void k(global const int *in, global int *out) {
          int i = get_global_id(0);
          int x = in[i];
          out[i] = sub_group_reduce_add(x) + 3 * sub_group_scan_exclusive_max(x)
              + 5 * sub_group_broadcast(x, 2) + 7 * sub_group_any(x == 9)
              + 11 * (int)get_sub_group_id() + 13 * (int)get_sub_group_local_id();
        }
        """;
    int[] in = IntStream.range(0, SIZE).map(i -> i * 5 % 23).toArray();
    int[] wanted = new int[SIZE];
    for (int i = 0; i < SIZE; i++) {
      int start = i & ~7;
      int sum = 0;
      int largest = Integer.MIN_VALUE;
      boolean nine = false;
      for (int k = start; k < start + 8; k++) {
        sum += in[k];
        largest = k < i ? Math.max(largest, in[k]) : largest;
        nine |= in[k] == 9;
      }
      wanted[i] =
          sum + 3 * largest + 5 * in[start + 2] + (nine ? 7 : 0) + 11 * (i >> 3 & 1) + 13 * (i & 7);
    }
    assertArrayEquals(wanted, run("sim:?config=c1w8t8", text, 2, in));
  }

  @ParameterizedTest
  @CsvSource({"sim:, 0", "sim:, 2", "rtl:?config=c1w4t4, 2"})
  void argumentsOfEveryKind(String device, int level) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    String text =
        """
        typedef struct { int a; float3 b; uchar c[3]; } S;
        kernel void other(global int *x) { x[0] = 1; }
        kernel void k(global int *out, char c, S s, local int *tmp, short2 v, ulong w, float f,
            constant int *table, local short *more) {
          int l = get_local_id(0);
          tmp[l] = l * c;
          more[l] = s.a++;
          barrier(CLK_LOCAL_MEM_FENCE);
          out[get_global_id(0)] = tmp[15 - l] + s.a + (int)s.b.z + s.c[2] + v.y + (int)(w >> 32)
              + (int)f + table[l & 1] + more[l ^ 1];
        }
        """;
    ShaderSource source =
        new ShaderSource("k.cl", Language.OPENCL_C, text.getBytes(StandardCharsets.UTF_8));
    byte[] elf =
        ShaderCompiler.compile(
                source,
                new CompileOptions(
                    "k", Map.of(), level, Map.of(), true, List.of(16, 1, 1), List.of()))
            .elf();
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "k");
        Buffer out = gpu.allocate(128);
        Buffer table = gpu.allocate(8)) {
      table.write(new int[] {1000, 2000});
      Launch launch = kernel.launch(2).bind("out", out).bind("table", table);
      for (var p : kernel.info().pushConstants()) {
        switch (p.type()) {
          case "local" -> {}
          case "f32" -> launch.push(p.name(), 0f);
          case "i64", "u64" -> launch.push(p.name(), 0L);
          default -> launch.push(p.name(), 0);
        }
      }
      launch
          .push("c", -3)
          .push("s.member0", 100)
          .push("s.member1[2]", 7.5f)
          .push("s.member2[2]", 200)
          .push("v[1]", -30000)
          .push("w", 5L << 32)
          .push("f", 9.75f)
          .local("tmp", 64)
          .local("more", 32)
          .submit()
          .await();
      int[] wanted =
          IntStream.range(0, 32)
              .map(
                  i ->
                      (15 - i % 16) * -3
                          + 101
                          + 7
                          + 200
                          - 30000
                          + 5
                          + 9
                          + ((i & 1) == 0 ? 1000 : 2000)
                          + 100)
              .toArray();
      assertArrayEquals(wanted, out.readInts());
    }
  }

  @Test
  void messagesNameTheLine() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> compile("kernel void k(global int *in) {\n  in[0] = undeclared;\n}\n", 2));
    assertEquals(2, e.diagnostics().getFirst().line());
    assertEquals("  in[0] = undeclared;", e.diagnostics().getFirst().sourceLine());
    assertTrue(e.getMessage().contains("k.cl:2:11: error: use of undeclared"), e.getMessage());
  }

  @Test
  void aKernelWithoutWorkgroupSizeIsRefused() {
    ShaderSource source =
        new ShaderSource(
            "k.cl", Language.OPENCL_C, "kernel void k() {}".getBytes(StandardCharsets.UTF_8));
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> ShaderCompiler.compile(source, CompileOptions.defaults()));
    assertTrue(e.getMessage().contains("--local X,Y,Z"), e.getMessage());
  }
}
