package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.zhulong.compiler.testing.Glsl;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every kind of structured control flow, against the same program in Java. */
class ControlFlowTest {
  private static void check(String declarations, String body, IntUnaryOperator expected) {
    int[] want = IntStream.range(0, 64).map(expected).toArray();
    assertArrayEquals(want, Glsl.run(declarations, body, new int[64], 64));
  }

  @Test
  void earlyReturn() {
    check("", "if (i > 40) return; out_[i] = i + 1;", i -> i > 40 ? 0 : i + 1);
  }

  @Test
  void forLoop() {
    check(
        "",
        "uint s = 0; for (uint k = 0; k < i; ++k) s += k * k; out_[i] = s;",
        i -> IntStream.range(0, i).map(k -> k * k).sum());
  }

  @Test
  void doWhile() {
    check(
        "",
        "uint n = i, c = 0; do { n /= 2; c++; } while (n > 0); out_[i] = c;",
        i -> Math.max(1, 32 - Integer.numberOfLeadingZeros(i)));
  }

  @Test
  void breakAndContinue() {
    check(
        "",
        """
        uint s = 0;
        for (uint k = 0; k < 20; ++k) {
          if (k % 3 == i % 3) continue;
          if (k > i) break;
          s = s * 3 + k;
          if (s > 100000) { s = 7; continue; }
          s ^= i;
        }
        out_[i] = s;
        """,
        i -> {
          int s = 0;
          for (int k = 0; k < 20; k++) {
            if (k % 3 == i % 3) {
              continue;
            }
            if (k > i) {
              break;
            }
            s = s * 3 + k;
            if (Integer.compareUnsigned(s, 100000) > 0) {
              s = 7;
              continue;
            }
            s ^= i;
          }
          return s;
        });
  }

  @Test
  void nestedLoopsWithReturnInside() {
    check(
        """
        uint find(uint n) {
          for (uint a = 1; a < 12; ++a)
            for (uint b = a; b < 12; ++b) {
              if (a * b == n) return a * 100 + b;
              if (a * b > n) break;
            }
          return 9999;
        }
        """,
        "out_[i] = find(i) + find(i + 1);",
        i -> find(i) + find(i + 1));
  }

  private static int find(int n) {
    for (int a = 1; a < 12; a++) {
      for (int b = a; b < 12; b++) {
        if (a * b == n) {
          return a * 100 + b;
        }
        if (a * b > n) {
          break;
        }
      }
    }
    return 9999;
  }

  @Test
  void switchWithBreaks() {
    check(
        "",
        """
        uint r = 5;
        switch (i % 7) {
          case 0: r = 10; break;
          case 1: case 2: r = 20; if (i > 30) break; r += 3; break;
          case 5: return;
          default: r = i;
        }
        out_[i] = r;
        """,
        i ->
            switch (i % 7) {
              case 0 -> 10;
              case 1, 2 -> i > 30 ? 20 : 23;
              case 5 -> 0;
              default -> i;
            });
  }

  @Test
  void switchThatFallsThrough() {
    check(
        "",
        """
        uint r = 0;
        switch (i % 6) {
          case 0: r += 1;
          case 1: r += 10; if (i > 32) break;
          case 2: r += 100;
          default: r += 1000; break;
          case 4: r += 5;
        }
        out_[i] = r;
        """,
        i ->
            switch (i % 6) {
              case 0 -> i > 32 ? 11 : 1111;
              case 1 -> i > 32 ? 10 : 1110;
              case 2 -> 1100;
              case 4 -> 5;
              default -> 1000;
            });
  }

  @Test
  void switchInLoopWithContinueAndBreak() {
    check(
        "",
        """
        uint s = i;
        for (int k = 0; k < 10; k++) {
          switch (s % 4) {
            case 0: s += 3; continue;
            case 1: s = s * 2 + 1; break;
            case 2: if (k > 6) { s += 1000; } else break;
            case 3: s += 5;
          }
          if (s > 500) break;
          s += 1;
        }
        out_[i] = s;
        """,
        i -> {
          int s = i;
          for (int k = 0; k < 10; k++) {
            int choice = s % 4;
            if (choice == 0) {
              s += 3;
              continue;
            }
            if (choice == 1) {
              s = s * 2 + 1;
            } else if (choice == 2 && k > 6) {
              s += 1005;
            } else if (choice == 3) {
              s += 5;
            }
            if (s > 500) {
              break;
            }
            s += 1;
          }
          return s;
        });
  }

  @Test
  void manyCases() {
    StringBuilder cases = new StringBuilder();
    for (int n = 0; n < 40; n++) {
      cases.append("case %d: r = %d; break;\n".formatted(n, n * n + 1));
    }
    check("", "uint r = 7; switch (i) { " + cases + " } out_[i] = r;", i -> i < 40 ? i * i + 1 : 7);
  }

  @Test
  void infiniteLoopLeftByReturn() {
    check(
        "uint f(uint n) { while (true) { if (n % 5 == 0) return n; n++; } }",
        "out_[i] = f(i);", i -> (i + 4) / 5 * 5);
  }

  @Test
  void shortCircuit() {
    check(
        "",
        "bool b = i > 3 && (i % 5 == 0 || i > 50) != (i == 55); out_[i] = b ? 1 : 2;",
        i -> i > 3 && (i % 5 == 0 || i > 50) != (i == 55) ? 1 : 2);
  }

  @Test
  void outAndInoutParameters() {
    check(
        "void f(inout uint a, out uint b, uint c) { if (c > 9) { b = 1; return; } a += c; b = a; }",
        "uint a = i, b; f(a, b, i); f(a, b, 5); out_[i] = a * 1000 + b;",
        i -> {
          int a = i > 9 ? i : i + i;
          a += 5;
          return a * 1000 + a;
        });
  }
}
