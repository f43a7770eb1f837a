package dev.zhulong.verilator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A small project of a user's, and a Maven that builds it: without a network, with our artifacts in
 * a repository of their own and everything else from the one that builds us.
 */
final class Fixture {
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final long MINUTES = 5;

  static final String UART =
      """
      module pulse #(parameter int DIVISOR = 4) (
          input  logic clk_i,
          input  logic rst_ni,
          input  logic [7:0] add_i,
          output logic [15:0] sum_o,
          output logic tick_o
      );
        logic [15:0] count_q;
        assign tick_o = count_q == 16'(DIVISOR - 1);
        always_ff @(posedge clk_i) begin
          count_q <= tick_o ? '0 : count_q + 16'd1;
          sum_o <= sum_o + 16'(add_i);
          if (!rst_ni) begin
            count_q <= '0;
            sum_o <= '0;
          end
        end
      endmodule
      """;

  private static final String TEST =
      """
      package demo;

      import static org.junit.jupiter.api.Assertions.assertEquals;

      import demo.rtl.Pulse;
      import dev.zhulong.rtl.junit.Rtl;
      import org.junit.jupiter.api.Test;

      class PulseTest {
        @Test
        void adds(@Rtl(value = "pulse.sv", parameters = "DIVISOR=5") Pulse pulse) {
          pulse.model.reset(2);
          pulse.add_i.set(3);
          pulse.model.step(4);
          assertEquals(12, pulse.sum_o.get());
          assertEquals(1, pulse.tick_o.get());
        }
      }
      """;

  final Path folder;
  private final Path repository;
  final Path cache;

  /** What a Maven said, and how it ended. */
  record Output(int status, List<String> lines) {
    boolean says(String part) {
      return lines.stream().anyMatch(line -> line.contains(part));
    }

    List<String> errors() {
      return lines.stream().filter(line -> line.startsWith("[ERROR]")).toList();
    }
  }

  private Fixture(Path folder, Path repository, Path cache) {
    this.folder = folder;
    this.repository = repository;
    this.cache = cache;
  }

  /** A project whose only source is {@link #UART}. */
  static Fixture in(Path root) throws IOException {
    Path repository = repository(root.resolve("repository"));
    Fixture fixture = new Fixture(root.resolve("project"), repository, root.resolve("cache"));
    fixture.write("src/main/systemverilog/pulse.sv", UART);
    fixture.write("src/test/java/demo/PulseTest.java", TEST);
    fixture.pom(Map.of("DIVISOR", "5"), "pulse");
    return fixture;
  }

  /** The same project's twin: another folder, the same repository and cache. */
  Fixture twin() throws IOException {
    Fixture twin = new Fixture(folder.resolveSibling("twin"), repository, cache);
    twin.write("src/main/systemverilog/pulse.sv", UART);
    twin.write("src/test/java/demo/PulseTest.java", TEST);
    twin.pom(Map.of("DIVISOR", "5"), "pulse");
    return twin;
  }

  /** The project of the documentation, as a user copies it. */
  Fixture tutorial() throws IOException {
    Fixture copy = new Fixture(folder.resolveSibling("uart"), repository, cache);
    for (String name :
        List.of(
            "pom.xml",
            "src/main/systemverilog/uart_tx.sv",
            "src/test/java/demo/UartTest.java")) {
      copy.write(name, Files.readString(Path.of("uart").resolve(name)));
    }
    return copy;
  }

  void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  void pom(Map<String, String> parameters, String top) throws IOException {
    StringBuilder values = new StringBuilder();
    parameters.forEach(
        (name, value) -> values.append("<%s>%s</%s>".formatted(name, value, name)));
    try (var template = Fixture.class.getResourceAsStream("/fixture-pom.xml")) {
      write(
          "pom.xml",
          new String(template.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              .replace("@PARAMETERS@", values)
              .replace("@TOP@", top));
    }
  }

  /** Links to everything that is there but us, and copies of what was just built. */
  private static Path repository(Path target) throws IOException {
    Path all = Path.of(System.getProperty("zl.repository"));
    link(all, target, "dev");
    link(all.resolve("dev"), target.resolve("dev"), "zhulong");
    Path root = Path.of("").toAbsolutePath().getParent();
    install(target, "zhulong", root.resolve("pom.xml"), null);
    for (String module : List.of("firmware-tools", "rtl-bindings")) {
      install(
          target,
          module,
          root.resolve(module).resolve("pom.xml"),
          root.resolve(module).resolve("target").resolve(module + "-" + VERSION + ".jar"));
    }
    Path kit = Path.of("target", "rtl-bindings-" + VERSION + "-junit.jar");
    Files.copy(
        root.resolve("rtl-bindings").resolve(kit),
        target.resolve("dev/zhulong/rtl-bindings").resolve(VERSION).resolve(kit.getFileName()));
    String plugin = "zhulong-verilator-maven-plugin";
    install(
        target,
        plugin,
        Path.of("pom.xml"),
        Path.of("target").resolve(plugin + "-" + VERSION + ".jar"));
    return target;
  }

  private static void link(Path from, Path to, String except) throws IOException {
    Files.createDirectories(to);
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.equals(except)) {
          Files.createSymbolicLink(to.resolve(name), entry.toAbsolutePath());
        }
      }
    }
  }

  private static void install(Path repository, String artifact, Path pom, Path jar)
      throws IOException {
    Path folder =
        Files.createDirectories(
            repository.resolve("dev/zhulong").resolve(artifact).resolve(VERSION));
    Files.copy(pom, folder.resolve(artifact + "-" + VERSION + ".pom"));
    if (jar != null) {
      Files.copy(
          jar,
          folder.resolve(artifact + "-" + VERSION + ".jar"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  Process start(String path, String... goals) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of("").toAbsolutePath().resolveSibling("mvnw").toString(),
                "-o",
                "-B",
                "-ntp",
                "-Dmaven.repo.local=" + repository,
                "-f",
                folder.resolve("pom.xml").toString()));
    command.addAll(List.of(goals));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("log.txt").toFile());
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    if (path != null) {
      builder.environment().put("PATH", path);
    }
    return builder.start();
  }

  Output await(Process process) throws IOException, InterruptedException {
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("Maven did not end within " + MINUTES + " minutes");
    }
    return new Output(process.exitValue(), Files.readAllLines(folder.resolve("log.txt")));
  }

  Output run(String... goals) throws IOException, InterruptedException {
    return await(start(null, goals));
  }
}
