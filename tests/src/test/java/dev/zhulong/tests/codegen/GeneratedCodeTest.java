package dev.zhulong.tests.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.backend.CodeGenOptions;
import dev.zhulong.compiler.backend.CodeGenerator;
import dev.zhulong.compiler.backend.MachineProgram;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Stage;
import dev.zhulong.compiler.ir.TextReader;
import dev.zhulong.compiler.ir.TextWriter;
import dev.zhulong.compiler.ir.Validator;
import dev.zhulong.compiler.transform.ConstantPropagation;
import dev.zhulong.compiler.transform.Pipeline;
import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Random kernels: the code on the simulator gives what the IR means. */
class GeneratedCodeTest {
  private static final int ARGUMENTS = 0x10000;
  private static final int INPUT = 0x11000;
  private static final int OUTPUT = 0x14000;
  private static final int MEMORY = 0x18000;
  private static final int GROUPS = 3;

  @Test
  void randomKernelsWithAllRegisters() {
    compare(0, 150, CodeGenOptions.defaults());
  }

  @Test
  void randomKernelsUnscheduled() {
    compare(1000, 60, new CodeGenOptions(false, 31, 32));
  }

  @Test
  void randomKernelsWithFewRegisters() {
    compare(2000, 100, new CodeGenOptions(true, 8, 4));
    compare(3000, 60, new CodeGenOptions(false, 9, 5));
  }

  @Test
  void randomKernelsTransformed() {
    compare(4000, 200, CodeGenOptions.defaults(), GeneratedCodeTest::transform);
    compare(5000, 60, new CodeGenOptions(true, 10, 6), GeneratedCodeTest::transform);
  }

  private static void transform(Kernel kernel) {
    ConstantPropagation.run(kernel.body());
    assertEquals(List.of(), Validator.check(kernel, Stage.LOWERED), "constants");
    Pipeline.prepare(
        kernel, 2, (pass, stage) -> assertEquals(List.of(), Validator.check(kernel, stage), pass));
  }

  private static void compare(long firstSeed, int count, CodeGenOptions options) {
    compare(firstSeed, count, options, kernel -> {});
  }

  private static void compare(
      long firstSeed, int count, CodeGenOptions options, Consumer<Kernel> passes) {
    try (KernelRunner runner = new KernelRunner(new CoreShape(1, 4, 8))) {
      for (long seed = firstSeed; seed < firstSeed + count; seed++) {
        Kernel kernel = RandomKernel.generate(seed);
        // Through the text, so that a failure's dump is the program that failed.
        String text = TextWriter.write(kernel);
        compare(runner, text, seed, options, passes);
      }
    }
  }

  /** The listing is what the assembler takes, and means the same words. */
  private static int[] assembled(String listing) {
    byte[] text = Assembler.assemble(listing, "listing").section(".text").orElseThrow().bytes();
    int[] words = new int[text.length / 4];
    ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  private static void compare(
      KernelRunner runner,
      String text,
      long seed,
      CodeGenOptions options,
      Consumer<Kernel> passes) {
    final Kernel kernel = TextReader.read(text);
    ByteBuffer expected = ByteBuffer.allocate(MEMORY).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(~seed);
    for (int at = INPUT; at < OUTPUT; at += 4) {
      int word = random.nextInt();
      expected.putInt(at, random.nextBoolean() ? word : word >> random.nextInt(32));
    }
    expected.putInt(ARGUMENTS, INPUT);
    expected.putInt(ARGUMENTS + 4, OUTPUT);
    expected.putInt(ARGUMENTS + 8, (int) seed);
    var bytes = runner.memory();
    for (int at = ARGUMENTS; at < MEMORY; at += 4) {
      bytes.set(ValueLayout.JAVA_INT_UNALIGNED, at, expected.getInt(at));
    }
    MachineProgram program;
    try {
      Kernel transformed = TextReader.read(text);
      passes.accept(transformed);
      program = CodeGenerator.generate(transformed, options);
      assertArrayEquals(program.image(), assembled(program.assembly()), "listing");
      runner.run(program, ARGUMENTS, kernel.group(), GROUPS, 0);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + "\n" + text, e);
    }
    for (int invocation = 0; invocation < GROUPS * RandomKernel.GROUP; invocation++) {
      Map<Csr, Integer> csrs = new EnumMap<>(Csr.class);
      csrs.put(Csr.MSCRATCH, ARGUMENTS);
      csrs.put(Csr.LOCAL_ID_X, invocation % RandomKernel.GROUP);
      csrs.put(Csr.GROUP_ID_X, invocation / RandomKernel.GROUP);
      IrInterpreter.run(kernel, expected, csrs);
    }
    for (int at = OUTPUT; at < MEMORY; at += 4) {
      int where = at;
      assertEquals(
          expected.getInt(at),
          bytes.get(ValueLayout.JAVA_INT_UNALIGNED, at),
          () ->
              "seed "
                  + seed
                  + ", invocation "
                  + (where - OUTPUT) / 4 / RandomKernel.WORDS
                  + ", word "
                  + (where - OUTPUT) / 4 % RandomKernel.WORDS
                  + "\n"
                  + text
                  + program.assembly());
    }
  }
}
