package dev.zhulong.compiler.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Stage;
import dev.zhulong.compiler.ir.TextReader;
import dev.zhulong.compiler.ir.TextWriter;
import dev.zhulong.compiler.ir.Validator;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What each pass makes of a small kernel, as text. */
class PassesTest {
  private static void check(Consumer<Kernel> pass, String before, String after) {
    Kernel kernel = kernel(before);
    pass.accept(kernel);
    assertEquals(List.of(), Validator.check(kernel, Stage.SSA));
    assertEquals(TextWriter.write(kernel(after)), TextWriter.write(kernel));
  }

  private static Kernel kernel(String body) {
    return TextReader.read(
        "kernel \"k\" group(1, 1, 1) local 0 arguments 0 {\n" + body + "  end\n}\n");
  }

  private static void simplify(String before, String after) {
    check(k -> Simplify.run(k.body()), before, after);
  }

  @Test
  void localsBecomeResultsAndCarriedValues() {
    check(
        k -> {
          Ssa.run(k.body());
          DeadCode.run(k.body());
        },
        """
          local $0 i32 "n"
          local $1 bool "again"
          local $2 i32 "unused"
          %0: i32 = read_csr local_id_x
          local_set 3 $0
          local_set 9 $2
          loop () {
            %1: i32 = local_get $0
            %2: i32 = add %1, %0
            local_set %2 $0
            %3: bool = lt_s %2, 50
            local_set %3 $1
            %4: bool = local_get $1
            next %4
          }
          %5: i32 = local_get $0
          store 256, %5 [global 4 #0]
        """,
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = loop (%2: i32 = 3) {
            %3: i32 = add %2, %0
            %4: bool = lt_s %3, 50
            next %4, %3
          }
          store 256, %1 [global 4 #0]
        """);
  }

  @Test
  void addressConstantsGoIntoAccesses() {
    simplify(
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = add %0, 3
          %2: i32 = shl %1, 2
          %3: i32 = read_csr mscratch
          %4: i32 = add %3, %2
          %5: f32 = load %4 [global 4 #0 readonly]
          %6: i32 = shl %0, 2
          %7: i32 = add %3, %6
          store %7, %5 [global 4 +8 #1]
        """,
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = shl %0, 2
          %2: i32 = read_csr mscratch
          %3: i32 = add %1, %2
          %4: f32 = load %3 [global 4 +12 #0 readonly]
          store %3, %4 [global 4 +8 #1]
        """);
  }

  @Test
  void storesForwardToLoadsUntilTheyMayBeOverwritten() {
    simplify(
        """
          %0: i32 = read_csr mscratch
          %1: i32 = load %0 [global 4 #0]
          store %0, 5 [global 4 #1]
          %2: i32 = load %0 [global 4 #0]
          %3: i32 = load %0 [global 4 #1]
          store %0, %2 [shared 4 #0]
          barrier
          %4: i32 = load %0 [global 4 #1]
          %5: i32 = add %3, %4
          store %0, %5 [shared 4 +4 #0]
        """,
        """
          %0: i32 = read_csr mscratch
          %1: i32 = load %0 [global 4 #0]
          store %0, 5 [global 4 #1]
          store %0, %1 [shared 4 #0]
          barrier
          %2: i32 = load %0 [global 4 #1]
          %3: i32 = add %2, 5
          store %0, %3 [shared 4 +4 #0]
        """);
  }

  @Test
  void knownConditionsAndTrivialConstructsDisappear() {
    simplify(
        """
          %0: i32 = read_csr local_id_x
          %1: bool = lt_u %0, 7
          %2: bool = ge_u %0, 7
          %3: i32 = if %1 {
            %4: i32 = if %2 {
              yield 11
            } else {
              yield %0
            }
            yield %4
          } else {
            %5: i32 = select %2, 4, 5
            yield %5
          }
          store 256, %3 [global 4 #0]
        """,
        """
          %0: i32 = read_csr local_id_x
          %1: bool = lt_u %0, 7
          %2: i32 = select %1, %0, 4
          store 256, %2 [global 4 #0]
        """);
  }

  @Test
  void signedZerosAndNansSurvive() {
    String kept =
        """
          %0: f32 = load 256 [global 4 #0]
          %1: f32 = f_add %0, 0.0f
          %2: f32 = f_mul %0, 0.0f
          %3: f32 = f_sub %0, %0
          %4: bool = f_eq %0, %0
          %5: i32 = bool_to_int %4
          %6: f32 = f_div %0, 3.0f
          store 256, %1 [global 4 #1]
          store 260, %2 [global 4 #1]
          store 264, %3 [global 4 #1]
          store 268, %5 [global 4 #1]
          store 272, %6 [global 4 #1]
        """;
    simplify(kept, kept);
  }

  @Test
  void loopsTestAtTheirEnd() {
    check(
        k -> {
          Rotate.run(k.body());
          Simplify.run(k.body());
        },
        """
          %0: i32 = read_csr local_id_x
          %1: i32, %2: i32 = loop (%3: i32 = 0, %4: i32 = 0) {
            %5: bool = lt_u %3, %0
            %6: i32, %7: i32 = if %5 {
              %8: i32 = add %4, %3
              %9: i32 = add %3, 1
              yield %9, %8
            } else {
              yield %3, %4
            }
            next %5, %6, %7
          }
          store 256, %2 [global 4 #0]
        """,
        """
          %0: i32 = read_csr local_id_x
          %1: bool = lt_u 0, %0
          %2: i32 = if %1 {
            %3: i32, %4: i32 = loop (%5: i32 = 0, %6: i32 = 0) {
              %7: i32 = add %6, %5
              %8: i32 = add %5, 1
              %9: bool = lt_u %8, %0
              next %9, %8, %7
            }
            yield %4
          } else {
            yield 0
          }
          store 256, %2 [global 4 #0]
        """);
  }

  @Test
  void divisionByAConstantIsMultiplication() {
    check(
        k -> LowerMath.run(k.body()),
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = rem_u %0, 10
          store 256, %1 [global 4 #0]
        """,
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = mulh_u %0, -858993459
          %2: i32 = shr_u %1, 3
          %3: i32 = mul %2, 10
          %4: i32 = sub %0, %3
          store 256, %4 [global 4 #0]
        """);
  }

  @Test
  void tiesNeedNoEquality() {
    simplify(
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = read_csr group_id_x
          %2: bool = lt_s %0, %1
          %3: bool = eq %1, %0
          %4: bool = lt_u %1, 7
          %5: bool = b_and %3, %4
          %6: bool = b_or %5, %2
          %7: i32 = bool_to_int %6
          store 256, %7 [global 4 #0]
        """,
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = read_csr group_id_x
          %2: bool = lt_s %0, %1
          %3: bool = lt_u %1, 7
          %4: bool = ge_s %1, %0
          %5: bool = b_and %3, %4
          %6: bool = b_or %2, %5
          %7: i32 = bool_to_int %6
          store 256, %7 [global 4 #0]
        """);
  }

  @Test
  void shiftsThatMeetAreARotation() {
    simplify(
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = shr_u %0, 7
          %2: i32 = shl %0, 25
          %3: i32 = or %1, %2
          %4: i32 = shl %0, 24
          %5: i32 = or %4, %1
          store 256, %3 [global 4 #0]
          store 260, %5 [global 4 #0]
        """,
        """
          %0: i32 = read_csr local_id_x
          %1: i32 = shr_u %0, 7
          %2: i32 = rotl %0, 25
          %3: i32 = shl %0, 24
          %4: i32 = or %1, %3
          store 256, %2 [global 4 #0]
          store 260, %4 [global 4 #0]
        """);
  }

  @Test
  void longSumsInLoopsAreWithinBounds() {
    StringBuilder body = new StringBuilder("%0: i32 = read_csr local_id_x\n");
    body.append("%1: i32 = loop (%2: i32 = 0) {\n");
    int last = 2;
    for (int n = 3; n < 40_000; n += 2) {
      body.append("%%%d: i32 = mul %%0, %d\n".formatted(n, n));
      body.append("%%%d: i32 = add %%%d, %%%d\n".formatted(n + 1, last, n));
      last = n + 1;
    }
    int next = last + 1;
    body.append("store %%%d, 1 [global 4 #0]\n".formatted(last));
    body.append("%%%d: i32 = add %%2, 1\n".formatted(next));
    body.append("%%%d: bool = lt_s %%%d, 9\n".formatted(next + 1, next));
    body.append("next %%%d, %%%d\n}\n".formatted(next + 1, next));
    Kernel kernel = kernel(body.toString());
    Pipeline.prepare(
        kernel, 2, (pass, stage) -> assertEquals(List.of(), Validator.check(kernel, stage), pass));
  }
}
