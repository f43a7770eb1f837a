package dev.zhulong.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TextTest {
  private static final String ALL_FORMS =
      """
      kernel "main" group(8, 4, 1) local 64 arguments 20 {
        binding 0 1 "in" 0 16 4 f32 r
        binding 0 2 "o\\"ut" 8 0 0 mixed r w
        push "scale[0].x" f32 0 16
        local $0 f32 "x"
        slot $1 64 "array"
        %0: i32 = read_csr mscratch
        %1: i32 = load %0 [arguments 4 readonly] @ "a.comp":3:7
        %2: i32 = load %1 [global 1 signed -4 #0]
        %3: f32 = load %1 [global 4 +2044 #1]
        %4: bool = f_lt %3, 1.0E-7f
        %5: bool = b_and %4, true
        local_set %3 $0
        %6: i32, %7: f32 = if %5 @ "a.comp":4:1 {
          %8: i32 = stack_address $1
          store %8, -0.0f [private 4]
          yield %2, bits(0x7fc00001)
        } else {
          %9: f32 = local_get $0
          yield -2147483648, %9
        }
        %10: i32 = loop (%11: i32 = %6, %12: f32 = %7) {
          %13: i32 = sub %11, -1
          barrier
          %14: bool = ne %13, 0
          next false, %13, %12
        }
        loop () {
          next %5
        }
        end
      }
      """;

  @Test
  void everyFormIsReadAndWrittenBackUnchanged() {
    assertEquals(ALL_FORMS, TextWriter.write(TextReader.read(ALL_FORMS)));
  }

  @Test
  void commentsAndSpacingAreFree() {
    String text =
        """
        kernel "k" group(1,1,1) local 0 arguments 0 { ; the least kernel
          end }
        """;
    assertEquals(1, TextReader.read(text).body().instructions().size());
  }

  @Test
  void mistakesNameTheirLine() {
    assertMistake("kernel \"k\" group(1, 1, 1) local 0 arguments 0 {\n  frob\n}\n", "line 2: ");
    assertMistake(
        "kernel \"k\" group(1, 1, 1) local 0 arguments 0 {\n  %0: i32 = add %1, 2\n}\n",
        "%1 is used before its definition");
    assertMistake("kernel \"k\" group(1, 1, 1) local 0 arguments 0 {\n", "ends before");
    assertMistake("kernel \"k\" group(1, 1, 1) local ? arguments", "line 1: ");
  }

  private static void assertMistake(String text, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TextReader.read(text)).getMessage();
    assertTrue(message.contains(part), message);
  }
}
