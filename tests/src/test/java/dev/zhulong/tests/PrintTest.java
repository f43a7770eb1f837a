package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What invocations print comes out in whole lines, formatted as C does it. */
class PrintTest {
  private static final String EXAMPLES = Modules.ROOT.resolve("examples").toString() + "/";

  private static List<String> printed(String device, Language language, String text, int groups)
      throws CompileException {
    ShaderSource source =
        new ShaderSource("print", language, text.getBytes(StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel =
            gpu.load(ShaderCompiler.compile(source, CompileOptions.defaults()).elf(), "print")) {
      gpu.onConsole(lines::add);
      kernel.launch(groups).submit().await();
    }
    return lines;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sim:?config=c4w8t8", "rtl:?config=c1w4t4", "served:unix/sim?config=c4w8t8"})
  void debugPrintfPrintsWholeLines(String device) throws CompileException {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    String shader =
        """
        #version 460
        #extension GL_EXT_debug_printf : enable
        #extension GL_EXT_shader_explicit_arithmetic_types : require
        layout(local_size_x = 16) in;
        void main() {
          uint i = gl_GlobalInvocationID.x;
          if (i % 3 == 1) {
            debugPrintfEXT("i %u, v %1.1v3f, %ul", i, vec3(i, 2, -3), uint64_t(i) << 33);
          }
        }
        """;
    Set<String> wanted = new TreeSet<>();
    for (int i = 1; i < 512; i += 3) {
      wanted.add("i " + i + ", v " + i + ".0,2.0,-3.0, " + ((long) i << 33));
    }
    List<String> lines = printed(device, Language.GLSL, shader, 32);
    assertEquals(wanted, new TreeSet<>(lines));
    assertEquals(wanted.size(), lines.size());
  }

  /** A format, its arguments in GLSL, and what C's printf makes of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "%d %f|-42, 1234.5|-42 1234.500000",
        "%+i %.0f|42, 1234.5|+42 1234",
        "%8d|-42|     -42",
        "%-8d!|-42|-42     !",
        "%08d|-42|-0000042",
        "%.5d|-42|-00042",
        "%u %x %X|-42, -42, -42|4294967254 ffffffd6 FFFFFFD6",
        "%#x %o|48879, 8|0xbeef 10",
        "%c%c|90, 76|ZL",
        "%% %hhd %hu|300, 65537|% 44 1",
        "%e %.2E|1234.5, 0.00012|1.234500e+03 1.20E-04",
        "%g %g %g %G|100000.0, 1000000.0, 0.0001, 0.00001|100000 1e+06 0.0001 1E-05",
        "%a %a|1.0, -0.15625|0x1p+0 -0x1.4p-3",
        "%f %f %5.1f|1.0/0.0, -1.0/0.0, -0.04|inf -inf  -0.0",
      })
  void conversionsLookAsInC(String format, String arguments, String expected)
      throws CompileException {
    String shader =
        """
        #version 460
        #extension GL_EXT_debug_printf : enable
        layout(local_size_x = 1) in;
        void main() { debugPrintfEXT("FORMAT", ARGUMENTS); }
        """;
    String text = shader.replace("FORMAT", format).replace("ARGUMENTS", arguments);
    assertEquals(List.of(expected), printed("sim:", Language.GLSL, text, 1));
  }

  @Test
  void openClPrintsTextsVectorsAndFloats() {
    NativeTools.assumeOpenCl();
    Zl run =
        Zl.run("run", EXAMPLES + "hello.cl", "--local", "2", "--grid", "2", "--push", "f32:0.1")
            .succeeds();
    List<String> wanted =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    "hello from "
                        + i
                        + ": 0."
                        + i
                        + "00 "
                        + i
                        + ",-1,2,3|"
                        + (i == 0 ? "    0" : "   -" + i)
                        + "|"
                        + Integer.toHexString(i + 30)
                        + "   |1.000000e-01|0.1|1099511627776|z|100%")
            .toList();
    assertEquals(wanted, run.out().lines().toList());
  }

  @Test
  void whatDoesNotFitIsLostAndTold() throws CompileException {
    String shader =
        """
        #version 460
        #extension GL_EXT_debug_printf : enable
        layout(local_size_x = 64) in;
        void main() { debugPrintfEXT("%u", gl_GlobalInvocationID.x); }
        """;
    List<String> lines = printed("sim:", Language.GLSL, shader, 3000);
    assertTrue(lines.getLast().contains("is lost"), lines.getLast());
    assertEquals((1 << 20) / 8, lines.size(), 1);
  }

  @Test
  void kernelsRunFromTheCommandLine() {
    NativeTools.assumeOpenCl();
    Zl saxpy =
        Zl.run(
            "run",
            EXAMPLES + "saxpy.cl",
            "--local",
            "64",
            "--grid",
            "16",
            "--bind",
            "x=iota:f32:1024",
            "--bind",
            "y=zeros:f32:1024",
            "--push",
            "f32:2,u32:1024",
            "--print",
            "y:4");
    assertEquals("y: 0.0 2.0 4.0 6.0\n", saxpy.succeeds().out());
    Zl reduce =
        Zl.run(
            "run",
            EXAMPLES + "reduce.cl",
            "--grid",
            "4",
            "--bind",
            "in=iota:i32:256",
            "--bind",
            "sums=zeros:i32:4",
            "--push",
            "local:256",
            "--print",
            "sums");
    assertEquals("sums: 2016 6112 10208 14304\n", reduce.succeeds().out());
    Zl.run("compile", EXAMPLES + "reduce.cl", "--local", "32", "--emit", "ir")
        .refuses("[64, 1, 1]");
    Zl.run("compile", EXAMPLES + "saxpy.cl", "--emit", "ir").refuses("--local X,Y,Z");
  }
}
