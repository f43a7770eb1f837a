package dev.zhulong.rtl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A C++ main over the library of a cycle model. It shows how fast the model is when nothing but C++
 * drives it, and lives in a folder of its own until it is closed.
 */
public final class NativeHarness implements AutoCloseable {
  private static final String SOURCE = "replay.cpp";
  private static final String HEADER = "zl_model.h";

  private final Toolchain tools;
  private final Path folder;

  private NativeHarness(Toolchain tools, Path folder) {
    this.tools = tools;
    this.folder = folder;
  }

  /**
   * What a launch took.
   *
   * @param cycles from launch to done, as the device counts them
   * @param wallNanoseconds host time from the launch to the interrupt
   * @param processorNanoseconds processor time of the same
   */
  public record Run(long cycles, long wallNanoseconds, long processorNanoseconds) {}

  /**
   * Compiles a main over a model's library.
   *
   * @throws ModelUnavailableException if a tool is missing or fails
   */
  public static NativeHarness build(Path library) {
    String path = System.getenv("PATH");
    Toolchain tools = Toolchain.find(path == null ? "" : path);
    try {
      NativeHarness harness = new NativeHarness(tools, Files.createTempDirectory("zhulong-main"));
      try {
        harness.compile(library);
      } catch (IOException | RuntimeException e) {
        harness.close();
        throw e;
      }
      return harness;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(Path library) throws IOException {
    Files.writeString(folder.resolve(HEADER), ModelSources.bundled().cpp().get(HEADER));
    try (InputStream in = NativeHarness.class.getResourceAsStream("harness/" + SOURCE)) {
      Files.write(folder.resolve(SOURCE), in.readAllBytes());
    }
    List<String> command =
        List.of(
            tools.compiler().toString(),
            "-std=c++17",
            "-O3",
            "-march=native",
            "-o",
            "replay",
            SOURCE,
            library.toAbsolutePath().toString(),
            "-lpthread");
    Toolchain.Output compiled = tools.run(command, folder);
    if (compiled.status() != 0) {
      throw new ModelUnavailableException(
          "compiling the C++ main failed with exit code "
              + compiled.status()
              + ":\n"
              + compiled.text());
    }
  }

  /**
   * Does what a recording says, in a process of its own.
   *
   * @param times how often, on the same model
   * @return what the launches took, in their order
   * @throws IllegalStateException if it fails
   */
  public List<Run> replay(AccessRecording recording, MemoryTiming timing, int times) {
    try {
      recording.save(folder.resolve("recording"));
      List<String> command =
          List.of(
              folder.resolve("replay").toString(),
              "recording",
              Integer.toString(timing.latency()),
              Integer.toString(timing.cyclesPerLine()),
              Integer.toString(times));
      Toolchain.Output output = tools.run(command, folder);
      if (output.status() != 0) {
        throw new IllegalStateException(
            "the C++ main failed with exit code " + output.status() + ": " + output.text());
      }
      return output.text().lines().map(NativeHarness::run).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Run run(String line) {
    String[] numbers = line.split(" ");
    return new Run(
        Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
  }

  @Override
  public void close() {
    try {
      ModelCache.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
