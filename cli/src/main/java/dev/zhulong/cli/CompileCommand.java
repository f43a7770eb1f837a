package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompiledKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl compile}: compiles a shader and keeps the result, or an intermediate form of it. */
@Command(
    name = "compile",
    mixinStandardHelpOptions = true,
    description = "Compile a compute shader to a kernel image or an intermediate form.",
    footer = {"", "Example:", "  zl compile examples/saxpy.comp -o saxpy.s --emit asm"})
final class CompileCommand implements Callable<Integer> {
  enum Form {
    ELF,
    ASM,
    IR,
    SPIRV
  }

  @Spec private CommandSpec spec;
  @Mixin private CompilerOption compiler;

  @Parameters(paramLabel = "SHADER", description = "Shader source or SPIR-V.")
  private Path shader;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      description = "Where to write; text forms go to standard output without it.")
  private Path output;

  @Option(
      names = "--emit",
      paramLabel = "FORM",
      defaultValue = "elf",
      description = "One of elf, asm, ir, spirv. Default: ${DEFAULT-VALUE}")
  private Form form;

  @Option(
      names = "--print-after",
      paramLabel = "PASS",
      description =
          "Print the IR after each run of this pass, or after \"all\"; -o may be left out.")
  private String printAfter;

  private final Set<String> passes = new LinkedHashSet<>();

  @Override
  public Integer call() throws IOException, CompileException {
    if (printAfter == null && output == null && binary()) {
      throw new IllegalArgumentException(
          "--emit " + form.name().toLowerCase(Locale.ROOT) + " is binary; name a file with -o");
    }
    CompiledKernel kernel = compiler.compile(shader, this::afterPass);
    if (printAfter != null && !printAfter.equals("all") && !passes.contains(printAfter)) {
      throw new IllegalArgumentException(
          "--print-after "
              + printAfter
              + ": no such pass ran; these did: "
              + String.join(", ", passes));
    }
    if (output == null && binary()) {
      return 0;
    }
    byte[] bytes =
        switch (form) {
          case ELF -> kernel.elf();
          case SPIRV -> kernel.spirv();
          case ASM -> kernel.assembly().getBytes(StandardCharsets.UTF_8);
          case IR -> kernel.ir().getBytes(StandardCharsets.UTF_8);
        };
    if (output == null) {
      spec.commandLine().getOut().print(new String(bytes, StandardCharsets.UTF_8));
    } else {
      Files.write(output, bytes);
    }
    return 0;
  }

  private boolean binary() {
    return form == Form.ELF || form == Form.SPIRV;
  }

  private void afterPass(String pass, Supplier<String> ir) {
    passes.add(pass);
    if (pass.equals(printAfter) || "all".equals(printAfter)) {
      spec.commandLine().getOut().println("# after " + pass);
      spec.commandLine().getOut().print(ir.get());
    }
  }
}
