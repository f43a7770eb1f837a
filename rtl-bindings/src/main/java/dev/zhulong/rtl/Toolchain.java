package dev.zhulong.rtl;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tools that make a model.
 *
 * @param verilator the Verilator driver
 * @param compiler the C++ compiler, clang++ where there is one
 * @param searchPath where tools are found, in the form of {@code PATH}
 */
record Toolchain(Path verilator, Path compiler, String searchPath) {
  private static final int LEAST_MAJOR = 5;
  private static final int LEAST_MINOR = 6;
  private static final Pattern VERSION = Pattern.compile("Verilator (\\d+)\\.(\\d+)");
  private static final List<String> COMPILERS =
      List.of("clang++-19", "clang++-20", "clang++-18", "clang++", "g++");
  private static final String REMEDY =
      "; install the packages verilator and clang-19 (apt-get install verilator clang-19),"
          + " or use the functional simulator (--device sim:)";

  /**
   * Finds the tools.
   *
   * @throws ModelUnavailableException if one is missing
   */
  static Toolchain find(String searchPath) {
    Path verilator =
        locate("verilator", searchPath)
            .orElseThrow(
                () ->
                    new ModelUnavailableException(
                        "the cycle model needs Verilator, which is not in PATH" + REMEDY));
    for (String name : COMPILERS) {
      Optional<Path> compiler = locate(name, searchPath);
      if (compiler.isPresent()) {
        return new Toolchain(verilator, compiler.get(), searchPath);
      }
    }
    throw new ModelUnavailableException(
        "the cycle model needs a C++ compiler, and none of "
            + String.join(", ", COMPILERS)
            + " is in PATH"
            + REMEDY);
  }

  /** A program of the search path. */
  static Optional<Path> locate(String name, String searchPath) {
    for (String folder : searchPath.split(File.pathSeparator, -1)) {
      if (!folder.isEmpty()) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file) && Files.isRegularFile(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What changes when a tool is replaced, found without running it: its real path, size and date.
   */
  String fingerprint() throws IOException {
    StringBuilder text = new StringBuilder();
    // The driver is a script; the program is beside it.
    Path program = verilator.resolveSibling("verilator_bin");
    for (Path tool : List.of(verilator, program, compiler)) {
      if (Files.exists(tool)) {
        Path real = tool.toRealPath();
        text.append(real)
            .append(' ')
            .append(Files.size(real))
            .append(' ')
            .append(Files.getLastModifiedTime(real).toMillis())
            .append('\n');
      }
    }
    return text.toString();
  }

  /**
   * Checks Verilator's version.
   *
   * @throws ModelUnavailableException if it is too old
   */
  void requireVersion() throws IOException {
    String output = run(List.of(verilator.toString(), "--version"), Path.of(".")).text().strip();
    Matcher version = VERSION.matcher(output);
    if (!version.find()) {
      throw new ModelUnavailableException(
          verilator + " --version says \"" + output + "\", which is no version" + REMEDY);
    }
    int major = Integer.parseInt(version.group(1));
    // Two or three digits of a fraction: 5.006 comes before 5.020.
    int minor = Integer.parseInt(version.group(2));
    if (major < LEAST_MAJOR || (major == LEAST_MAJOR && minor < LEAST_MINOR)) {
      throw new ModelUnavailableException(
          verilator
              + " has version "
              + version.group(1)
              + "."
              + version.group(2)
              + ", the cycle model needs 5.006 or later"
              + REMEDY);
    }
  }

  /**
   * Checks that the C++ compiler finds a library's header.
   *
   * @throws ModelUnavailableException with the remedy if it does not
   */
  void requireHeader(String header, Path folder, String remedy) throws IOException {
    Path probe = Files.writeString(folder.resolve("probe.cc"), "#include <" + header + ">\n");
    List<String> command = List.of(compiler.toString(), "-fsyntax-only", probe.toString());
    if (run(command, folder).status() != 0) {
      throw new ModelUnavailableException(remedy);
    }
  }

  /** Where Verilator keeps the runtime that models are compiled with. */
  Path runtime() throws IOException {
    Output output = run(List.of(verilator.toString(), "--getenv", "VERILATOR_ROOT"), Path.of("."));
    return Path.of(output.text().strip()).resolve("include");
  }

  /** Whether the compiler takes clang's options. */
  boolean clang() {
    return compiler.getFileName().toString().startsWith("clang");
  }

  /** What a tool printed, and its exit code. */
  record Output(int status, String text) {}

  /** Runs a tool to its end; standard output and error together. */
  Output run(List<String> command, Path folder) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().put("PATH", searchPath);
    Process process = builder.start();
    try {
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Output(process.waitFor(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelUnavailableException("the build of the cycle model was interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
