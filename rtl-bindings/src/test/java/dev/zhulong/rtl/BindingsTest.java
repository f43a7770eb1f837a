package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The generated classes: those of the units, which the benches use, are what the generator writes
 * for the present sources; {@code -Dzl.bindings=apply} writes them anew.
 */
class BindingsTest {
  private static final Path UNITS = Path.of("src/test/java/dev/zhulong/rtl/unit");

  @TempDir private Path folder;

  @BeforeAll
  static void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
  }

  @ParameterizedTest
  @CsvSource({
    "zl_dcache, Dcache, DCACHE_KB, 16",
    "zl_dispatcher, Dispatcher, CORES, 1",
    "zl_fpu_div_sqrt, FpuDivSqrt, LANES, 8",
    "zl_fpu_fma, FpuFma, LANES, 8",
    "zl_global_barrier, GlobalBarrier, CORES, 3",
    "zl_icache, Icache, ICACHE_KB, 16",
    "zl_issue, Issue, WARPS, 4",
    "zl_lsu zl_dcache zl_local_memory, Lsu, LANES, 4",
    "zl_texture, Texture, LANES, 4",
    "zl_merge, Merge, LANES, 4",
    "zl_coverage, Coverage, LANES, 4",
    "zl_warp_control, WarpControl, WARPS, 8",
  })
  void classesOfTheUnitsAreUpToDate(String units, String className, String parameter, int value)
      throws IOException {
    String[] names = units.split(" ");
    String unit = names[0];
    String[] others = Arrays.copyOfRange(names, 1, names.length);
    Path file = UNITS.resolve(className + ".java");
    String text =
        Units.design(unit, others)
            .parameter(parameter, value)
            .bindings("dev.zhulong.rtl.unit", className);
    if ("apply".equals(System.getProperty("zl.bindings"))) {
      Files.createDirectories(UNITS);
      Files.writeString(file, text);
    }
    assertTrue(
        words(text).equals(words(Files.readString(file))),
        file
            + " is not what the generator writes for "
            + unit
            + "; run this test with -Dzl.bindings=apply, then the formatter");
  }

  // What the formatter leaves as it is.
  private static String words(String text) {
    return text.replaceAll("[\\s*]+", "");
  }

  @ParameterizedTest
  @CsvSource({"vector_unit.sv", "two_clocks.v", "widths.sv", "fifo.sv"})
  void otherDesignsGiveClassesThatCompile(String design) throws IOException {
    Path source = Path.of("src/test/systemverilog", design);
    String text = VerilatedModel.of(source).bindings("some.place", "Design");
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///some/place/Design.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    StringWriter messages = new StringWriter();
    List<String> options = List.of("-Xlint:all", "-cp", "target/classes", "-d", folder.toString());
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(file))
            .call();
    assertTrue(compiled, messages + text);
    assertEquals("", messages.toString());
  }

  @Test
  void namesThatAreNoneAreRefused() {
    VerilatedDesign design = VerilatedModel.of(Path.of("src/test/systemverilog/fifo.sv"));
    assertThrows(IllegalArgumentException.class, () -> design.bindings("some.class", "Fifo"));
    assertThrows(IllegalArgumentException.class, () -> design.bindings("some.place", "a.Fifo"));
  }
}
