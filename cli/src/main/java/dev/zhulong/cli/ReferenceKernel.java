package dev.zhulong.cli;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A workload's work as a C function over all invocations, compiled by clang for a plain RISC-V core
 * and run by one lane: what the shader compiler's code is measured against.
 */
final class ReferenceKernel {
  /** What the C compiler may do with the function that is one invocation. */
  enum Form {
    /** Call it for each invocation, as a GPU does. */
    CALLED("static __attribute__((noinline))"),
    /** Inline it into the loops over all invocations, and move what is common out of them. */
    INLINED("static inline");

    private final String prefix;

    Form(String prefix) {
      this.prefix = prefix;
    }
  }

  private static final String CLANG = "clang-19";

  /** Words of the argument block go to a0 and up; the C calling convention takes eight there. */
  private static final String START =
      """
          .text
          .globl _start
      _start:
          li sp, 0xffff0000
          csrr t0, mscratch
          lw a0, 0(t0)
          lw a1, 4(t0)
          lw a2, 8(t0)
          lw a3, 12(t0)
          lw a4, 16(t0)
          call kernel
          tmc zero
      """;

  private static final int ARGUMENTS = 5;

  private final Workload workload;
  private final byte[] elf;

  private ReferenceKernel(Workload workload, byte[] elf) {
    this.workload = workload;
    this.elf = elf;
  }

  /**
   * Compiles the C program that goes with a workload.
   *
   * @throws IllegalStateException if clang is missing or refuses it
   */
  static ReferenceKernel compile(Workload workload, Form form) {
    String name = workload.shader().replace(".comp", ".c");
    try (InputStream in = ReferenceKernel.class.getResourceAsStream("reference/" + name)) {
      if (in == null) {
        throw new IllegalStateException("reference " + name + " is not part of this build");
      }
      String assembly = START + clang(name, in.readAllBytes(), form);
      return new ReferenceKernel(workload, Assembler.assemble(assembly, name).toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String clang(String name, byte[] source, Form form) throws IOException {
    Path folder = Files.createTempDirectory("zl-reference");
    Path input = folder.resolve(name);
    Path output = folder.resolve(name + ".s");
    try {
      Files.write(input, source);
      Process process =
          new ProcessBuilder(
                  CLANG,
                  "-O3",
                  "--target=riscv32",
                  "-march=rv32imaf_zicond_zba_zbb",
                  "-mabi=ilp32",
                  "-ffreestanding",
                  "-fno-math-errno",
                  "-fno-addrsig",
                  "-DINVOCATION=" + form.prefix,
                  "-S",
                  input.toString(),
                  "-o",
                  output.toString())
              .redirectErrorStream(true)
              .start();
      String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(CLANG + " refuses " + name + ": " + messages.strip());
      }
      return Files.readString(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + CLANG + " compiled " + name, e);
    } finally {
      Files.deleteIfExists(output);
      Files.deleteIfExists(input);
      Files.deleteIfExists(folder);
    }
  }

  /** Whether the C compiler is there. */
  static boolean available() {
    for (String folder : System.getenv("PATH").split(java.io.File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, CLANG))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs it on lane 0 of a device of one core.
   *
   * @param info the shader's interface: its push constants, in order, follow the buffers
   */
  Workload.Outcome run(Gpu gpu, KernelInfo info) {
    List<Integer> words = new ArrayList<>();
    List<Buffer> bound = new ArrayList<>();
    try (Buffer arguments = gpu.allocate(4 * ARGUMENTS)) {
      for (int[] contents : workload.buffers()) {
        Buffer buffer = gpu.allocate(contents.length * 4L);
        bound.add(buffer);
        buffer.write(contents);
        words.add((int) buffer.address());
      }
      info.pushConstants().stream()
          .sorted(Comparator.comparingInt(KernelInfo.PushConstant::offset))
          .map(push -> workload.pushes().get(push.name()))
          .forEach(v -> words.add(v instanceof Float f ? Float.floatToIntBits(f) : v.intValue()));
      if (words.size() > ARGUMENTS) {
        throw new IllegalStateException(
            workload.name()
                + " has "
                + words.size()
                + " arguments; a reference takes "
                + ARGUMENTS);
      }
      arguments.write(words.stream().mapToInt(Integer::intValue).toArray());
      var result =
          gpu.execute(elf, workload.name(), (int) arguments.address(), LaunchLimits.DEFAULT);
      return new Workload.Outcome(bound.get(workload.output()).readInts(), result.statistics());
    } finally {
      bound.forEach(Buffer::close);
    }
  }
}
