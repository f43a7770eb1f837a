package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts that pass, that are skipped and that fail, each for its reason. */
class AmberTest {
  private static final Path SCRIPTS = Path.of("src", "test", "resources", "amber");

  private static final String SHADER =
      """
      #!amber
      SHADER compute add GLSL
      #version 450
      layout(set = 0, binding = 0) buffer Data { int n; float f; };
      void main() { n += 2; f += 0.5; }
      END
      STRUCT pair
        int32 n
        float f
      END
      BUFFER data DATA_TYPE pair DATA 1 1 END
      BUFFER same DATA_TYPE pair DATA 3 1.5 END
      BUFFER other DATA_TYPE pair DATA 3 2.5 END
      BUFFER floats DATA_TYPE float DATA 3 2.5 END
      PIPELINE compute p
        ATTACH add
        BIND BUFFER data AS storage DESCRIPTOR_SET 0 BINDING 0
      END
      RUN p 1 1 1
      """;

  @TempDir private Path folder;

  @Test
  void scriptsPass() throws IOException {
    Path pass = SCRIPTS.resolve("pass");
    long scripts;
    try (var files = Files.walk(pass)) {
      scripts = files.filter(f -> f.toString().matches(".*\\.(amber|vkscript)")).count();
    }
    Zl run = Zl.run("amber", pass.toString()).succeeds();
    assertTrue(run.out().endsWith("\n" + scripts + " passed, 0 failed, 0 skipped\n"), run.out());
    assertTrue(scripts >= 50, () -> scripts + " scripts");
  }

  @Test
  void examplePasses() {
    String example = Modules.ROOT.resolve("examples").resolve("saxpy.amber").toString();
    Zl run = Zl.run("amber", example).succeeds();
    assertEquals("PASS " + example + "\n1 passed, 0 failed, 0 skipped\n", run.out());
  }

  @Test
  void examplesDraw() throws IOException {
    Path examples = Modules.ROOT.resolve("examples").resolve("graphics");
    Path picture = folder.resolve("cube.png");
    Zl run =
        Zl.run(
                "amber",
                examples.resolve("triangle.amber").toString(),
                examples.resolve("cube.amber").toString(),
                "--picture",
                "picture=" + picture,
                "--stats",
                "--device",
                "sim:?config=c1w8t8")
            .succeeds();
    assertTrue(run.out().endsWith("2 passed, 0 failed, 0 skipped\n"), run.out());
    assertTrue(run.out().contains("fragment "), run.out());
    BufferedImage image = ImageIO.read(picture.toFile());
    BufferedImage shown = ImageIO.read(Modules.ROOT.resolve("docs/images/cube.png").toFile());
    for (int n = 0; n < 256 * 256; n++) {
      assertEquals(shown.getRGB(n % 256, n / 256), image.getRGB(n % 256, n / 256), "pixel " + n);
    }
  }

  @Test
  void scriptsPassOnTheCycleModel() {
    NativeTools.assumeVerilator();
    Path pass = SCRIPTS.resolve("pass");
    Zl run =
        Zl.run(
            "amber",
            "--device",
            "rtl:",
            pass.resolve("shared_memory.amber").toString(),
            pass.resolve("descriptor_offset.amber").toString(),
            pass.resolve("push_constants.amber").toString(),
            pass.resolve("storage.vkscript").toString());
    run.succeeds();
    assertTrue(run.out().endsWith("4 passed, 0 failed, 0 skipped\n"), run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          graphics.amber      | graphics: SHADER geometry
          graphics.vkscript   | graphics: [geometry shader]
          patch.vkscript      | graphics: tessellation
          feature.amber       | the device has no feature shaderNoSuchThing
          extension.amber     | the device has no extension VK_KHR_acceleration_structure
          three_byte_texture.amber | graphics: images of format R8G8B8_SNORM
          subgroup_size.amber | subgroups of 64; the device's have 32
          """)
  void skippedWithTheReason(String file, String reason) {
    Path script = SCRIPTS.resolve("skip").resolve(file);
    Zl run = Zl.run("amber", script.toString()).succeeds();
    assertEquals("SKIP " + script + ": " + reason + "\n0 passed, 0 failed, 1 skipped\n", run.out());
  }

  /** Lines after the common shader, which has run once; the first of them is line 20. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EXPECT data IDX 0 EQ 4 1.5       | : line 20: expected == 4, got 3 in data at byte 0
          EXPECT data IDX 0 EQ 3 1.25      | : line 20: expected == 1.25, got 1.5 in data at byte 4
          EXPECT data IDX 0 NE 3           | : line 20: expected != 3, got 3
          EXPECT data IDX 0 LT 3           | : line 20: expected < 3, got 3
          EXPECT data IDX 0 GT 3           | : line 20: expected > 3, got 3
          EXPECT data IDX 0 LE 2           | : line 20: expected <= 2, got 3
          EXPECT data IDX 0 GE 4           | : line 20: expected >= 4, got 3
          EXPECT floats IDX 0 TOLERANCE 0.1 EQ 3.2 | : line 20: expected ~= 3.2, got 3.0
          EXPECT floats IDX 0 TOLERANCE 1% EQ 3.04 | : line 20: expected ~= 3.04, got 3.0
          EXPECT data IDX 8 EQ 1           | : line 20: bytes 8 to 12 are outside buffer data of 8
          EXPECT data EQ_BUFFER other      | : line 20: expected equal buffers, got 1.5 in data and 2.5
          EXPECT data EQ_BUFFER floats     | : line 20: buffers data and floats differ in type
          EXPECT data RMSE_BUFFER other TOLERANCE 0.7 | : line 20: expected a distance of at most 0.7
          EXPECT data EQ_HISTOGRAM_EMD_BUFFER other TOLERANCE 0.003 | : line 20: expected a distance
          EXPECT data IDX 0 0 SIZE 4 4 EQ_RGB 1 2 3 | : line 20: buffer data has 1 by 1 pixels of 2
          EXPECT nothing IDX 0 EQ 4        | :20: there is no buffer "nothing"
          EXPECT data IDX -1 EQ 4          | :20: IDX -1 is outside 0 to
          EXPECT data IDX 0 EQ             | :20: a value is missing
          EXPECT data IDX 0 EQ 1.5         | :20: "1.5" is not a whole number
          EXPECT data IDX 0 EQ 4294967296  | :20: 4294967296 does not fit int32
          EXPECT data IDX 0 IS 4           | :20: there is no comparator IS
          EXPECT data IDX 0 TOLERANCE x EQ 4 | :20: tolerance "x" is not a number
          EXPECT data IDX 0 TOLERANCE 1 NE 4 | :20: TOLERANCE needs EQ
          EXPECT data SMELLS_LIKE other    | :20: "SMELLS_LIKE" is neither IDX nor a comparator
          FROBNICATE                       | :20: there is no command FROBNICATE
          RUN q 1 1 1                      | :20: there is no pipeline "q"
          RUN p 1 1                        | :20: the line ends where a number of workgroups should
          RUN p 1 1 1 1                    | :20: "1" is not understood here
          RUN p DRAW_ARRAY                 | :20: DRAW_ARRAY needs a graphics pipeline
          COPY data TO data                | :20: COPY needs two buffers of one size
          REPEAT 2                         | :20: END is missing
          SHADER compute add GLSL          | :20: END is missing
          SHADER compute s COBOL           | :20: END is missing
          SHADER pixel s GLSL              | :20: there is no shader type "pixel"
          BUFFER data DATA_TYPE int32 SIZE 1 FILL 0 | :20: there are two buffers data
          BUFFER b DATA_TYPE int33 SIZE 1 FILL 0 | :20: there is no data type "int33"
          BUFFER b DATA_TYPE int32 FILL 0  | :20: FILL needs SIZE before it
          BUFFER b DATA_TYPE vec3<int32> DATA 1 2 END | :20: 2 values do not fill elements of 3
          BUFFER b DATA_TYPE int8 DATA 300 END | :20: 300 does not fit int8
          BUFFER b DATA_TYPE int8 DATA 1   | :20: END is missing
          BUFFER b DATA_TYPE int32 SIZE 99999999999 FILL 0 | :20: SIZE 99999999999 is outside 0 to
          BUFFER b DATA_TYPE mat4x4<double> SIZE 99999999 FILL 0 | :20: a buffer of 12799999872 bytes
          BUFFER b DATA_TYPE int32 SIZE 1 FILE TEXT nowhere.txt | :20: file
          BUFFER b FORMAT R7_UNORM         | PASS
          BUFFER b FORMAT B5G6R5_UNORM_PACK16 DATA 1 2 3 END | :20: values of this format are not
          BUFFER b FORMAT SOMETHING        | :20: there is no format "SOMETHING"
          STRUCT s                         | :20: END is missing
          DERIVE_PIPELINE q FROM r         | :20: there is no pipeline "r"
          PIPELINE compute q               | :20: END is missing
          """)
  void failsWithTheReason(String line, String expected) throws IOException {
    Path script = write("script.amber", SHADER + line + "\n");
    Zl run = Zl.run("amber", script.toString());
    assertEquals(expected.equals("PASS") ? 0 : 1, run.code(), run.out());
    String wanted = expected.equals("PASS") ? "PASS " : "FAIL " + script + expected;
    assertTrue(
        run.out().startsWith(wanted), () -> "\"" + wanted + "\" does not begin " + run.out());
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ATTACH nothing                   | :21: there is no shader "nothing"
          ATTACH add SPECIALIZE 1 AS double 1 | :21: SPECIALIZE takes an integer or float type
          BIND BUFFER data AS fridge DESCRIPTOR_SET 0 BINDING 0 | :21: there is no buffer type
          BIND BUFFER data AS color LOCATION 0 | :21: AS color needs a graphics pipeline
          BIND BUFFER data AS storage BINDING 0 | :21: "BINDING" stands where DESCRIPTOR_SET should
          BIND KEBAB data                  | :21: BIND takes BUFFER, BUFFER_ARRAY or SAMPLER
          POLYGON_MODE line                | :21: POLYGON_MODE needs a graphics pipeline
          JUGGLE                           | :21: a pipeline has no command JUGGLE
          ATTACH add                       | : line 23: pipeline q has no resource at DESCRIPTOR_SET 0
          ATTACH add ENTRY_POINT other     | : line 23: shader add cannot be compiled
          """)
  void pipelineFailsWithTheReason(String line, String expected) throws IOException {
    Path script =
        write("script.amber", SHADER + "PIPELINE compute q\n  " + line + "\nEND\nRUN q 1 1 1\n");
    Zl run = Zl.run("amber", script.toString());
    assertEquals(1, run.code(), run.out());
    String wanted = "FAIL " + script + expected;
    assertTrue(
        run.out().startsWith(wanted), () -> "\"" + wanted + "\" does not begin " + run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          probe ssbo int 0 0 == 1          | : line 8: expected == 1, got 5 in 0:0 at byte 0
          probe ssbo int 0 0 ~= 4          | : line 8: expected ~= 4, got 5 in 0:0 at byte 0
          probe ssbo int 1 0 == 1          | :8: there is no buffer at 0:1
          probe ssbo int 0 0 is 1          | :8: there is no comparator is
          probe ssbo string 0 0 == 1       | :8: there is no data type "string"
          ssbo zero 4                      | :8: binding zero must be of the form
          ssbo 0 subdata vec2 0 1          | :8: 1 values do not fill elements of 2
          dance                            | :8: there is no command dance
          compute 1 1                      | :8: the line ends where a number of workgroups
          """)
  void vkScriptFailsWithTheReason(String line, String expected) throws IOException {
    String script =
        """
        [compute shader]
        #version 450
        layout(binding = 0) buffer B { int b; };
        void main() { b = 5; }
        [test]
        ssbo 0 4
        compute 1 1 1
        """;
    Path file = write("script.vk", script + line + "\n");
    Zl run = Zl.run("amber", file.toString());
    assertEquals(1, run.code(), run.out());
    String wanted = "FAIL " + file + expected;
    assertTrue(
        run.out().startsWith(wanted), () -> "\"" + wanted + "\" does not begin " + run.out());
  }

  @Test
  void faultsAndEndlessLoopsFailWithTheShadersLine() throws IOException {
    String script =
        """
        #!amber
        SHADER compute far GLSL
        #version 450
        #extension GL_EXT_buffer_reference_uvec2 : require
        layout(buffer_reference) buffer Far { int n; };
        void main() {
          Far far = Far(uvec2(0xf0000000u, 0u));
          far.n = 1;
        }
        END
        SHADER compute endless GLSL
        #version 450
        layout(set = 0, binding = 0) buffer Data { int n[]; };
        void main() {
          while (atomicAdd(n[0], 0) == 0) { n[1]++; }
        }
        END
        BUFFER n DATA_TYPE int32 SIZE 2 FILL 0
        PIPELINE compute faulty
          ATTACH far
          BIND BUFFER n AS storage DESCRIPTOR_SET 0 BINDING 0
        END
        PIPELINE compute stuck
          ATTACH endless
          BIND BUFFER n AS storage DESCRIPTOR_SET 0 BINDING 0
        END
        """;
    Path fault = write("fault.amber", script + "RUN faulty 1 1 1\n");
    Path hang = write("hang.amber", script + "RUN stuck 1 1 1\n");
    Zl run = Zl.run("amber", "--max-cycles", "100000", fault.toString(), hang.toString());
    assertEquals(1, run.code());
    String[] lines = run.out().split("\n");
    assertTrue(lines[0].startsWith("FAIL " + fault + ": line 27: "), run.out());
    assertTrue(lines[0].contains("fault.amber:8"), run.out());
    assertTrue(lines[1].startsWith("FAIL " + hang + ": line 27: "), run.out());
    assertEquals("0 passed, 2 failed, 0 skipped", lines[2]);
  }

  @Test
  void noInputIsACrash() throws IOException {
    byte[] whole = (SHADER + "EXPECT data IDX 0 EQ 3 1.5\n").getBytes(StandardCharsets.UTF_8);
    for (int end = 0; end < whole.length; end += 7) {
      byte[] part = java.util.Arrays.copyOf(whole, end);
      Path script = folder.resolve("part.amber");
      Files.write(script, part);
      Zl run = Zl.run("amber", script.toString());
      assertEquals("", run.err());
      assertTrue(run.out().contains(" skipped\n"), run.out());
    }
    Path binary = folder.resolve("binary.amber");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertNotEquals(0, Zl.run("amber", binary.toString()).code());
  }

  @Test
  void missingFileIsNamed() {
    Zl.run("amber", folder.resolve("none.amber").toString()).refuses("no such file", "none.amber");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return file;
  }
}
