package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that GNU's C compiler made run on both devices, console and exit code included. */
class BareProgramTest {
  @TempDir private Path folder;

  private Path compile(String source) throws IOException, InterruptedException {
    Path bare = Modules.ROOT.resolve("examples/bare");
    Path elf = folder.resolve("program.elf");
    Process process =
        new ProcessBuilder(
                "riscv64-unknown-elf-gcc",
                "-O2",
                "-march=rv32imf",
                "-mabi=ilp32f",
                "-nostdlib",
                "-ffreestanding",
                "-T",
                bare.resolve("link.ld").toString(),
                bare.resolve("crt0.S").toString(),
                source,
                "-o",
                elf.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return elf;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:", "rtl:?config=c1w4t4", "served:tcp/sim"})
  void helloPrintsAndEndsWell(String device) throws IOException, InterruptedException {
    NativeTools.assumeCrossCompiler();
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    Path elf = compile(Modules.ROOT.resolve("examples/bare/hello.c").toString());
    Zl result = Zl.run("exec", elf.toString(), "--device", device).succeeds();
    assertEquals("primes below 1000: 168\nsqrt(2) * 1000000: 1414213\n", result.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:", "rtl:?config=c1w4t4", "served:tcp/sim"})
  void exitCodeIsTheProgramsOwn(String device) throws IOException, InterruptedException {
    NativeTools.assumeCrossCompiler();
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    Path source = folder.resolve("exit.c");
    Files.writeString(source, "int main(void) { return 42; }\n");
    assertEquals(
        42, Zl.run("exec", compile(source.toString()).toString(), "--device", device).code());
  }

  @Test
  void endlessProgramStopsAtItsLimit() throws IOException, InterruptedException {
    NativeTools.assumeCrossCompiler();
    Path source = folder.resolve("endless.c");
    Files.writeString(source, "int main(void) { for (volatile int i = 0;; i++) { } }\n");
    Zl.run("exec", compile(source.toString()).toString(), "--max-cycles", "50000")
        .refuses("TIMEOUT", "50000 cycles");
  }
}
