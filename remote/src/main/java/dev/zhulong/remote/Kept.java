package dev.zhulong.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds.
 *
 * @param descriptors of files that are open
 * @param mappings of its address space
 * @param heapBytes on the Java heap, garbage excluded
 */
public record Kept(long descriptors, long mappings, long heapBytes) {
  private static final int COLLECTIONS = 3;

  /** At this moment. */
  static Kept now() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"));
        Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return new Kept(files.count(), maps.count(), runtime.totalMemory() - runtime.freeMemory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Kept since(Kept before) {
    return new Kept(
        descriptors - before.descriptors, mappings - before.mappings, heapBytes - before.heapBytes);
  }
}
