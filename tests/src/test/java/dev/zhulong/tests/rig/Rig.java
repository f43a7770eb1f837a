package dev.zhulong.tests.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The scripts of the rig, and the files that a guest needs. */
final class Rig {
  private static final Path SCRIPTS = Path.of("rig").toAbsolutePath();
  private static final Path FOLDER = Path.of("target", "rig").toAbsolutePath();
  private static final int UNAVAILABLE = 2;
  private static final int MOST_MINUTES = 5;

  private Rig() {}

  /** What a script gathered once; skips the test, visibly, where it cannot be had. */
  static Path gathered(String script, String... variant) throws IOException, InterruptedException {
    Path folder = FOLDER.resolve(script + String.join("", variant));
    Files.createDirectories(folder);
    List<String> lines = new ArrayList<>();
    List<String> arguments = new ArrayList<>(List.of(folder.toString()));
    arguments.addAll(List.of(variant));
    int code = run(lines, script, arguments.toArray(String[]::new));
    if (code == UNAVAILABLE) {
      String why = String.join("\n", lines);
      if (System.getenv("CI") != null) {
        fail("the rig has to run here: " + why);
      }
      abort("skipped: " + why);
    }
    assertEquals(0, code, () -> String.join("\n", lines));
    return folder;
  }

  /** Runs a script and collects what it prints; gives its exit code. */
  static int run(List<String> lines, String script, String... arguments)
      throws IOException, InterruptedException {
    return run(lines::add, script, arguments);
  }

  /** The same with a sink that sees each line at once. */
  static int run(Consumer<String> sink, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (Stream<String> output = process.inputReader(StandardCharsets.ISO_8859_1).lines()) {
      output.map(String::strip).forEach(sink);
    }
    if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      fail(script + " does not end");
    }
    return process.exitValue();
  }

  /** A file with all classes of a module, or with those of these tests' package. */
  static void jar(Path file, Path classes, String folder) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file));
        Stream<Path> all = Files.walk(classes.resolve(folder))) {
      for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(one).toString()));
        Files.copy(one, out);
        out.closeEntry();
      }
    }
  }

  /** A program of the rig in C, as a library; skips the test, visibly, without a compiler. */
  static Path program(String source, Path folder) throws IOException, InterruptedException {
    Path library = folder.resolve(source.replace(".c", ".so"));
    Process compiler =
        new ProcessBuilder(
                "clang-19",
                "-O2",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                script(source).toString())
            .redirectErrorStream(true)
            .start();
    String told = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = compiler.waitFor();
    assumeTrue(code == 0 || System.getenv("CI") != null, told);
    assertEquals(0, code, told);
    return library;
  }

  static Path script(String name) {
    return SCRIPTS.resolve(name);
  }
}
