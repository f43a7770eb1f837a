package dev.zhulong.compiler.verify;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;

/**
 * Compiles damaged SPIR-V modules. Each must give a program or a diagnostic, within a second, and
 * nothing else: no other exception or error, no growing heap.
 *
 * <p>A second is one of the processor, so that it does not depend on what else the machine does; a
 * module that does not end is found by the clock.
 */
public final class MutationRun {
  private static final String[] SHADERS = {"widths.comp", "images.comp", "flow.comp"};

  /** More than a slow machine needs for the slowest of modules; a hang is what does not end. */
  private static final long HANG_NANOSECONDS = 30_000_000_000L;

  private static final long SLOW_NANOSECONDS = 1_000_000_000L;

  private final ModuleMutations mutations;
  private final Path folder;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong programs = new AtomicLong();
  private final AtomicReference<Slowest> slowest = new AtomicReference<>(new Slowest(0, 0));
  private final ThreadMXBean clock = ManagementFactory.getThreadMXBean();
  private final AtomicLong heap = new AtomicLong();
  private final List<String> mistakes = new ArrayList<>();
  private AtomicReferenceArray<long[]> working = new AtomicReferenceArray<>(0);

  /**
   * What a run found.
   *
   * @param modules modules compiled
   * @param programs those that gave a program; the others gave a diagnostic
   * @param slowestSeconds processor time of the slowest
   * @param slowestSeed which one that is
   * @param heapBytes most heap in use that was seen
   * @param mistakes what is wrong, with the file that shows it again
   */
  public record Summary(
      long modules,
      long programs,
      double slowestSeconds,
      long slowestSeed,
      long heapBytes,
      List<String> mistakes) {}

  private record Slowest(long seed, long nanoseconds) {}

  private MutationRun(ModuleMutations mutations, Path folder) {
    this.mutations = mutations;
    this.folder = folder;
  }

  /**
   * Prepares a run.
   *
   * @param corpus valid modules to damage, besides those that the compiler carries
   * @param folder where modules are written that show a mistake
   */
  public static MutationRun of(List<byte[]> corpus, Path folder) {
    List<byte[]> all = new ArrayList<>(corpus);
    for (String shader : SHADERS) {
      all.add(spirv(shader));
    }
    return new MutationRun(new ModuleMutations(all), folder);
  }

  private static byte[] spirv(String shader) {
    try (InputStream in = MutationRun.class.getResourceAsStream(shader)) {
      if (in == null) {
        throw new IllegalStateException("the compiler lacks its shader " + shader);
      }
      ShaderSource source = new ShaderSource(shader, Language.GLSL, in.readAllBytes());
      return ShaderCompiler.compile(source, CompileOptions.defaults()).spirv();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CompileException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /**
   * Compiles modules, on as many threads as there are processors.
   *
   * @param seed of the first module; each further one has the next
   * @param progress told the number of modules from time to time
   */
  public Summary run(long seed, long modules, LongConsumer progress) throws InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    working = new AtomicReferenceArray<>(threads);
    List<Thread> workers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int worker = t;
      Thread thread = new Thread(() -> work(worker, seed, modules), "mutations " + t);
      thread.setDaemon(true);
      thread.start();
      workers.add(thread);
    }
    for (Thread worker : workers) {
      while (worker.isAlive() && !hangs()) {
        worker.join(200);
        progress.accept(Math.min(modules, next.get()));
        Runtime runtime = Runtime.getRuntime();
        heap.accumulateAndGet(runtime.totalMemory() - runtime.freeMemory(), Math::max);
      }
    }
    synchronized (mistakes) {
      return new Summary(
          Math.min(modules, next.get()),
          programs.get(),
          slowest.get().nanoseconds() / 1e9,
          slowest.get().seed(),
          heap.get(),
          List.copyOf(mistakes));
    }
  }

  private boolean hangs() {
    for (int t = 0; t < working.length(); t++) {
      long[] job = working.get(t);
      if (job != null && System.nanoTime() - job[1] > HANG_NANOSECONDS) {
        mistake(job[0], "no end after " + HANG_NANOSECONDS / 1_000_000_000L + " s");
        return true;
      }
    }
    return false;
  }

  private void work(int worker, long seed, long modules) {
    for (long n = next.getAndIncrement(); n < modules; n = next.getAndIncrement()) {
      long which = seed + n;
      byte[] module = mutations.make(which);
      working.set(worker, new long[] {which, System.nanoTime()});
      final long start = clock.getCurrentThreadCpuTime();
      try {
        ShaderSource source = new ShaderSource("mutant.spv", Language.SPIRV, module);
        ShaderCompiler.compile(source, CompileOptions.defaults());
        programs.incrementAndGet();
      } catch (CompileException diagnostic) {
        if (diagnostic.getMessage().isBlank()) {
          mistake(which, "a diagnostic without words");
        }
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        StackTraceElement[] trace = e.getStackTrace();
        mistake(which, e + (trace.length > 0 ? " at " + trace[0] : ""));
      }
      long time = clock.getCurrentThreadCpuTime() - start;
      working.set(worker, null);
      slowest.accumulateAndGet(
          new Slowest(which, time), (x, y) -> y.nanoseconds() > x.nanoseconds() ? y : x);
      if (time > SLOW_NANOSECONDS) {
        mistake(which, "took " + time / 1_000_000 + " ms");
      }
    }
  }

  private void mistake(long which, String what) {
    Path file = folder.resolve("mutant-" + which + ".spv");
    String where = file.toString();
    try {
      Files.write(file, mutations.make(which));
    } catch (IOException e) {
      where = "seed " + which + ", " + file + " cannot be written";
    }
    synchronized (mistakes) {
      mistakes.add(where + ": " + what);
    }
  }
}
