package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which design a {@link VerilatedModel} is of, and how it is built. Immutable: every method but
 * {@link #build} gives a new description.
 *
 * <p>Sources are compiled in the given order, so packages come before their users. {@code `include}
 * finds files in the folders given by {@link #include} only; all files in them are part of what the
 * cache compares.
 */
public final class VerilatedDesign {
  // Raise it when the way of building changes.
  private static final String RECIPE = "4";
  private static final List<String> HARNESS = List.of("zl_dut.h", "zl_dut.cpp", "zl_dut_print.h");
  private static final String VISIBLE = "visible.vlt";
  private static final Pattern ERROR =
      Pattern.compile("%Error(?:-\\w+)?: (?:([^:\\s]+):(\\d+):(?:(\\d+):)? )?(.*)");

  private final List<Source> sources;
  private final List<Path> includes;
  private final String top;
  private final Map<String, String> parameters;
  private final Map<String, String> defines;
  private final boolean traced;
  private final long seed;
  private final Builder builder;
  private final Extras extras;

  /** A source file; {@code text} stands for a file that exists only in memory. */
  private record Source(Path path, String text) {}

  /** What building depends on besides the design. */
  private record Builder(Path cacheFolder, String searchPath, BuildListener listener) {}

  /** What makes another library of the same design; {@code visible} are lines for Verilator. */
  private record Extras(
      Backend backend, boolean savable, boolean countsLines, List<String> visible) {
    static final Extras NONE = new Extras(Backend.FFM, false, false, List.of());

    BuildTarget target() {
      return BuildTarget.of(backend);
    }

    /** What the library depends on; FFM and JNI share it. */
    String key() {
      return target() + (savable ? " savable" : "") + (countsLines ? " counts" : "") + visible;
    }

    String define(String name, boolean value) {
      return "-D" + name + "=" + (value ? 1 : 0);
    }
  }

  private VerilatedDesign(
      List<Source> sources,
      List<Path> includes,
      String top,
      Map<String, String> parameters,
      Map<String, String> defines,
      boolean traced,
      long seed,
      Builder builder,
      Extras extras) {
    this.sources = sources;
    this.includes = includes;
    this.top = top;
    this.parameters = parameters;
    this.defines = defines;
    this.traced = traced;
    this.seed = seed;
    this.builder = builder;
    this.extras = extras;
  }

  static VerilatedDesign of(List<Path> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("a design needs at least one source file");
    }
    return ofSources(files.stream().map(file -> new Source(file, "")).toList());
  }

  private static VerilatedDesign ofSources(List<Source> sources) {
    String path = System.getenv("PATH");
    return new VerilatedDesign(
        sources,
        List.of(),
        "",
        Map.of(),
        Map.of(),
        false,
        1,
        new Builder(ModelCache.userFolder(), path == null ? "" : path, BuildListener.terminal()),
        Extras.NONE);
  }

  /** The core that travels with this class, as it is by default: c1w4t4. */
  public static VerilatedDesign core() {
    ModelSources core = ModelSources.bundled();
    List<Source> sources =
        core.compileOrder().stream()
            .map(name -> new Source(Path.of(name), core.systemVerilog().get(name)))
            .toList();
    return ofSources(sources).top(ModelSources.TOP);
  }

  /** Adds source files behind those that are there. */
  public VerilatedDesign source(Path... files) {
    List<Source> added = Stream.of(files).map(file -> new Source(file, "")).toList();
    return withSources(Stream.concat(sources.stream(), added.stream()).toList());
  }

  /**
   * Puts a source text in front of all others: a package that a program generates.
   *
   * @param name the file name that messages show
   * @param text SystemVerilog
   */
  public VerilatedDesign sourceText(String name, String text) {
    Source added = new Source(Path.of(name), text);
    return withSources(Stream.concat(Stream.of(added), sources.stream()).toList());
  }

  private VerilatedDesign withSources(List<Source> all) {
    return new VerilatedDesign(
        all, includes, top, parameters, defines, traced, seed, builder, extras);
  }

  /** Adds a folder in which {@code `include} finds files. */
  public VerilatedDesign include(Path folder) {
    List<Path> all = Stream.concat(includes.stream(), Stream.of(folder)).toList();
    return new VerilatedDesign(
        sources, all, top, parameters, defines, traced, seed, builder, extras);
  }

  /** Names the top module; without this it is called as the last source file is. */
  public VerilatedDesign top(String module) {
    if (!module.matches("\\w+")) {
      throw new IllegalArgumentException(
          "top module \"" + module + "\" is no identifier of SystemVerilog");
    }
    return new VerilatedDesign(
        sources, includes, module, parameters, defines, traced, seed, builder, extras);
  }

  /** Sets an integer parameter of the top module. */
  public VerilatedDesign parameter(String name, long value) {
    return withParameter(name, Long.toString(value));
  }

  /** Sets a string parameter of the top module. */
  public VerilatedDesign parameter(String name, String value) {
    return withParameter(name, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
  }

  private VerilatedDesign withParameter(String name, String value) {
    return new VerilatedDesign(
        sources,
        includes,
        top,
        with(parameters, name, value),
        defines,
        traced,
        seed,
        builder,
        extras);
  }

  /** Defines a macro. */
  public VerilatedDesign define(String name, String value) {
    return new VerilatedDesign(
        sources,
        includes,
        top,
        parameters,
        with(defines, name, value),
        traced,
        seed,
        builder,
        extras);
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    if (!key.matches("\\w+")) {
      throw new IllegalArgumentException(
          "\"" + key + "\" is no identifier of SystemVerilog, so no parameter or macro");
    }
    Map<String, String> all = new TreeMap<>(map);
    all.put(key, value);
    return all;
  }

  /** Makes a model that can write waveforms; it runs slower. Needs the headers of zlib. */
  public VerilatedDesign traced() {
    return new VerilatedDesign(
        sources, includes, top, parameters, defines, true, seed, builder, extras);
  }

  /** Chooses how Java reaches the model; without this it is {@link Backend#FFM}. */
  public VerilatedDesign backend(Backend backend) {
    return with(new Extras(backend, extras.savable(), extras.countsLines(), extras.visible()));
  }

  /** Makes a model whose state can be saved and restored. */
  public VerilatedDesign savable() {
    return with(new Extras(extras.backend(), true, extras.countsLines(), extras.visible()));
  }

  /** Makes a model that counts how often each line runs; it runs slower. */
  public VerilatedDesign countsLines() {
    return with(new Extras(extras.backend(), extras.savable(), true, extras.visible()));
  }

  /**
   * Lets {@link VerilatedModel#signal} reach a register, net or memory, in all instances of its
   * module; Verilator cannot optimise it away then.
   *
   * @param module as in the source
   * @param variable its name; {@code *} stands for any characters
   */
  public VerilatedDesign visible(String module, String variable) {
    if (!module.matches("\\w+") || !variable.matches("[\\w*]+")) {
      throw new IllegalArgumentException(
          "\"" + module + "\" and \"" + variable + "\" must be identifiers of SystemVerilog");
    }
    String line = "public_flat_rw -module \"" + module + "\" -var \"" + variable + "\"";
    List<String> all = Stream.concat(extras.visible().stream(), Stream.of(line)).toList();
    return with(new Extras(extras.backend(), extras.savable(), extras.countsLines(), all));
  }

  private VerilatedDesign with(Extras chosen) {
    return new VerilatedDesign(
        sources, includes, top, parameters, defines, traced, seed, builder, chosen);
  }

  /**
   * Sets the seed of what registers hold before they are written; 0 makes all of them zero. Without
   * this it is 1. A seed other than 0 gives other values in WebAssembly than in native code.
   */
  public VerilatedDesign seed(long value) {
    return new VerilatedDesign(
        sources, includes, top, parameters, defines, traced, value, builder, extras);
  }

  /**
   * Chooses where models are kept, where tools are looked for, and who is told of the steps;
   * without this it is the user's cache, {@code PATH} and the terminal.
   */
  public VerilatedDesign builtBy(Path cacheFolder, String searchPath, BuildListener listener) {
    return new VerilatedDesign(
        sources,
        includes,
        top,
        parameters,
        defines,
        traced,
        seed,
        new Builder(cacheFolder, searchPath, listener),
        extras);
  }

  /** Chooses who is told of the steps of a build; without this it is the terminal. */
  public VerilatedDesign reportingTo(BuildListener listener) {
    return builtBy(builder.cacheFolder(), builder.searchPath(), listener);
  }

  /**
   * Makes an instance; its library comes from the cache, or is built now.
   *
   * @throws DesignException if the design has an error, lacks the top module or a parameter, or has
   *     a port that has no form in Java
   * @throws ModelUnavailableException if a tool is missing, a file cannot be read, or the cache
   *     cannot be written
   */
  public VerilatedModel build() {
    requireSupported();
    Toolchain tools = Toolchain.find(builder.searchPath());
    String module = module();
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Path> origins = new LinkedHashMap<>();
    readSources(texts, origins);
    try {
      ModelCache cache = new ModelCache(builder.cacheFolder());
      Path library =
          cache.get(key(module, tools, texts), made -> make(module, tools, texts, origins, made));
      return VerilatedModel.open(library, origins, (int) seed, instance(library, tools, cache));
    } catch (IOException e) {
      throw new ModelUnavailableException(
          "the model of "
              + module
              + " cannot be built in "
              + builder.cacheFolder()
              + ": "
              + e.getMessage()
              + "; see that the folder can be written (XDG_CACHE_HOME chooses another) and that"
              + " the disk is not full",
          e);
    }
  }

  private void requireSupported() {
    if (extras.backend() == Backend.WASM && (traced || extras.countsLines())) {
      throw new IllegalArgumentException(
          "a model of "
              + module()
              + " in WebAssembly has no files, so it can write no "
              + (traced ? "waveform" : "coverage")
              + "; use Backend.FFM or Backend.JNI");
    }
  }

  private Supplier<DutFunctions> instance(Path library, Toolchain tools, ModelCache cache)
      throws IOException {
    return switch (extras.backend()) {
      case FFM -> () -> new FfmDut(library);
      case JNI -> {
        Path bridge = JniBridge.build(tools, cache, builder.listener());
        yield () -> new JniDut(bridge, library);
      }
      case WASM -> () -> new WasmDut(WasmProgram.load(library, Map.of()));
    };
  }

  /**
   * The source of a Java class for the top module: a field for every port, a class of constants for
   * every enumeration. It fits all parameters that leave each port on its side of 64 bits. Nothing
   * is compiled.
   *
   * @param packageName the class's package
   * @param className its simple name
   * @throws DesignException as {@link #build} does
   * @throws ModelUnavailableException if a tool is missing or a file cannot be read
   */
  public String bindings(String packageName, String className) {
    return BindingsText.of(elaborate(), packageName, className);
  }

  /**
   * The ports of the top module in the order of the source. Nothing is compiled.
   *
   * @throws DesignException as {@link #build} does
   * @throws ModelUnavailableException if a tool is missing or a file cannot be read
   */
  public List<PortShape> ports() {
    return elaborate().ports();
  }

  /** What the class of {@link #bindings} is usually called: the module's name in camel case. */
  public String className() {
    return BindingsText.camelCase(module());
  }

  private DesignInterface elaborate() {
    Toolchain tools = Toolchain.find(builder.searchPath());
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Path> origins = new LinkedHashMap<>();
    readSources(texts, origins);
    try {
      tools.requireVersion();
      Path folder = Files.createTempDirectory("zl-bindings");
      try {
        return elaborate(module(), tools, texts, origins, folder);
      } finally {
        ModelCache.deleteTree(folder);
      }
    } catch (IOException e) {
      throw new ModelUnavailableException("the ports of " + module() + " cannot be read", e);
    }
  }

  private String module() {
    return top.isEmpty() ? stem(sources.getLast().path()) : top;
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /**
   * Verilator sees copies with short names: the model then does not depend on where the sources
   * are, and messages are mapped back.
   */
  private void readSources(Map<String, String> texts, Map<String, Path> origins) {
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      String name = "s" + i + "/" + source.path().getFileName();
      texts.put(name, source.text().isEmpty() ? readFile(source.path()) : bytes(source.text()));
      origins.put(name, source.path());
    }
    for (int i = 0; i < includes.size(); i++) {
      Path folder = includes.get(i);
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String name = "i" + i + "/" + folder.relativize(file);
          texts.put(name, readFile(file));
          origins.put(name, file);
        }
      } catch (IOException e) {
        throw new ModelUnavailableException("include folder " + folder + " cannot be read", e);
      }
    }
  }

  /** A text as {@link #readFile} gives that of a file. */
  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String readFile(Path file) {
    try {
      // Any byte is a character of ISO 8859-1, and comments may hold anything.
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new ModelUnavailableException("source file " + file + " cannot be read", e);
    }
  }

  private String key(String module, Toolchain tools, Map<String, String> texts) throws IOException {
    MessageDigest digest = ModelCache.sha256();
    for (String part :
        List.of(
            RECIPE,
            module,
            parameters.toString(),
            defines.toString(),
            Boolean.toString(traced),
            extras.key(),
            tools.fingerprint(),
            NativeBuild.processor())) {
      NativeBuild.add(digest, part);
    }
    texts.forEach(
        (name, text) -> {
          NativeBuild.add(digest, name);
          NativeBuild.add(digest, text);
        });
    for (String file : HARNESS) {
      NativeBuild.add(digest, harness(file));
    }
    return module
        + (extras.target() == BuildTarget.WASM ? "-wasm" : "")
        + (traced ? "-traced-" : "-")
        + HexFormat.of().formatHex(digest.digest()).substring(0, 32);
  }

  private static String harness(String file) throws IOException {
    try (var in = VerilatedDesign.class.getResourceAsStream("cpp/dut/" + file)) {
      if (in == null) {
        throw new IllegalStateException("resource cpp/dut/" + file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void make(
      String module,
      Toolchain tools,
      Map<String, String> texts,
      Map<String, Path> origins,
      Path library)
      throws IOException {
    tools.requireVersion();
    Path folder = library.getParent();
    for (String file : HARNESS) {
      Files.writeString(folder.resolve(file), harness(file));
    }
    builder.listener().step("Verilator, " + module, 0, 3);
    DesignInterface design = elaborate(module, tools, texts, origins, folder);
    List<String> mode =
        new ArrayList<>(List.of("--cc", "--Mdir", "model", "--prefix", "Vdut", "--assert", "-O3"));
    mode.addAll(extras.target().verilating());
    // Whatever an uninitialised register may hold, some seed shows it.
    mode.addAll(List.of("--x-assign", "unique", "--x-initial", "unique"));
    if (traced) {
      mode.add("--trace-fst");
      mode.add("--trace-structs");
    }
    if (extras.savable()) {
      mode.add("--savable");
    }
    if (extras.countsLines()) {
      mode.addAll(List.of("--coverage-line", "--coverage-user"));
    }
    if (!extras.visible().isEmpty()) {
      String lines = String.join("\n", extras.visible());
      Files.writeString(folder.resolve(VISIBLE), "`verilator_config\n" + lines + "\n");
      mode.add(VISIBLE);
    }
    verilate(module, tools, folder, origins, mode);
    String header = Files.readString(folder.resolve("model/Vdut.h"));
    Files.writeString(folder.resolve("zl_dut_ports.h"), PortTable.text(design, header));

    List<Path> units = new ArrayList<>(NativeBuild.generated(folder.resolve("model")));
    if (extras.target() == BuildTarget.WASM) {
      SampledValues.split(units);
    }
    units.add(folder.resolve("zl_dut.cpp"));
    List<String> libraries = new ArrayList<>(List.of(runtime(tools).toString(), "-lpthread"));
    if (traced) {
      libraries.add("-lz");
    }
    nativeBuild(tools, folder, "the model of " + module)
        .library(
            units,
            options(folder),
            extras.target().linking(harness("zl_dut.h"), libraries),
            library);
  }

  private NativeBuild nativeBuild(Toolchain tools, Path folder, String what) throws IOException {
    if (extras.target() == BuildTarget.WASM) {
      WasmTools.prepare(tools, folder);
    }
    return new NativeBuild(tools, folder, builder.listener(), what, extras.target());
  }

  private List<String> options(Path folder) {
    return List.of(
        "-include",
        folder.resolve("zl_dut_print.h").toString(),
        "-DVM_TRACE=" + (traced ? 1 : 0),
        "-DVM_TRACE_FST=" + (traced ? 1 : 0),
        extras.define("VM_COVERAGE", extras.countsLines()),
        extras.define("ZL_SAVABLE", extras.savable()));
  }

  /** Verilator's runtime, which all designs have in common, as an object file from the cache. */
  private Path runtime(Toolchain tools) throws IOException {
    MessageDigest digest = ModelCache.sha256();
    for (String part :
        List.of(
            RECIPE,
            extras.target().toString(),
            tools.fingerprint(),
            NativeBuild.processor(),
            harness("zl_dut_print.h"))) {
      NativeBuild.add(digest, part);
    }
    String key =
        (extras.target() == BuildTarget.WASM ? "runtime-wasm-" : "runtime-")
            + (traced ? "traced-" : "")
            + (extras.countsLines() ? "counting-" : "")
            + HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    return new ModelCache(builder.cacheFolder())
        .get(
            key,
            object -> {
              Path folder = object.getParent();
              Files.writeString(folder.resolve("zl_dut_print.h"), harness("zl_dut_print.h"));
              Path source = tools.runtime();
              List<Path> units = new ArrayList<>();
              units.add(source.resolve("verilated.cpp"));
              units.add(source.resolve("verilated_threads.cpp"));
              units.add(source.resolve("verilated_save.cpp"));
              if (extras.countsLines()) {
                units.add(source.resolve("verilated_cov.cpp"));
              }
              if (traced) {
                units.add(source.resolve("verilated_fst_c.cpp"));
              }
              nativeBuild(tools, folder, "Verilator's runtime")
                  .object(units, options(folder), object);
            });
  }

  /** Copies the sources to a folder and reads the ports. */
  private DesignInterface elaborate(
      String module,
      Toolchain tools,
      Map<String, String> texts,
      Map<String, Path> origins,
      Path folder)
      throws IOException {
    for (Map.Entry<String, String> source : texts.entrySet()) {
      Path file = folder.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue(), StandardCharsets.ISO_8859_1);
    }
    verilate(
        module, tools, folder, origins, List.of("--xml-only", "--xml-output", "interface.xml"));
    try {
      return InterfaceXml.read(folder.resolve("interface.xml"));
    } catch (DesignException e) {
      String what = e.getMessage().lines().findFirst().orElse("");
      throw new DesignException(
          what, e.diagnostics().stream().map(found -> located(found, origins)).toList());
    }
  }

  private static DesignException.Diagnostic located(
      DesignException.Diagnostic found, Map<String, Path> origins) {
    Path origin = origins.get(found.file());
    return new DesignException.Diagnostic(
        origin == null ? found.file() : origin.toString(),
        found.line(),
        found.column(),
        found.text());
  }

  private void verilate(
      String module, Toolchain tools, Path folder, Map<String, Path> origins, List<String> mode)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(tools.verilator().toString()));
    command.addAll(mode);
    command.addAll(List.of("--top-module", module, "--no-timing", "-Wno-fatal"));
    parameters.forEach((name, value) -> command.add("-G" + name + "=" + value));
    defines.forEach((name, value) -> command.add("-D" + name + "=" + value));
    for (int i = 0; i < includes.size(); i++) {
      command.add("-Ii" + i);
    }
    for (int i = 0; i < sources.size(); i++) {
      command.add("s" + i + "/" + sources.get(i).path().getFileName());
    }
    Toolchain.Output output = tools.run(command, folder);
    if (output.status() == 0) {
      return;
    }
    List<DesignException.Diagnostic> found = new ArrayList<>();
    for (String line : output.text().lines().toList()) {
      Matcher error = ERROR.matcher(line);
      if (error.matches() && !error.group(4).startsWith("Exiting due to")) {
        found.add(
            located(
                new DesignException.Diagnostic(
                    error.group(1) == null ? "" : error.group(1),
                    error.group(2) == null ? 0 : Integer.parseInt(error.group(2)),
                    error.group(3) == null ? 0 : Integer.parseInt(error.group(3)),
                    error.group(4)),
                origins));
      }
    }
    if (found.isEmpty()) {
      throw new ModelUnavailableException(
          "Verilator failed with exit code " + output.status() + ":\n" + output.text().strip());
    }
    throw new DesignException("Verilator refuses module " + module + ":", found);
  }
}
