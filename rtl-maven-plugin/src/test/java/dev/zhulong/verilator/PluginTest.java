package dev.zhulong.verilator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The plugin as a user meets it: a project, a build, a second one, and everything that goes wrong. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PluginTest {
  private static final String SOURCE = "src/main/systemverilog/pulse.sv";

  private static final Path ROOT = Path.of("target", "fixture").toAbsolutePath();
  private static Fixture project;

  @BeforeAll
  static void tools() throws IOException {
    boolean verilator = onPath("verilator") && (onPath("clang++-19") || onPath("g++"));
    assumeTrue(
        verilator || Boolean.parseBoolean(System.getenv("CI")),
        "needs Verilator and a C++ compiler");
    delete(ROOT);
    project = Fixture.in(ROOT);
  }

  /** What links lead to stays. */
  private static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static boolean onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  private static List<FileTime> models() throws IOException {
    try (Stream<Path> files = Files.walk(project.cache)) {
      List<Path> libraries = files.filter(file -> file.toString().endsWith(".so")).sorted().toList();
      List<FileTime> times = new ArrayList<>();
      for (Path library : libraries) {
        times.add(Files.getLastModifiedTime(library));
      }
      return times;
    }
  }

  @Test
  @Order(1)
  void twoFirstBuildsAtOnceMakeOneModelAndPassTheirTests() throws Exception {
    Fixture twin = project.twin();
    Process first = project.start(null, "test");
    Process second = twin.start(null, "test");
    Fixture.Output one = project.await(first);
    Fixture.Output two = twin.await(second);
    assertEquals(0, one.status(), one.lines()::toString);
    assertEquals(0, two.status(), two.lines()::toString);
    assertTrue(one.says("Tests run: 1, Failures: 0") && two.says("Tests run: 1, Failures: 0"));
    try (Stream<Path> files = Files.list(project.cache.resolve("zhulong/models"))) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertEquals(1, names.stream().filter(n -> n.matches("pulse-[0-9a-f]+")).count(), names::toString);
      assertTrue(names.stream().noneMatch(n -> n.endsWith(".building")), names::toString);
    }
  }

  @Test
  @Order(2)
  void anUnchangedProjectAndAChangedTestBuildNothing() throws Exception {
    final List<FileTime> before = models();
    Fixture.Output again = project.run("test");
    assertEquals(0, again.status(), again.lines()::toString);
    assertEquals(2, again.lines().stream().filter(l -> l.contains("pulse is up to date")).count());
    Path test = project.folder.resolve("src/test/java/demo/PulseTest.java");
    Files.writeString(test, Files.readString(test).replace("step(4)", "step(4); // four"));
    Fixture.Output changed = project.run("test");
    assertTrue(changed.says("Tests run: 1, Failures: 0"), changed.lines()::toString);
    assertFalse(changed.says("pulse: FFM"), changed.lines()::toString);
    assertEquals(before, models());
  }

  @Test
  @Order(3)
  void aDamagedModelIsBuiltAgainWithOneWarning() throws Exception {
    try (Stream<Path> files = Files.walk(project.cache.resolve("zhulong/models"))) {
      Path library =
          files
              .filter(file -> file.getParent().getFileName().toString().startsWith("pulse-"))
              .filter(file -> file.toString().endsWith(".so"))
              .findFirst()
              .orElseThrow();
      Files.writeString(library, "not a library");
    }
    Fixture.Output output = project.run("process-test-classes");
    assertEquals(0, output.status(), output.lines()::toString);
    assertEquals(1, output.lines().stream().filter(l -> l.startsWith("[WARNING]")).count());
    assertTrue(output.says("is damaged; it is built again"), output.lines()::toString);
  }

  @Test
  @Order(4)
  void errorsOfTheDesignNameTheirPlace() throws Exception {
    try {
      project.write(SOURCE, Fixture.UART.replace("count_q <= '0;", "count_q <= '0"));
      Fixture.Output syntax = project.run("generate-sources");
      assertEquals(1, syntax.status());
      String place = project.folder.resolve(SOURCE) + ":15:";
      assertTrue(
          syntax.errors().stream().anyMatch(l -> l.startsWith("[ERROR] " + place)),
          syntax.lines()::toString);

      project.write(SOURCE, Fixture.UART.replace("input  logic [7:0] add_i", "inout  wire [7:0] add_i"));
      Fixture.Output kind = project.run("generate-sources");
      assertEquals(1, kind.status());
      assertTrue(
          kind.errors().stream().anyMatch(l -> l.contains("pulse.sv:4:") && l.contains("inout")),
          kind.lines()::toString);
    } finally {
      project.write(SOURCE, Fixture.UART);
    }
  }

  @Test
  @Order(5)
  void errorsOfTheConfigurationAreTold() throws Exception {
    try {
      project.pom(Map.of("DIVISOR", "5"), "puls");
      told("puls");
      project.pom(Map.of("DIVISOR", "many"), "pulse");
      told("parameter DIVISOR is many, must be a whole number");
      project.pom(Map.of("DIVISION", "5"), "pulse");
      told("DIVISION");
      project.pom(Map.of("DIVISOR", "5"), "pulse");
      Files.move(project.folder.resolve(SOURCE), project.folder.resolve("away.sv"));
      told("pulse.sv of design pulse does not exist");
    } finally {
      project.pom(Map.of("DIVISOR", "5"), "pulse");
      project.write(SOURCE, Fixture.UART);
    }
  }

  private static void told(String part) throws Exception {
    Fixture.Output output = project.run("generate-sources");
    assertEquals(1, output.status());
    assertTrue(
        output.errors().stream().anyMatch(line -> line.contains(part)), output.lines()::toString);
    assertFalse(output.says("\tat "), output.lines()::toString);
  }

  @Test
  @Order(6)
  void theTutorialsProjectPasses() throws Exception {
    Fixture uart = project.tutorial();
    Fixture.Output output = uart.run("test");
    assertEquals(0, output.status(), output.lines()::toString);
    assertTrue(output.says("Tests run: 2, Failures: 0, Errors: 0, Skipped: 0"));
  }

  @Test
  @Order(7)
  void withoutACompilerItIsNamed() throws Exception {
    Path tools = Files.createDirectories(ROOT.resolve("tools"));
    for (String folder : List.of("/usr/bin", "/bin")) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          if (!name.matches("(clang|g|c)\\+\\+.*") && !Files.exists(tools.resolve(name))) {
            Files.createSymbolicLink(tools.resolve(name), file);
          }
        }
      }
    }
    project.write(SOURCE, Fixture.UART + "// another\n");
    Fixture.Output output =
        project.await(project.start(tools.toString(), "process-test-classes"));
    assertEquals(1, output.status());
    assertTrue(
        output.errors().stream().anyMatch(line -> line.contains("clang")), output.lines()::toString);
  }
}
