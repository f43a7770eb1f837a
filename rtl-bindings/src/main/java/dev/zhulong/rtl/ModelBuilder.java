package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Makes the library of a cycle model: Verilator turns the core into C++, a C++ compiler turns that
 * into a shared library for exactly this machine's processor, and the cache keeps it under a hash
 * of everything that went in.
 */
public final class ModelBuilder {
  private static final String TOP = "zl_gpu";
  // Raise it when the way of building changes.
  private static final String RECIPE = "1";
  private static final String ZLIB_REMEDY =
      "a waveform needs zlib; install the package zlib1g-dev (apt-get install zlib1g-dev), or run"
          + " without a waveform";

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
    return build(configuration, Instrumentation.NONE);
  }

  /**
   * The library of a configuration with something in it for an observer's sake.
   *
   * @throws ModelUnavailableException if a tool is missing or fails, or the cache cannot be written
   * @throws IllegalArgumentException if a mutation does not fit the sources
   */
  public Path build(ModelConfiguration configuration, Instrumentation instrumentation) {
    return build(configuration, instrumentation, Backend.FFM);
  }

  /**
   * The library of a configuration for a back end; that of FFM and JNI is the same.
   *
   * @throws ModelUnavailableException if a tool is missing or fails, or the cache cannot be written
   * @throws IllegalArgumentException if a mutation does not fit the sources, or the back end cannot
   *     do what is asked for
   */
  public Path build(
      ModelConfiguration configuration, Instrumentation instrumentation, Backend backend) {
    BuildTarget target = BuildTarget.of(backend);
    if (target == BuildTarget.WASM
        && (configuration.checked() || instrumentation.waves() || instrumentation.countsLines())) {
      throw new IllegalArgumentException(
          "a cycle model in WebAssembly has no retire trace, waveform or coverage; use the native"
              + " model (rtl:)");
    }
    Toolchain tools = Toolchain.find(searchPath);
    ModelSources sources = instrumentation.applied(ModelSources.bundled());
    try {
      String key = key(configuration, tools, sources, target) + instrumentation.suffix();
      return new ModelCache(cacheFolder)
          .get(
              key,
              library -> make(configuration, instrumentation, tools, sources, target, library));
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

  /** The compiled bridge of the JNI back end. */
  Path jniBridge() {
    try {
      return JniBridge.build(Toolchain.find(searchPath), new ModelCache(cacheFolder), listener);
    } catch (IOException e) {
      throw new ModelUnavailableException("the JNI bridge cannot be built in " + cacheFolder, e);
    }
  }

  private static String key(
      ModelConfiguration configuration, Toolchain tools, ModelSources sources, BuildTarget target)
      throws IOException {
    MessageDigest digest = ModelCache.sha256();
    NativeBuild.add(digest, RECIPE);
    NativeBuild.add(digest, configuration.toString());
    NativeBuild.add(digest, target.toString());
    NativeBuild.add(digest, tools.fingerprint());
    NativeBuild.add(digest, NativeBuild.processor());
    for (Map<String, String> texts : List.of(sources.systemVerilog(), sources.cpp())) {
      for (Map.Entry<String, String> file : texts.entrySet()) {
        NativeBuild.add(digest, file.getKey());
        NativeBuild.add(digest, file.getValue());
      }
    }
    String hash = HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    return configuration.shape()
        + (target == BuildTarget.WASM ? "-wasm" : "")
        + (configuration.checked() ? "-checked-" : "-")
        + hash;
  }

  private void make(
      ModelConfiguration configuration,
      Instrumentation instrumentation,
      Toolchain tools,
      ModelSources sources,
      BuildTarget target,
      Path library)
      throws IOException {
    tools.requireVersion();
    Path folder = library.getParent();
    if (instrumentation.waves()) {
      tools.requireHeader("zlib.h", folder, ZLIB_REMEDY);
    }
    NativeBuild build = new NativeBuild(tools, folder, listener, "the cycle model", target);
    if (target == BuildTarget.WASM) {
      WasmTools.prepare(tools, folder);
    }
    listener.step("Verilator, " + configuration, 0, 3);
    verilate(configuration, instrumentation, build, sources);
    List<Path> units = new ArrayList<>(NativeBuild.generated(folder.resolve("model")));
    units.add(folder.resolve("zl_model.cpp"));
    Path runtime = tools.runtime();
    units.add(runtime.resolve("verilated.cpp"));
    units.add(runtime.resolve("verilated_threads.cpp"));
    instrumentation.runtime().forEach(file -> units.add(runtime.resolve(file)));
    List<String> options = options(configuration, folder);
    options.addAll(instrumentation.compilerOptions());
    build.library(
        units,
        options,
        target.linking(sources.cpp().get("zl_model.h"), instrumentation.libraries()),
        library);
  }

  private static void verilate(
      ModelConfiguration configuration,
      Instrumentation instrumentation,
      NativeBuild build,
      ModelSources sources)
      throws IOException {
    Path folder = build.folder();
    for (Map<String, String> texts : List.of(sources.systemVerilog(), sources.cpp())) {
      for (Map.Entry<String, String> file : texts.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
    }
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            build.tools().verilator().toString(),
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
            "-Wno-fatal"));
    command.addAll(build.target().verilating());
    command.addAll(configuration.parameters());
    if (configuration.checked()) {
      command.addAll(List.of("--assert", "-DZL_TRACE"));
    } else {
      command.add("-DSYNTHESIS");
    }
    command.addAll(instrumentation.verilatorOptions());
    command.addAll(sources.compileOrder());
    build.succeed(command, "verilating the core");
  }

  private static List<String> options(ModelConfiguration configuration, Path folder) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-include",
                folder.resolve("zl_print.h").toString(),
                "-DZL_CORES=" + configuration.shape().cores(),
                "-DZL_WARPS=" + configuration.shape().warps(),
                "-DZL_LANES=" + configuration.shape().lanes()));
    if (configuration.checked()) {
      options.add("-DZL_TRACE");
    }
    return options;
  }
}
