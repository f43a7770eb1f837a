package dev.zhulong.firmware.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** GNU binutils for RISC-V, the judge of what we write and read. */
final class Gnu {
  static final String ARCH = "rv32imaf_zicsr_zifencei_zba_zbb";

  private Gnu() {}

  /** Skips the test, visibly, where binutils are missing. */
  static void assumeInstalled() {
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "riscv64-unknown-elf-as")));
    assumeTrue(found, "needs binutils-riscv64-unknown-elf");
  }

  static String run(Path folder, String tool, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add("riscv64-unknown-elf-" + tool);
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + "\n" + output);
    return output;
  }

  /** Assembles and links text at the core's start address, without relaxation. */
  static Path link(Path folder, String assembly) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("gnu.s"), ".option norelax\n" + assembly);
    run(folder, "as", "-march=" + ARCH, "-mabi=ilp32f", "-o", "gnu.o", "gnu.s");
    run(folder, "ld", "-melf32lriscv", "--no-relax", "-Ttext=0x80000000", "-o", "gnu.elf", "gnu.o");
    return folder.resolve("gnu.elf");
  }
}
