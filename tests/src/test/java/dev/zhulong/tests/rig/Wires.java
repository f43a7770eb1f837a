package dev.zhulong.tests.rig;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.zhulong.hal.linux.PciDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What a PCI function costs this driver and a C program: the two take turns on the same maps and
 * the same event descriptor, block by block, so that whatever else the machine does meets both.
 * Medians of the blocks are printed, and the first block of Java, which nothing has compiled yet.
 */
final class Wires {
  private static final int BLOCKS = 41;
  private static final long STEADY_NANOSECONDS = 3_000_000_000L;
  private static final long MOST_WARM_NANOSECONDS = 15_000_000_000L;
  private static final int WAIT_MILLISECONDS = 10_000;

  private final PciDevice device;
  private final String name;
  private final MethodHandle reads;
  private final MethodHandle writes;
  private final MethodHandle interrupts;
  private final MethodHandle copies;

  /**
   * For a function.
   *
   * @param library the C program
   * @param name begins each line
   */
  Wires(PciDevice device, Path library, String name) {
    this.device = device;
    this.name = name;
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    reads =
        handle(
            symbols,
            "wires_reads",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT));
    writes =
        handle(
            symbols,
            "wires_writes",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT));
    interrupts =
        handle(
            symbols,
            "wires_interrupts",
            FunctionDescriptor.of(
                JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT,
                JAVA_INT));
    copies =
        handle(
            symbols,
            "wires_copies",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  private static MethodHandle handle(SymbolLookup symbols, String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type);
  }

  private interface Native {
    long call() throws Throwable;
  }

  private static LongSupplier natively(Native call) {
    return () -> {
      try {
        return call.call();
      } catch (Throwable t) {
        throw new IllegalStateException(t);
      }
    };
  }

  /** Reads a register that always has the same value, so many times a block. */
  void reads(int offset, int expected, int count) {
    MemorySegment bar = device.bar(0);
    compare(
        "read32",
        count,
        () -> javaReads(offset, expected, count),
        natively(() -> (long) reads.invokeExact(bar, (long) offset, count, expected)));
  }

  private long javaReads(int offset, int expected, int count) {
    PciDevice function = device;
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      if (function.read32(0, offset) != expected) {
        return -1;
      }
    }
    return System.nanoTime() - start;
  }

  /** Writes a register. */
  void writes(int offset, int count) {
    MemorySegment bar = device.bar(0);
    compare(
        "write32",
        count,
        () -> javaWrites(offset, count),
        natively(() -> (long) writes.invokeExact(bar, (long) offset, count)));
  }

  private long javaWrites(int offset, int count) {
    PciDevice function = device;
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      function.write32(0, offset, i);
    }
    function.read32(0, offset);
    return System.nanoTime() - start;
  }

  /** How a function is made to interrupt: a value, the next one by step, and what ends it. */
  record Doorbell(int raise, int value, int step, int acknowledge, int bits) {
    private int after(long rings) {
      return (int) (value + rings * step);
    }
  }

  /**
   * Rings a doorbell, waits, and acknowledges.
   *
   * @return how often it was rung
   */
  long interrupts(String what, Doorbell bell, int count) {
    MemorySegment bar = device.bar(0);
    int event = event();
    long[] rings = new long[1];
    compare(
        what,
        count,
        () -> {
          long time = javaInterrupts(bell, bell.after(rings[0]), count);
          rings[0] += count;
          return time;
        },
        natively(
            () -> {
              long time =
                  (long)
                      interrupts.invokeExact(
                          bar,
                          (long) bell.raise,
                          bell.after(rings[0]),
                          bell.step,
                          (long) bell.acknowledge,
                          bell.bits,
                          event,
                          count);
              rings[0] += count;
              return time;
            }));
    return rings[0];
  }

  private long javaInterrupts(Doorbell bell, int first, int count) {
    PciDevice function = device;
    long start = System.nanoTime();
    int value = first;
    for (int i = 0; i < count; i++) {
      function.write32(0, bell.raise, value);
      value += bell.step;
      if (!function.await(WAIT_MILLISECONDS)) {
        return -1;
      }
      function.write32(0, bell.acknowledge, bell.bits);
    }
    return System.nanoTime() - start;
  }

  /** Copies to a BAR and back. */
  void copies(int bar, long offset, int bytes, int count) {
    MemorySegment there = device.bar(bar).asSlice(offset, bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment here = arena.allocate(bytes, 64);
      compare(
          "BAR" + bar + " write of " + bytes + " bytes",
          count,
          () -> javaCopies(here, bar, offset, true, count),
          natively(() -> (long) copies.invokeExact(there, here, (long) bytes, count)));
      compare(
          "BAR" + bar + " read of " + bytes + " bytes",
          count,
          () -> javaCopies(here, bar, offset, false, count),
          natively(() -> (long) copies.invokeExact(here, there, (long) bytes, count)));
    }
  }

  private long javaCopies(MemorySegment here, int bar, long offset, boolean in, int count) {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      if (in) {
        device.copyIn(bar, offset, here);
      } else {
        device.copyOut(bar, offset, here);
      }
    }
    return System.nanoTime() - start;
  }

  /** The event descriptor that the kernel passes the function's interrupts on by. */
  private static int event() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path file : files) {
        if (Files.isSymbolicLink(file)
            && Files.readSymbolicLink(file).toString().contains("eventfd")) {
          return Integer.parseInt(file.getFileName().toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("no event descriptor is open");
  }

  private void compare(String what, int count, LongSupplier java, LongSupplier c) {
    long cold = time(what, java);
    time(what, c);
    warm(what, java);
    long[] ours = new long[BLOCKS];
    long[] theirs = new long[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
      ours[i] = time(what, java);
      theirs[i] = time(what, c);
    }
    Arrays.sort(ours);
    Arrays.sort(theirs);
    double mine = ours[BLOCKS / 2] / 1e3 / count;
    double other = theirs[BLOCKS / 2] / 1e3 / count;
    System.out.println(
        String.format(
            Locale.ROOT,
            "RIG wires %s, %s: Java %.3f us, C %.3f us, ratio %.2f; at first %.3f us",
            name,
            what,
            mine,
            other,
            mine / other,
            cold / 1e3 / count));
  }

  /** Until it has not become faster for a while: compilers work beside it. */
  private void warm(String what, LongSupplier java) {
    long start = System.nanoTime();
    long improved = start;
    long best = Long.MAX_VALUE;
    long now = start;
    while (now - start < MOST_WARM_NANOSECONDS
        && Math.min(now - start, now - improved) < STEADY_NANOSECONDS) {
      long time = time(what, java);
      now = System.nanoTime();
      if (time < best - best / 10) {
        best = time;
        improved = now;
      }
    }
  }

  private long time(String what, LongSupplier block) {
    long time = block.getAsLong();
    if (time < 0) {
      throw new IllegalStateException(name + " " + what + ": the function does not answer");
    }
    return time;
  }
}
