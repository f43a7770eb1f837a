package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.SystemVerilogPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verilator's linter has nothing to say about the core, with all its warnings on. */
class LintTest {
  private static final Path SOURCES = Path.of("src/main/systemverilog");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "c1w4t4, 0",
    "c1w8t8, 0",
    "c2w4t4, 0",
    "c1w2t2, 16",
    "c2w4t4, 128",
    "c3w2t2, 256",
    "c4w32t32, 4096"
  })
  void coreIsClean(String config, int l2Kib) throws IOException, InterruptedException {
    Tools.assumeInstalled("verilator");
    CoreShape shape = CoreShape.parse(config);
    Path isa = folder.resolve("zl_isa_pkg.sv");
    Files.writeString(isa, SystemVerilogPackage.text());
    List<String> command =
        new ArrayList<>(
            List.of(
                "verilator",
                "--lint-only",
                "-Wall",
                "--top-module",
                "zl_gpu",
                "-GCORES=" + shape.cores(),
                "-GWARPS=" + shape.warps(),
                "-GLANES=" + shape.lanes(),
                "-GL2_KB=" + l2Kib,
                isa.toString()));
    // Packages come before what imports them.
    command.add(SOURCES.resolve("zl_pkg.sv").toString());
    command.add(SOURCES.resolve("zl_fpu_pkg.sv").toString());
    try (Stream<Path> files = Files.list(SOURCES)) {
      files
          .map(Path::toString)
          .filter(name -> name.endsWith(".sv") && !name.endsWith("_pkg.sv"))
          .sorted()
          .forEach(command::add);
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("", output);
    assertEquals(0, process.waitFor());
  }
}
