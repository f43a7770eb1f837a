package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.testing.Glsl;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Integer, bit, conversion and composite instructions against Java. */
class ArithmeticTest {
  private static final long SEED = 7;

  private static int[] inputs() {
    int[] words = new Random(SEED).ints(128).toArray();
    int[] special = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 2, 31, 32, 0x8000, 255};
    System.arraycopy(special, 0, words, 0, special.length);
    System.arraycopy(special, 0, words, 64 + 5, special.length);
    return words;
  }

  private static void binary(String expression, IntBinaryOperator expected) {
    int[] in = inputs();
    int[] out =
        Glsl.run(
            "",
            "uint a = in_[i], b = in_[i + 64]; int sa = int(a), sb = int(b); out_[i] = uint("
                + expression
                + ");",
            in,
            64);
    for (int n = 0; n < 64; n++) {
      assertEquals(expected.applyAsInt(in[n], in[n + 64]), out[n], expression + " seed " + SEED);
    }
  }

  private static void unary(String expression, IntUnaryOperator expected) {
    binary(expression, (a, _) -> expected.applyAsInt(a));
  }

  @Test
  void integers() {
    binary("a + b * 3u - (a ^ b)", (a, b) -> a + b * 3 - (a ^ b));
    binary("a / (b | 1u)", (a, b) -> Integer.divideUnsigned(a, b | 1));
    binary("a % (b | 1u)", (a, b) -> Integer.remainderUnsigned(a, b | 1));
    binary("sa / (sb | 1)", (a, b) -> a / (b | 1));
    binary("-sa", (a, _) -> -a);
    binary("~a & b | (a << (b & 31u))", (a, b) -> ~a & b | a << b);
    binary("(sa >> (sb & 31)) + int(a >> (b & 31u))", (a, b) -> (a >> b) + (a >>> b));
    binary("max(sa, sb) - min(sa, sb)", (a, b) -> Math.max(a, b) - Math.min(a, b));
    binary("sa < sb ? 1 : a <= b ? 2 : 3",
        (a, b) -> a < b ? 1 : Integer.compareUnsigned(a, b) <= 0 ? 2 : 3);
    binary("abs(sa) + sign(sb)", (a, b) -> Math.abs(a) + Integer.signum(b));
    binary("clamp(sa, -5, sb & 0xffff)", (a, b) -> Math.min(Math.max(a, -5), b & 0xffff));
  }

  @Test
  void divisionByConstants() {
    for (int d : new int[] {1, 2, 3, 5, 7, 10, 16, 60, 641, 1000, 65535, 0x7fffffff}) {
      unary("a / " + d + "u", a -> Integer.divideUnsigned(a, d));
      unary("a % " + d + "u", a -> Integer.remainderUnsigned(a, d));
      unary("sa / " + d, a -> a / d);
      unary("sa - sa / -" + d, a -> a - a / -d);
    }
    unary("a / 0xfffffffbu", a -> Integer.divideUnsigned(a, 0xfffffffb));
    unary("a / 0x80000001u", a -> Integer.divideUnsigned(a, 0x80000001));
  }

  @Test
  void bits() {
    unary("bitfieldReverse(a)", Integer::reverse);
    unary("bitCount(a)", Integer::bitCount);
    unary("findLSB(a)", a -> a == 0 ? -1 : Integer.numberOfTrailingZeros(a));
    unary("findMSB(a)", a -> 31 - Integer.numberOfLeadingZeros(a));
    unary("findMSB(sa)", a -> 31 - Integer.numberOfLeadingZeros(a < 0 ? ~a : a));
    unary("bitfieldExtract(a, 5, 11)", a -> a >>> 5 & 0x7ff);
    unary("bitfieldExtract(sa, 5, 11)", a -> a << 16 >> 21);
    unary("bitfieldExtract(a, 0, 32)", a -> a);
    unary("bitfieldExtract(a, 3, 0)", _ -> 0);
    binary("bitfieldInsert(a, b, 4, 9)", (a, b) -> a & ~(0x1ff << 4) | (b & 0x1ff) << 4);
    binary("bitfieldInsert(a, b, 0, 32)", (_, b) -> b);
    binary(
        "bitfieldExtract(a, int(b & 15u), int(b >> 4 & 15u))",
        (a, b) -> (b >> 4 & 15) == 0 ? 0 : a << 32 - (b & 15) - (b >> 4 & 15) >>> 32 - (b >> 4 & 15));
  }

  @Test
  void carriesAndWideProducts() {
    int[] in = inputs();
    int[] out =
        Glsl.run(
            "",
            """
            uint a = in_[i], b = in_[i + 64], c, h, l; int sh, sl;
            out_[i * 8] = uaddCarry(a, b, c); out_[i * 8 + 1] = c;
            out_[i * 8 + 2] = usubBorrow(a, b, c); out_[i * 8 + 3] = c;
            umulExtended(a, b, h, l); out_[i * 8 + 4] = h; out_[i * 8 + 5] = l;
            imulExtended(int(a), int(b), sh, sl); out_[i * 8 + 6] = uint(sh); out_[i * 8 + 7] = uint(sl);
            """,
            in,
            512);
    for (int n = 0; n < 64; n++) {
      int a = in[n];
      int b = in[n + 64];
      long ua = a & 0xffffffffL;
      long ub = b & 0xffffffffL;
      int[] want = {
        a + b, (int) (ua + ub >>> 32), a - b, ua < ub ? 1 : 0,
        (int) Math.unsignedMultiplyHigh(ua << 32, ub), a * b, (int) ((long) a * b >> 32), a * b
      };
      assertArrayEquals(want, java.util.Arrays.copyOfRange(out, n * 8, n * 8 + 8));
    }
  }

  @Test
  void conversions() {
    unary("floatBitsToUint(float(sa))", a -> Float.floatToRawIntBits(a));
    unary("floatBitsToUint(float(a))", a -> Float.floatToRawIntBits(a & 0xffffffffL));
    unary("int(float(sa) * 0.001)", a -> (int) ((float) a * 0.001f));
    unary("uint(bool(a))", a -> a != 0 ? 1 : 0);
    unary("uint(float(a >> 1))", a -> (int) (long) (float) (a >>> 1));
  }

  @Test
  void vectorsAndStructs() {
    binary(
        """
        dot(vec3(uvec3(a & 255u, b & 255u, 3u)), vec3(1, 2, 4)) + 0.5
        """,
        (a, b) -> (a & 255) + (b & 255) * 2 + 12);
    int[] out =
        Glsl.run(
            "struct S { uvec3 v; uint t; bool f; }; S make(uint k) { return S(uvec3(k, k*2, k*3), k+1, k > 9u); }",
            """
            S s = make(i); s.v.zx = s.v.xy; S t[3]; t[i % 3] = s; t[(i + 1) % 3] = make(5); t[(i+2)%3] = make(0);
            uvec4 w = uvec4(t[i % 3].v, t[(i + 1) % 3].t); w[i & 3] += 100;
            bvec2 q = lessThan(uvec2(i, 3), uvec2(7, i));
            out_[i] = w.x + w.y * 3 + w.z * 5 + w.w * 7 + (any(q) ? 1000 : 0) + (all(q) ? 10000 : 0) + uint(t[i % 3].f);
            """,
            new int[64],
            64);
    for (int i = 0; i < 64; i++) {
      int[] w = {i * 2, i * 2, i, 6};
      w[i & 3] += 100;
      boolean x = i < 7;
      boolean y = 3 < i;
      int want =
          w[0] + w[1] * 3 + w[2] * 5 + w[3] * 7 + (x || y ? 1000 : 0) + (x && y ? 10000 : 0);
      assertEquals(want + (i > 9 ? 1 : 0), out[i]);
    }
  }

  @Test
  void largeLocalArray() {
    int[] out =
        Glsl.run(
            "",
            "uint t[40]; for (uint k = 0; k < 40; ++k) t[k] = k * k + i; uint s = 0;"
                + " for (uint k = 0; k < 40; k += 3) s += t[(k * 7 + i) % 40]; out_[i] = s;",
            new int[64],
            64);
    for (int i = 0; i < 64; i++) {
      int s = 0;
      for (int k = 0; k < 40; k += 3) {
        int at = (k * 7 + i) % 40;
        s += at * at + i;
      }
      assertEquals(s, out[i]);
    }
  }

  @Test
  void matrices() {
    int[] out =
        Glsl.run(
            "",
            """
            mat3x2 m = mat3x2(1, 2, 3, 4, 5, float(i)); mat2x3 n = transpose(m);
            mat2 p = m * n; vec2 v = m * vec3(1, 2, 3); vec3 w = vec2(2, 1) * m;
            mat2 o = outerProduct(vec2(1, 2), vec2(3, 4));
            mat3 q = mat3(2, 0, 1, 0, 3, 0, 1, 0, float(i) + 1);
            mat3 e = inverse(q) * q;
            p[i & 1][1] += 1000;
            out_[i] = uint(p[0][0] + p[0][1] * 2 + p[1][0] * 3 + p[1][1] * 4 + v.x + v.y + w.x + w.z + o[1][0]);
            out_[64 + i] = uint(determinant(q) + 0.5) + uint(round(e[0][0] + e[1][1] + e[2][2] + abs(e[0][1])) * 100.0);
            """,
            new int[64],
            128);
    for (int i = 0; i < 64; i++) {
      int p00 = 1 + 9 + 25;
      int p01 = 2 + 12 + 5 * i;
      int p11 = 4 + 16 + i * i;
      int bonus = (i & 1) == 0 ? 2000 : 4000;
      int v = 1 + 6 + 15 + 2 + 8 + 3 * i;
      int w = 2 + 2 + 10 + i;
      int want = p00 + 2 * p01 + 3 * p01 + 4 * p11 + bonus + v + w + 4;
      assertEquals(want, out[i]);
      assertEquals(6 * (i + 1) - 3 + 300, out[64 + i]);
    }
  }

  @Test
  void sharedMemoryAndBarrier() {
    int[] in = inputs();
    int[] out =
        Glsl.run(
            "shared uint s[64]; shared bool f[2];",
            """
            s[i] = in_[i]; if (i == 0) f[1] = true; barrier();
            for (uint d = 32; d > 0; d /= 2) { if (i < d) s[i] += s[i + d]; barrier(); }
            out_[i] = f[1] ? s[0] : 0u;
            """,
            in,
            64);
    int sum = 0;
    for (int n = 0; n < 64; n++) {
      sum += in[n];
    }
    for (int value : out) {
      assertEquals(sum, value);
    }
  }

  @Test
  void atomics() {
    int[] out =
        Glsl.run(
            "shared uint c;",
            """
            if (i == 0) c = 0; barrier();
            atomicAdd(c, i); atomicMax(out_[0], i * 3); atomicOr(out_[1], 1u << (i & 31u));
            atomicMin(out_[2], i - 1); atomicExchange(out_[3], 77u); atomicCompSwap(out_[4], 0u, 5u);
            atomicAdd(out_[5], -1); barrier(); if (i == 3) out_[6] = c;
            """,
            new int[64],
            7);
    assertArrayEquals(new int[] {189, -1, 0, 77, 5, -64, 2016}, out);
  }
}
