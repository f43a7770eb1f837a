package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Extension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache and the messages of the builder, with tools that only pretend. */
class ModelBuilderTest {
  private static final ModelConfiguration SMALL =
      ModelConfiguration.fast(CoreShape.parse("c1w2t2"));

  @TempDir private Path folder;
  private Path cache;
  private Path tools;
  private Path log;

  @BeforeEach
  void pretendTools() throws IOException {
    cache = folder.resolve("cache");
    tools = Files.createDirectory(folder.resolve("tools"));
    log = Files.createFile(folder.resolve("log"));
    pretendVerilator("5.006");
    tool("clang++-19", "echo compile >> '" + log + "'\nsleep 0.01\n" + WRITE_OUTPUT);
  }

  private static final String WRITE_OUTPUT =
      "while [ $# -gt 0 ]; do if [ \"$1\" = -o ]; then echo made > \"$2\"; fi; shift; done\n";

  private void pretendVerilator(String version) throws IOException {
    tool(
        "verilator",
        "case $1 in\n"
            + "--version) echo 'Verilator "
            + version
            + " 2023-01-22'; exit ;;\n"
            + "--getenv) echo '"
            + folder
            + "'; exit ;;\n"
            + "esac\n"
            + "echo verilate >> '"
            + log
            + "'\nmkdir -p model\necho x > model/Vzl_gpu.cpp\n");
  }

  private void tool(String name, String body) throws IOException {
    Path file = tools.resolve(name);
    Files.writeString(file, "#!/bin/sh\nPATH=/bin:/usr/bin\n" + body);
    assertTrue(file.toFile().setExecutable(true));
  }

  private ModelBuilder builder() {
    return ModelBuilder.of(cache, tools.toString(), BuildListener.silent());
  }

  private long count(String line) throws IOException {
    return Files.readAllLines(log).stream().filter(line::equals).count();
  }

  @Test
  void secondBuildComesFromTheCache() throws IOException {
    Path first = builder().build(SMALL);
    List<String> steps = new ArrayList<>();
    Path second =
        ModelBuilder.of(cache, tools.toString(), (what, done, total) -> steps.add(what))
            .build(SMALL);
    assertEquals(first, second);
    assertEquals("made\n", Files.readString(first));
    assertEquals(1, count("verilate"));
    assertEquals(List.of(), steps);
  }

  @Test
  void progressCountsUpToTheTotal() {
    List<String> steps = new ArrayList<>();
    ModelBuilder.of(
            cache,
            tools.toString(),
            (what, done, total) -> {
              synchronized (steps) {
                steps.add(what + " " + (done == total ? "end" : "before"));
              }
            })
        .build(SMALL);
    assertEquals("done end", steps.getLast());
    assertTrue(steps.getFirst().startsWith("Verilator, c1w2t2"), steps.getFirst());
  }

  @Test
  void everyConfigurationHasItsOwnEntry() throws IOException {
    Path fast = builder().build(SMALL);
    assertNotEquals(fast, builder().build(SMALL.withChecks()));
    assertNotEquals(fast, builder().build(ModelConfiguration.fast(CoreShape.parse("c1w4t2"))));
    assertNotEquals(
        fast,
        builder()
            .build(new ModelConfiguration(SMALL.shape(), 16, 8, 16, 0, Extension.UNITS, false)));
    assertEquals(4, count("verilate"));
  }

  @Test
  void replacedToolMeansNewEntry() throws IOException {
    Path first = builder().build(SMALL);
    tool("clang++-19", "# another version\n" + WRITE_OUTPUT);
    assertNotEquals(first, builder().build(SMALL));
  }

  @Test
  void damagedEntryIsBuiltAgain() throws IOException {
    Path library = builder().build(SMALL);
    Files.writeString(library, "ma");
    assertEquals(library, builder().build(SMALL));
    assertEquals("made\n", Files.readString(library));
    Files.delete(library);
    builder().build(SMALL);
    Files.write(library.resolveSibling("sha256"), new byte[] {(byte) 0xff, 0});
    builder().build(SMALL);
    assertEquals("made\n", Files.readString(library));
    assertEquals(4, count("verilate"));
  }

  @Test
  void brokenOffBuildLeavesNothingBehind() throws IOException {
    Path library = builder().build(SMALL);
    Path building = cache.resolve(library.getParent().getFileName() + ".building");
    Files.createDirectories(building.resolve("work/model"));
    Files.writeString(building.resolve("work/model/old.cpp"), "x");
    Files.delete(library);
    builder().build(SMALL);
    assertTrue(Files.exists(library));
    assertTrue(Files.notExists(building));
  }

  @Test
  void racingBuildsBuildOnce() throws Exception {
    List<Callable<Path>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      tasks.add(() -> builder().build(SMALL));
    }
    try (ExecutorService workers = Executors.newFixedThreadPool(tasks.size())) {
      for (Future<Path> result : workers.invokeAll(tasks)) {
        assertEquals("made\n", Files.readString(result.get()));
      }
    }
    assertEquals(1, count("verilate"));
  }

  @Test
  void racingProcessWaitsForTheLock() throws Exception {
    Path library = builder().build(SMALL);
    Files.delete(library);
    Path lock = cache.resolve(library.getParent().getFileName() + ".lock");
    // Another process holds the lock, puts the entry in place, and lets go.
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")
                    + java.io.File.pathSeparator
                    + System.getProperty("jdk.module.path", ""),
                LockHolder.class.getName(),
                lock.toString(),
                library.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals('L', other.getInputStream().read());
    assertEquals(library, builder().build(SMALL));
    assertEquals(0, other.waitFor());
    assertEquals(1, count("verilate"));
  }

  @Test
  void missingVerilatorIsNamedWithItsPackage() {
    ModelBuilder none = ModelBuilder.of(cache, "", BuildListener.silent());
    String message =
        assertThrows(ModelUnavailableException.class, () -> none.build(SMALL)).getMessage();
    assertTrue(message.contains("Verilator"), message);
    assertTrue(message.contains("apt-get install verilator clang-19"), message);
  }

  @Test
  void missingCompilerIsNamedWithItsPackage() throws IOException {
    Files.delete(tools.resolve("clang++-19"));
    String message =
        assertThrows(ModelUnavailableException.class, () -> builder().build(SMALL)).getMessage();
    assertTrue(message.contains("clang++-19, "), message);
    assertTrue(message.contains("apt-get install verilator clang-19"), message);
  }

  @Test
  void anyCompilerOfTheListWillDo() throws IOException {
    Files.move(tools.resolve("clang++-19"), tools.resolve("g++"));
    assertEquals("made\n", Files.readString(builder().build(SMALL)));
  }

  @Test
  void oldVerilatorIsRefusedWithItsVersion() throws IOException {
    pretendVerilator("4.228");
    String message =
        assertThrows(ModelUnavailableException.class, () -> builder().build(SMALL)).getMessage();
    assertTrue(message.contains("4.228") && message.contains("5.006"), message);
    pretendVerilator("5.042");
    builder().build(SMALL);
  }

  @Test
  void waveformsAreAModelOfTheirOwn() throws IOException {
    Path plain = builder().build(SMALL);
    assertNotEquals(plain, builder().build(SMALL, Instrumentation.waveforms()));
    assertEquals(2, count("verilate"));
  }

  @Test
  void missingZlibIsNamedWithItsPackage() throws IOException {
    tool("clang++-19", "case $1 in -fsyntax-only) exit 1 ;; esac\n" + WRITE_OUTPUT);
    String message =
        assertThrows(
                ModelUnavailableException.class,
                () -> builder().build(SMALL, Instrumentation.waveforms()))
            .getMessage();
    assertTrue(message.contains("apt-get install zlib1g-dev"), message);
    builder().build(SMALL);
  }

  @Test
  void failureOfAToolShowsWhatItSaid() throws IOException {
    tool("clang++-19", "echo 'fatal error: no space'\nexit 3\n");
    String message =
        assertThrows(ModelUnavailableException.class, () -> builder().build(SMALL)).getMessage();
    assertTrue(message.contains("exit code 3"), message);
    assertTrue(message.contains("fatal error: no space"), message);
    try (var left = Files.list(cache)) {
      assertEquals(List.of(), left.filter(file -> !file.toString().endsWith(".lock")).toList());
    }
  }

  @Test
  void unwritableCacheIsNamed() throws IOException {
    cache = Files.writeString(folder.resolve("file"), "not a folder");
    String message =
        assertThrows(ModelUnavailableException.class, () -> builder().build(SMALL)).getMessage();
    assertTrue(message.contains(cache.toString()), message);
    assertTrue(message.contains("XDG_CACHE_HOME"), message);
  }
}
