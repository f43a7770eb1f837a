package dev.zhulong.rtl;

import dev.zhulong.firmware.isa.SystemVerilogPackage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a model is made from.
 *
 * @param systemVerilog file name to text, the generated package of the machine's constants included
 * @param cpp file name to text of the C++ harness
 */
record ModelSources(Map<String, String> systemVerilog, Map<String, String> cpp) {
  static final String ISA_PACKAGE = "zl_isa_pkg.sv";
  static final String PACKAGE_SUFFIX = "_pkg.sv";
  static final String TOP = "zl_gpu";
  private static final String TOP_MODULE = TOP + ".sv";

  /** A return statement that is not in a comment; lines stay where they are. */
  private static final Pattern RETURN =
      Pattern.compile("^([^/\\n]*)(\\breturn\\b[^;]*;)", Pattern.MULTILINE);

  /** The sources that travel with this class. */
  static ModelSources bundled() {
    Map<String, String> systemVerilog = folder("systemverilog", TOP_MODULE, ".sv");
    systemVerilog.put(ISA_PACKAGE, SystemVerilogPackage.text());
    Map<String, String> cpp = folder("cpp", "zl_model.cpp", "");
    return new ModelSources(systemVerilog, cpp);
  }

  /** The SystemVerilog files' names: packages before their users, the constants before all. */
  List<String> compileOrder() {
    return systemVerilog.keySet().stream()
        .sorted(
            Comparator.comparing((String name) -> !name.equals(ISA_PACKAGE))
                .thenComparing(name -> !name.endsWith(PACKAGE_SUFFIX)))
        .toList();
  }

  /**
   * The same core with deliberate bugs, of which an input of the top chooses one while it runs.
   *
   * @throws IllegalArgumentException if the text that a mutation replaces is not there exactly once
   */
  ModelSources mutated(List<Mutation> mutants) {
    if (mutants.isEmpty()) {
      return this;
    }
    Map<String, String> texts = new TreeMap<>(systemVerilog);
    for (int i = 0; i < mutants.size(); i++) {
      Mutation mutant = mutants.get(i);
      texts.put(mutant.file(), mutant.applied(i + 1, texts.getOrDefault(mutant.file(), "")));
    }
    texts.merge(ISA_PACKAGE, Mutation.SELECTION_PACKAGE, String::concat);
    texts.computeIfPresent(TOP_MODULE, (name, text) -> Mutation.selectable(text));
    return new ModelSources(texts, cpp);
  }

  /**
   * The same core, whose return statements are counted on their own: Verilator counts a block when
   * it ends, which a return keeps it from.
   */
  ModelSources countingReturns() {
    Map<String, String> texts = new TreeMap<>(systemVerilog);
    texts.replaceAll((name, text) -> RETURN.matcher(text).replaceAll("$1begin cover (1); $2 end"));
    return new ModelSources(texts, cpp);
  }

  private static Map<String, String> folder(String name, String member, String suffix) {
    URL url = ModelSources.class.getResource(name + "/" + member);
    if (url == null) {
      throw new IllegalStateException("resource " + name + "/" + member + " is missing");
    }
    try {
      URI uri = url.toURI();
      if (uri.getScheme().equals("jar")) {
        String text = uri.toString();
        URI jar = URI.create(text.substring(0, text.indexOf("!/")).substring("jar:".length()));
        try (FileSystem files = FileSystems.newFileSystem(Path.of(jar))) {
          return read(files.getPath(text.substring(text.indexOf("!/") + 1)).getParent(), suffix);
        }
      }
      return read(Path.of(uri).getParent(), suffix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> read(Path folder, String suffix) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(suffix) && Files.isRegularFile(file)) {
          texts.put(name, Files.readString(file, StandardCharsets.UTF_8));
        }
      }
    }
    return texts;
  }
}
