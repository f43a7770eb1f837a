package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Makes the library of a cycle model: Verilator turns the core into C++, a C++ compiler turns that
 * into a shared library for exactly this machine's processor, and the cache keeps it under a hash
 * of everything that went in.
 */
public final class ModelBuilder {
  private static final String TOP = "zl_gpu";
  // Raise it when the way of building changes.
  private static final String RECIPE = "1";
  private static final int MESSAGE_LINES = 12;

  private final Path cacheFolder;
  private final String searchPath;
  private final BuildListener listener;

  private ModelBuilder(Path cacheFolder, String searchPath, BuildListener listener) {
    this.cacheFolder = cacheFolder;
    this.searchPath = searchPath;
    this.listener = listener;
  }

  /** Tools from {@code PATH}, the user's cache, progress on the terminal. */
  public static ModelBuilder standard() {
    String path = System.getenv("PATH");
    return of(ModelCache.userFolder(), path == null ? "" : path, BuildListener.terminal());
  }

  /**
   * A builder with all it depends on given.
   *
   * @param cacheFolder where built models are kept
   * @param searchPath where tools are looked for, in the form of {@code PATH}
   * @param listener is told of the steps
   */
  public static ModelBuilder of(Path cacheFolder, String searchPath, BuildListener listener) {
    return new ModelBuilder(cacheFolder, searchPath, listener);
  }

  /**
   * The library of a configuration, from the cache or built now.
   *
   * @throws ModelUnavailableException if a tool is missing or fails, or the cache cannot be written
   */
  public Path build(ModelConfiguration configuration) {
    Toolchain tools = Toolchain.find(searchPath);
    ModelSources sources = ModelSources.bundled();
    try {
      String key = key(configuration, tools, sources);
      return new ModelCache(cacheFolder)
          .get(key, library -> make(configuration, tools, sources, library));
    } catch (IOException e) {
      throw new ModelUnavailableException(
          "the cycle model cannot be built in "
              + cacheFolder
              + ": "
              + e.getMessage()
              + "; see that the folder can be written (XDG_CACHE_HOME chooses another) and that"
              + " the disk is not full",
          e);
    }
  }

  private static String key(ModelConfiguration configuration, Toolchain tools, ModelSources sources)
      throws IOException {
    MessageDigest digest = ModelCache.sha256();
    add(digest, RECIPE);
    add(digest, configuration.toString());
    add(digest, tools.fingerprint());
    add(digest, processor());
    for (Map<String, String> texts : List.of(sources.systemVerilog(), sources.cpp())) {
      for (Map.Entry<String, String> file : texts.entrySet()) {
        add(digest, file.getKey());
        add(digest, file.getValue());
      }
    }
    String hash = HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    return configuration.shape() + (configuration.checked() ? "-checked-" : "-") + hash;
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  /** What the compiler's choice of instructions depends on. */
  private static String processor() throws IOException {
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

  private void make(
      ModelConfiguration configuration, Toolchain tools, ModelSources sources, Path library)
      throws IOException {
    tools.requireVersion();
    Path folder = library.getParent();
    int total = 3;
    listener.step("Verilator, " + configuration, 0, total);
    verilate(configuration, tools, sources, folder);
    List<Path> units = units(tools, folder);
    total = units.size() + 2;
    compile(configuration, tools, folder, units, total);
    listener.step("link", total - 1, total);
    List<String> link = new ArrayList<>(List.of(tools.compiler().toString(), "-shared", "-o"));
    link.add(library.toString());
    units.forEach(unit -> link.add(object(folder, unit).toString()));
    link.add("-lpthread");
    succeed(tools, link, folder, "linking the cycle model");
    listener.step("done", total, total);
  }

  private static void verilate(
      ModelConfiguration configuration, Toolchain tools, ModelSources sources, Path folder)
      throws IOException {
    for (Map<String, String> texts : List.of(sources.systemVerilog(), sources.cpp())) {
      for (Map.Entry<String, String> file : texts.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
    }
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            tools.verilator().toString(),
            "--cc",
            "--Mdir",
            "model",
            "--top-module",
            TOP,
            "-O3",
            "--x-assign",
            "fast",
            "--x-initial",
            "fast",
            "--output-split",
            "15000",
            "-Wno-fatal",
            "-GCORES=" + configuration.shape().cores(),
            "-GWARPS=" + configuration.shape().warps(),
            "-GLANES=" + configuration.shape().lanes(),
            "-GICACHE_KB=" + configuration.instructionCacheKib(),
            "-GDCACHE_KB=" + configuration.dataCacheKib(),
            "-GLOCAL_KB=" + configuration.localMemoryKib(),
            "-GL2_KB=" + configuration.l2Kib()));
    if (configuration.checked()) {
      command.addAll(List.of("--assert", "-DZL_TRACE"));
    } else {
      command.add("-DSYNTHESIS");
    }
    // Packages before their users; the constants before all.
    Stream.concat(
            Stream.of(ModelSources.ISA_PACKAGE),
            sources.systemVerilog().keySet().stream()
                .filter(name -> !name.equals(ModelSources.ISA_PACKAGE))
                .sorted(
                    Comparator.comparing(
                        (String name) -> !name.endsWith(ModelSources.PACKAGE_SUFFIX))))
        .forEach(command::add);
    succeed(tools, command, folder, "verilating the core");
  }

  /** The C++ files of the library, longest first so that the last ones to finish are short. */
  private static List<Path> units(Toolchain tools, Path folder) throws IOException {
    List<Path> units = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("model"))) {
      files.filter(file -> file.toString().endsWith(".cpp")).forEach(units::add);
    }
    units.add(folder.resolve("zl_model.cpp"));
    Path runtime = tools.runtime();
    units.add(runtime.resolve("verilated.cpp"));
    units.add(runtime.resolve("verilated_threads.cpp"));
    units.sort(Comparator.comparing((Path file) -> file.toFile().length()).reversed());
    return units;
  }

  private static Path object(Path folder, Path unit) {
    return folder.resolve(unit.getFileName() + ".o");
  }

  private void compile(
      ModelConfiguration configuration, Toolchain tools, Path folder, List<Path> units, int total)
      throws IOException {
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
                  List<String> command = compileCommand(configuration, tools, folder, unit);
                  command.addAll(List.of("-I" + runtime, "-I" + runtime.resolve("vltstd")));
                  succeed(tools, command, folder, "compiling " + unit.getFileName());
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
        throw new ModelUnavailableException("the build of the cycle model was interrupted", e);
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException io -> throw io;
          case RuntimeException failure -> throw failure;
          default -> throw new IllegalStateException(e.getCause());
        }
      }
    }
  }

  private static List<String> compileCommand(
      ModelConfiguration configuration, Toolchain tools, Path folder, Path unit) {
    String name = unit.getFileName().toString();
    // Code that runs once a model is not worth the time of an optimiser.
    boolean slow = name.contains("__Slow") || name.startsWith("verilated") || name.contains("Syms");
    List<String> command = new ArrayList<>();
    command.add(tools.compiler().toString());
    command.addAll(
        List.of(
            "-std=c++17",
            slow ? "-O0" : "-O3",
            "-march=native",
            "-fPIC",
            "-fno-strict-aliasing",
            "-fvisibility-inlines-hidden",
            "-fno-semantic-interposition",
            "-w",
            "-I" + folder,
            "-I" + folder.resolve("model"),
            "-include",
            folder.resolve("zl_print.h").toString(),
            "-DVM_COVERAGE=0",
            "-DVM_SC=0",
            "-DVM_TRACE=0",
            "-DVL_USER_FINISH",
            "-DVL_USER_STOP",
            "-DVL_USER_FATAL",
            "-DZL_CORES=" + configuration.shape().cores(),
            "-DZL_WARPS=" + configuration.shape().warps(),
            "-DZL_LANES=" + configuration.shape().lanes()));
    if (configuration.checked()) {
      command.add("-DZL_TRACE");
    }
    // g++ would share a model's inline variables with other models, and never unload it.
    command.add(tools.clang() ? "-fbracket-depth=4096" : "-fno-gnu-unique");
    command.addAll(List.of("-c", unit.toString(), "-o", object(folder, unit).toString()));
    return command;
  }

  private static void succeed(Toolchain tools, List<String> command, Path folder, String what)
      throws IOException {
    Toolchain.Output output = tools.run(command, folder);
    if (output.status() != 0) {
      List<String> lines = output.text().lines().toList();
      String end = String.join("\n", lines.subList(0, Math.min(MESSAGE_LINES, lines.size())));
      throw new ModelUnavailableException(
          what + " failed with exit code " + output.status() + ":\n" + end);
    }
  }
}
