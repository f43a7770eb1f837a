package dev.zhulong.tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Skips tests, visibly, whose outside tools are missing. */
public final class NativeTools {
  private NativeTools() {}

  /** Skips the test, visibly, where no model of the RTL can be built. */
  public static void assumeVerilator() {
    assume("verilator", "verilator");
  }

  /** What waveforms need on top of Verilator. */
  static void assumeZlib() {
    assumeTrue(Files.exists(Path.of("/usr/include/zlib.h")), "needs zlib1g-dev");
  }

  static void assumeCrossCompiler() {
    assume("riscv64-unknown-elf-gcc", "gcc-riscv64-unknown-elf");
  }

  /** Skips the test, visibly, where OpenCL C cannot be compiled. */
  public static void assumeOpenCl() {
    assume("clang-15", "clang-15");
    assume("llvm-spirv-15", "llvm-spirv-15");
  }

  static void assumeSpirvTools() {
    assume("spirv-val", "spirv-tools");
  }

  static void assumeGdb() {
    assume("gdb-multiarch", "gdb-multiarch");
  }

  private static void assume(String program, String debianPackage) {
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    assumeTrue(found, "needs " + debianPackage);
  }
}
