package dev.zhulong.compiler.frontend.spirvtext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpirvAssemblerTest {
  private static byte[] everything() throws IOException {
    try (InputStream in = SpirvAssemblerTest.class.getResourceAsStream("everything.spvasm")) {
      return in.readAllBytes();
    }
  }

  private static byte[] assemble(String text) {
    return SpirvAssembler.assemble("t.spvasm", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Word for word but for the generator's number, against the assembler of the SPIR-V tools. */
  @Test
  void equalsSpirvAs(@TempDir Path folder) throws Exception {
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, "spirv-as")));
    assumeTrue(found, "needs spirv-tools");
    Path text = Files.write(folder.resolve("t.spvasm"), everything());
    Path binary = folder.resolve("t.spv");
    Process process =
        new ProcessBuilder(
                "spirv-as", "--target-env", "spv1.6", text.toString(), "-o", binary.toString())
            .inheritIO()
            .start();
    assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
    ByteBuffer expected = words(Files.readAllBytes(binary));
    ByteBuffer actual = words(SpirvAssembler.assemble("t.spvasm", everything()));
    for (int i = 0; i < Math.min(expected.capacity(), actual.capacity()); i += 4) {
      if (i != 8) {
        assertEquals(
            Integer.toHexString(expected.getInt(i)),
            Integer.toHexString(actual.getInt(i)),
            "word " + i / 4);
      }
    }
    assertEquals(expected.capacity(), actual.capacity());
  }

  private static ByteBuffer words(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void takesTheVersionFromTheHead() {
    assertEquals(0x1_0300, words(assemble("; SPIR-V\n; Version: 1.3\nOpNop\n")).getInt(4));
    assertEquals(0x1_0600, words(assemble("OpNop")).getInt(4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OpFoo                                    | 1:1  | 'OpFoo' is not an instruction
          %a OpNop                                 | 1:4  | expected '=' after %a
          %a                                       | 1:1  | the text ends after %a; expected '='
          OpTypeVoid                               | 1:1  | OpTypeVoid has a result; write %name = OpTypeVoid
          %a = OpNop                               | 1:6  | OpNop has no result to assign
          OpCapability Shaders                     | 1:14 | 'Shaders' is not a value of Capability in SPIR-V 1.6
          OpCapability                             | 1:1  | OpCapability ends early; expected a value of Capability
          OpCapability Shader 3                    | 1:21 | '3' is one operand too many for OpCapability
          OpName %a b                              | 1:11 | expected a string, found b
          OpName 7 "b"                             | 1:8  | expected an id such as %name, found '7'
          OpName %a "b                             | 1:11 | the string has no closing quote
          %f = OpTypeInt 24 0                      | 1:6  | OpTypeInt of 24 bits; use 8, 16, 32 or 64
          %c = OpConstant %u 4                     | 1:20 | the type of the number 4 is not known here; declare it before
          %f = OpTypeFloat 32 %c = OpConstant %f x | 1:40 | expected a number, found 'x'
          %f = OpTypeInt 8 0 %c = OpConstant %f 256| 1:39 | 256 does not fit into 8 bits
          %f = OpTypeInt 8 0 %c = OpConstant %f -1 | 1:39 | -1 is negative and its type unsigned
          %r = OpExtInst %v %s Sin %x              | 1:22 | the instruction set of this OpExtInst is not imported
          """)
  void namesThePlaceAndTheReason(String text, String place, String message) {
    Rejection rejection = assertThrows(Rejection.class, () -> assemble(text));
    Location location = rejection.problems().getFirst().location();
    assertEquals(message, rejection.getMessage());
    assertEquals(place, location.line() + ":" + location.column());
  }

  /** Any text gives a module or a rejection. */
  @Test
  void survivesAnyText() throws IOException {
    long seed = System.nanoTime();
    System.out.println("SpirvAssemblerTest seed " + seed);
    Random random = new Random(seed);
    String text = new String(everything(), StandardCharsets.UTF_8);
    for (int round = 0; round < 3000; round++) {
      StringBuilder changed = new StringBuilder(text);
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        int from = random.nextInt(changed.length());
        int to = Math.min(changed.length(), from + random.nextInt(12));
        switch (random.nextInt(3)) {
          case 0 -> changed.delete(from, to);
          case 1 -> changed.insert(from, changed.substring(from, to));
          default -> changed.setCharAt(from, (char) (32 + random.nextInt(96)));
        }
      }
      try {
        assemble(changed.toString());
      } catch (Rejection rejection) {
        assertTrue(rejection.problems().getFirst().location().line() > 0, "seed " + seed);
      }
    }
  }
}
