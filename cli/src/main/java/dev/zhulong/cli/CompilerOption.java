package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.PassListener;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.firmware.link.KernelInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of every command that compiles a shader. */
final class CompilerOption {
  @Option(
      names = {"-D", "--define"},
      paramLabel = "NAME[=VALUE]",
      mapFallbackValue = "1",
      description = "Define a macro for the shader's preprocessor.")
  private Map<String, String> defines = new LinkedHashMap<>();

  @Option(
      names = "--entry",
      paramLabel = "NAME",
      description = "Entry point. Default: the only one, or main")
  private String entry;

  @Option(
      names = "--spec",
      paramLabel = "ID=VALUE",
      description = "Set a specialization constant: an integer, a float, true or false.")
  private Map<Integer, String> specialization = new LinkedHashMap<>();

  @Option(
      names = "--local",
      paramLabel = "X[,Y[,Z]]",
      description = "Workgroup size of an OpenCL kernel that names none.")
  private String local;

  @Option(
      names = "--cl-option",
      paramLabel = "OPTION",
      description = "Pass an option to clang, as -cl-std=CL1.2; OpenCL C only.")
  private List<String> openClOptions = new ArrayList<>();

  @Option(
      names = "-O",
      paramLabel = "LEVEL",
      defaultValue = "2",
      description = "Optimisation level, 0 to 2. Default: ${DEFAULT-VALUE}")
  private int level;

  @Option(
      names = "--no-robust",
      description = "Leave out the checks that keep accesses within their buffers.")
  private boolean fragile;

  /** Refuses what cannot change a kernel image any more. */
  private void requireNoSpecialization(Path image) {
    if (!specialization.isEmpty()) {
      throw new IllegalArgumentException(
          "--spec has no effect on the kernel image " + image + "; give it to zl compile");
    }
  }

  private List<Integer> localSize() {
    if (local == null) {
      return null;
    }
    List<Integer> size = new ArrayList<>();
    try {
      for (String part : local.split(",", -1)) {
        size.add(Integer.valueOf(part));
      }
    } catch (NumberFormatException e) {
      size.clear();
    }
    if (size.isEmpty() || size.size() > 3 || size.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          "--local " + local + " must be one to three positive numbers, as 64 or 8,8");
    }
    while (size.size() < 3) {
      size.add(1);
    }
    return size;
  }

  CompiledKernel compile(Path shader) throws IOException, CompileException {
    return compile(shader, (_, _) -> {});
  }

  CompiledKernel compile(Path shader, PassListener listener) throws IOException, CompileException {
    if (level < 0 || level > 2) {
      throw new IllegalArgumentException("-O " + level + " must be 0, 1 or 2");
    }
    List<Integer> size = localSize();
    CompiledKernel kernel =
        ShaderCompiler.compile(
            ShaderSource.of(shader),
            new CompileOptions(
                entry, defines, level, specialization, !fragile, size, openClOptions),
            listener);
    KernelInfo info = kernel.info();
    List<Integer> made = List.of(info.groupX(), info.groupY(), info.groupZ());
    if (size != null && !size.equals(made)) {
      throw new IllegalArgumentException(
          "--local " + local + " differs from the workgroup size that the shader names: " + made);
    }
    return kernel;
  }

  /** A kernel image: the file itself if it is one, else the shader compiled. */
  byte[] image(Path shader) throws IOException, CompileException {
    if (!shader.toString().endsWith(".elf")) {
      return compile(shader).elf();
    }
    requireNoSpecialization(shader);
    return Files.readAllBytes(shader);
  }
}
