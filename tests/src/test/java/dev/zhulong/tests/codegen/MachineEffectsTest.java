package dev.zhulong.tests.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.backend.CodeGenException;
import dev.zhulong.compiler.backend.CodeGenOptions;
import dev.zhulong.compiler.backend.CodeGenerator;
import dev.zhulong.compiler.backend.MachineProgram;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Stage;
import dev.zhulong.compiler.ir.TextReader;
import dev.zhulong.compiler.ir.Validator;
import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.CoreShape;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one invocation's view cannot check: lanes, barriers, atomics, the stack, long branches. */
class MachineEffectsTest {
  private static final int ARGUMENTS = 0x10000;
  private static final int OUTPUT = 0x20000;
  private static final int GROUP = 16;

  /** In each kernel: the output's address, the invocation, the place of its word. */
  private static final String PRELUDE =
      """
        %base: i32 = read_csr mscratch
        %out: i32 = load %base [arguments 4 readonly]
        %id: i32 = read_csr local_id_x
        %shifted: i32 = shl %id, 2
        %at: i32 = add %out, %shifted
      """;

  private static KernelRunner runner;

  @BeforeAll
  static void open() {
    runner = new KernelRunner(new CoreShape(1, 4, 8));
  }

  @AfterAll
  static void close() {
    runner.close();
  }

  private static Kernel kernel(String body) {
    Kernel kernel =
        TextReader.read(
            "kernel \"k\" group(16, 1, 1) local 256 arguments 4 {\n" + PRELUDE + body + "end }");
    assertEquals(List.of(), Validator.check(kernel, Stage.LOWERED));
    return kernel;
  }

  private static MachineProgram run(String body) {
    MachineProgram program = CodeGenerator.generate(kernel(body), CodeGenOptions.defaults());
    runner.memory().set(ValueLayout.JAVA_INT, ARGUMENTS, OUTPUT);
    runner.memory().asSlice(OUTPUT, 4 * GROUP + 64).fill((byte) 0);
    runner.run(program, ARGUMENTS, List.of(GROUP, 1, 1), 1, 256);
    byte[] text =
        Assembler.assemble(program.assembly(), "listing").section(".text").orElseThrow().bytes();
    int[] words = new int[text.length / 4];
    ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    assertArrayEquals(program.image(), words, "listing");
    return program;
  }

  private static int word(int index) {
    return runner.memory().get(ValueLayout.JAVA_INT, OUTPUT + 4L * index);
  }

  private static void assertWords(IntUnaryOperator expected, String body) {
    MachineProgram program = run(body);
    for (int id = 0; id < GROUP; id++) {
      assertEquals(
          expected.applyAsInt(id), word(id), "invocation " + id + "\n" + program.assembly());
    }
  }

  @Test
  void votesAndBallotsCountActiveLanes() {
    assertWords(
        id -> (id & 1) != 0 ? 0xaa + (id % 8 >= 1 ? 256 : 0) + 512 : 0x0f + 1024,
        """
        %odd: i32 = and %id, 1
        %lane: i32 = and %id, 7
        %c: bool = ne %odd, 0
        %r: i32 = if %c {
          %big: bool = ge_u %lane, 1
          %mask: i32 = ballot %big
          %all: bool = vote_all %big
          %a: i32 = bool_to_int %all
          %a8: i32 = shl %a, 8
          %same: bool = vote_equal %big
          %e: i32 = bool_to_int %same
          %e9: i32 = shl %e, 9
          %s: i32 = add %mask, %a8
          %t: i32 = add %s, %e9
          yield %t
        } else {
          %small: bool = lt_u %lane, 3
          %none: bool = ge_u %lane, 8
          %any: bool = vote_any %small
          %no: bool = vote_any %none
          %x: i32 = select %any, 1039, 5
          %y: i32 = select %no, 7, %x
          yield %y
        }
        store %at, %r [global 4]
        """);
  }

  @Test
  void shufflesExchangeValuesOfBothKinds() {
    assertWords(
        id -> Float.floatToRawIntBits(id ^ 1) + (id & ~7),
        """
        %f: f32 = s_to_f %id
        %g: f32 = shuffle_xor %f, 449
        %first: i32 = shuffle_index %id, 448
        %bits: i32 = f_to_bits %g
        %r: i32 = add %bits, %first
        store %at, %r [global 4]
        """);
  }

  @Test
  void barriersOrderSharedMemory() {
    assertWords(
        id -> (GROUP - 1 - id) * 3,
        """
        %shared: i32 = read_csr group_local_base
        %mine: i32 = add %shared, %shifted
        %v: i32 = mul %id, 3
        store %mine, %v [shared 4]
        barrier
        %back: i32 = sub 15, %id
        %b4: i32 = shl %back, 2
        %other: i32 = add %shared, %b4
        %r: i32 = load %other [shared 4]
        memory_fence
        store %at, %r [global 4]
        """);
  }

  @Test
  void atomicsActOnceForEachInvocation() {
    run(
        """
        %a: i32 = atomic_add %out, 2 [global 4]
        %b: i32 = atomic_max_s %out, %id [global 4 +4]
        %c: i32 = atomic_or %out, %shifted [global 4 +8]
        %d: i32 = atomic_min_u %out, 3 [global 4 +12]
        %bit: i32 = shl 1, %id
        %e: i32 = atomic_xor %out, %bit [global 4 +16]
        """);
    assertEquals(32, word(0));
    assertEquals(15, word(1));
    assertEquals(0x3c, word(2));
    assertEquals(0, word(3));
    assertEquals(0xffff, word(4));
  }

  @Test
  void compareExchangeLetsEveryInvocationAddInALoop() {
    run(
        """
        %start: i32 = load %out [global 4]
        %last: i32 = loop (%old: i32 = %start) {
          %new: i32 = add %old, %id
          %seen: i32 = atomic_compare_exchange %out, %old, %new [global 4]
          %retry: bool = ne %seen, %old
          next %retry, %seen
        }
        """);
    assertEquals(GROUP * (GROUP - 1) / 2, word(0));
  }

  @Test
  void branchesReachAcrossMoreThanFourKibibytes() {
    StringBuilder body = new StringBuilder("%c: bool = lt_u %id, 4\n%z: i32 = if %c {\n");
    body.append("%v0: i32 = mul %id, %id\n");
    for (int n = 1; n <= 1500; n++) {
      body.append("%v").append(n).append(": i32 = mul %v").append(n - 1).append(", %id\n");
    }
    body.append("yield %v1500\n} else {\nyield 7\n}\nstore %at, %z [global 4]\n");
    assertWords(
        id -> {
          int power = id * id;
          for (int n = 0; n < 1500; n++) {
            power *= id;
          }
          return id < 4 ? power : 7;
        },
        body.toString());
  }

  @Test
  void largePrivateArraysLieFarFromTheStackRegister() {
    String body =
        """
        %a: i32 = stack_address $0
        %last: i32 = add %a, 5996
        store %a, %id [private 4]
        store %last, 9 [private 4]
        %x: i32 = load %a [private 4]
        %y: i32 = load %a [private 4 +5996]
        %r: i32 = add %x, %y
        store %at, %r [global 4]
        """;
    String declared = "slot $0 6000 \"array\"\n";
    MachineProgram program =
        CodeGenerator.generate(
            TextReader.read(
                "kernel \"k\" group(16, 1, 1) local 0 arguments 4 {\n"
                    + declared
                    + PRELUDE
                    + body
                    + "end }"),
            CodeGenOptions.defaults());
    runner.memory().set(ValueLayout.JAVA_INT, ARGUMENTS, OUTPUT);
    runner.run(program, ARGUMENTS, List.of(GROUP, 1, 1), 1, 0);
    for (int id = 0; id < GROUP; id++) {
      assertEquals(id + 9, word(id));
    }
    assertTrue(program.stackBytes() >= 6000 && program.stackBytes() <= 8192);
  }

  @Test
  void tooMuchPrivateMemoryIsRefusedWithTheLimit() {
    String text =
        "kernel \"k\" group(1, 1, 1) local 0 arguments 0 {\n"
            + "slot $0 64000 \"table\"\n"
            + "%a: i32 = stack_address $0\nstore %a, 1 [private 4]\nend }";
    String message =
        assertThrows(
                CodeGenException.class,
                () -> CodeGenerator.generate(TextReader.read(text), CodeGenOptions.defaults()))
            .getMessage();
    assertTrue(message.contains("64000") && message.contains("63488"), message);
  }
}
