package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.PassListener;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
      names = "-O",
      paramLabel = "LEVEL",
      defaultValue = "2",
      description = "Optimisation level, 0 to 2. Default: ${DEFAULT-VALUE}")
  private int level;

  CompiledKernel compile(Path shader) throws IOException, CompileException {
    return compile(shader, (_, _) -> {});
  }

  CompiledKernel compile(Path shader, PassListener listener) throws IOException, CompileException {
    if (level < 0 || level > 2) {
      throw new IllegalArgumentException("-O " + level + " must be 0, 1 or 2");
    }
    return ShaderCompiler.compile(
        ShaderSource.of(shader), new CompileOptions(entry, defines, level), listener);
  }

  /** A kernel image: the file itself if it is one, else the shader compiled. */
  byte[] image(Path shader) throws IOException, CompileException {
    return shader.toString().endsWith(".elf") ? Files.readAllBytes(shader) : compile(shader).elf();
  }
}
