package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Compiles the C++ that Verilator wrote, with its runtime and a harness, into a shared library.
 *
 * @param tools the compiler and Verilator's runtime
 * @param folder where everything is; the objects go there too
 * @param listener is told of the steps
 * @param what names the result in messages
 * @param target what it runs on
 */
record NativeBuild(
    Toolchain tools, Path folder, BuildListener listener, String what, BuildTarget target) {
  private static final System.Logger LOG = System.getLogger(NativeBuild.class.getName());
  private static final int MESSAGE_LINES = 12;

  /** The model's own C++ files. */
  static List<Path> generated(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      return files.filter(file -> file.toString().endsWith(".cpp")).toList();
    }
  }

  /**
   * Compiles side by side and links.
   *
   * @param units C++ files with names of their own
   * @param options of the compiler, those of every model excepted
   * @param libraries options of the linker behind the objects
   * @param library the file to make
   */
  void library(List<Path> units, List<String> options, List<String> libraries, Path library)
      throws IOException {
    make(units, options, target.libraryKind(), libraries, library);
  }

  /** As {@link #library}, but one object file, to be linked into libraries. */
  void object(List<Path> units, List<String> options, Path object) throws IOException {
    make(units, options, List.of("-r", "-nostdlib"), List.of(), object);
  }

  private void make(
      List<Path> units,
      List<String> options,
      List<String> kind,
      List<String> libraries,
      Path result)
      throws IOException {
    if (!tools.clang()) {
      LOG.log(
          System.Logger.Level.WARNING,
          what + " is compiled by " + tools.compiler() + "; models run faster with clang-19");
    }
    // Longest first so that the last ones to finish are short.
    List<Path> ordered = new ArrayList<>(units);
    ordered.sort(Comparator.comparing((Path file) -> file.toFile().length()).reversed());
    int total = ordered.size() + 2;
    compile(ordered, options, total);
    listener.step("link", total - 1, total);
    List<String> link = new ArrayList<>(List.of(tools.compiler().toString()));
    link.addAll(target.common());
    link.addAll(kind);
    link.addAll(List.of("-o", result.toString()));
    ordered.forEach(unit -> link.add(object(unit).toString()));
    link.addAll(libraries);
    succeed(link, "linking " + what);
    listener.step("done", total, total);
  }

  private Path object(Path unit) {
    return folder.resolve(unit.getFileName() + ".o");
  }

  private void compile(List<Path> units, List<String> options, int total) throws IOException {
    Path runtime = tools.runtime();
    AtomicInteger finished = new AtomicInteger();
    int processors = Math.max(1, Runtime.getRuntime().availableProcessors());
    List<Future<?>> results = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(processors)) {
      for (Path unit : units) {
        results.add(
            workers.submit(
                () -> {
                  listener.step("compile", finished.get() + 1, total);
                  List<String> command = command(unit, options);
                  command.addAll(List.of("-I" + runtime, "-I" + runtime.resolve("vltstd")));
                  succeed(command, "compiling " + unit.getFileName());
                  finished.incrementAndGet();
                  return null;
                }));
      }
    }
    for (Future<?> result : results) {
      try {
        result.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelUnavailableException("the build of " + what + " was interrupted", e);
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException io -> throw io;
          case RuntimeException failure -> throw failure;
          default -> throw new IllegalStateException(e.getCause());
        }
      }
    }
  }

  private List<String> command(Path unit, List<String> options) {
    String name = unit.getFileName().toString();
    // Code that runs once a model is not worth the time of an optimiser.
    boolean slow =
        name.contains("__Slow")
            || name.contains("Syms")
            || (name.startsWith("verilated") && !name.startsWith("verilated_fst"));
    List<String> command = new ArrayList<>();
    command.add(tools.compiler().toString());
    command.addAll(target.common());
    command.addAll(target.compiling(folder, slow));
    command.addAll(
        List.of(
            "-std=c++17",
            "-fno-strict-aliasing",
            "-w",
            "-I" + folder,
            "-I" + folder.resolve("model"),
            "-DVM_SC=0",
            "-DVL_USER_FINISH",
            "-DVL_USER_STOP",
            "-DVL_USER_FATAL"));
    command.addAll(options);
    // g++ would share a model's inline variables with other models, and never unload it.
    command.add(tools.clang() ? "-fbracket-depth=4096" : "-fno-gnu-unique");
    command.addAll(List.of("-c", unit.toString(), "-o", object(unit).toString()));
    return command;
  }

  /** Runs a tool that must succeed. */
  void succeed(List<String> command, String step) throws IOException {
    Toolchain.Output output = tools.run(command, folder);
    if (output.status() != 0) {
      List<String> lines = output.text().lines().toList();
      String end = String.join("\n", lines.subList(0, Math.min(MESSAGE_LINES, lines.size())));
      throw new ModelUnavailableException(
          step + " failed with exit code " + output.status() + ":\n" + end);
    }
  }

  /** Adds a text to a cache key. */
  static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  /** What the compiler's choice of instructions depends on. */
  static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(info, StandardCharsets.ISO_8859_1)) {
      return String.join(
          "\n",
          lines
              .takeWhile(line -> !line.isBlank())
              .filter(
                  line ->
                      line.startsWith("model name")
                          || line.startsWith("flags")
                          || line.startsWith("Features"))
              .toList());
    }
  }
}
