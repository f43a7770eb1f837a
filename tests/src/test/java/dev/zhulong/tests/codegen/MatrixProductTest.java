package dev.zhulong.tests.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.backend.CodeGenOptions;
import dev.zhulong.compiler.backend.CodeGenerator;
import dev.zhulong.compiler.backend.MachineProgram;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.TextReader;
import dev.zhulong.compiler.transform.Pipeline;
import dev.zhulong.firmware.isa.CoreShape;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A matrix product: right for every remainder of the unrolled loop, and few instructions. */
class MatrixProductTest {
  private static final Path SOURCE =
      Path.of("..", "shader-compiler", "src", "test", "resources")
          .resolve(Path.of("dev", "zhulong", "compiler", "backend", "sgemm.ir"));
  private static final int ARGUMENTS = 0x10000;
  private static final int A = 0x20000;
  private static final int B = 0x30000;
  private static final int C = 0x40000;

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 10, 11, 12})
  void innerDimensionOfAnyLength(int n) throws IOException {
    Kernel kernel = TextReader.read(Files.readString(SOURCE));
    Pipeline.prepare(kernel, 2, (pass, stage) -> {});
    MachineProgram program = CodeGenerator.generate(kernel, CodeGenOptions.defaults());
    float[] a = new float[n * n];
    float[] b = new float[n * n];
    try (KernelRunner runner = new KernelRunner(new CoreShape(1, 8, 8))) {
      var memory = runner.memory();
      Random random = new Random(n);
      for (int i = 0; i < a.length; i++) {
        a[i] = random.nextFloat() - 0.5f;
        b[i] = random.nextFloat() - 0.5f;
        memory.set(ValueLayout.JAVA_FLOAT, A + 4L * i, a[i]);
        memory.set(ValueLayout.JAVA_FLOAT, B + 4L * i, b[i]);
      }
      int[] arguments = {A, 0, B, 0, C, 0, n};
      for (int i = 0; i < arguments.length; i++) {
        memory.set(ValueLayout.JAVA_INT, ARGUMENTS + 4L * i, arguments[i]);
      }
      runner.run(program, ARGUMENTS, kernel.group(), 1, 0);
      for (int row = 0; row < 8; row++) {
        for (int column = 0; column < 8; column++) {
          float sum = 0;
          for (int k = 0; k < n; k++) {
            sum = Math.fma(a[row * n + k], b[k * n + column], sum);
          }
          assertEquals(sum, memory.get(ValueLayout.JAVA_FLOAT, C + 4L * (row * n + column)));
        }
      }
    }
  }

  @Test
  void innerLoopTakesFiveInstructionsForEachProduct() throws IOException {
    Kernel kernel = TextReader.read(Files.readString(SOURCE));
    Pipeline.prepare(kernel, 2, (pass, stage) -> {});
    MachineProgram program = CodeGenerator.generate(kernel, CodeGenOptions.defaults());
    int n = 64;
    try (KernelRunner runner = new KernelRunner(new CoreShape(1, 8, 8))) {
      int[] arguments = {A, 0, B, 0, C, 0, n};
      for (int i = 0; i < arguments.length; i++) {
        runner.memory().set(ValueLayout.JAVA_INT, ARGUMENTS + 4L * i, arguments[i]);
      }
      runner.run(program, ARGUMENTS, List.of(8, 8, 1), 1, 0);
      int warps = 8;
      double each = (double) runner.instructions() / (warps * n);
      assertTrue(each < 5.7, "instructions for each product: " + each);
    }
  }
}
