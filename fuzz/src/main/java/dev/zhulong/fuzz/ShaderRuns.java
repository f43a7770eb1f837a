package dev.zhulong.fuzz;

import dev.zhulong.hal.Gpu;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Many random shaders, on as many devices as there are processors. */
public final class ShaderRuns {
  /** A run with so many mistakes has said enough. */
  private static final int MOST_MISTAKES = 10;

  private static final long SECOND = 1_000_000_000L;

  /** No program takes nearly as long, even on a cycle model while it is shrunk. */
  private static final long MOST_NANOSECONDS = 600 * SECOND;

  private final Supplier<Gpu> device;
  private final Path folder;
  private final int workers;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final List<String> mistakes = new ArrayList<>();

  /**
   * What a run found.
   *
   * @param programs programs run at all levels
   * @param mistakes what is wrong, with the command that shows it again
   */
  public record Summary(long programs, List<String> mistakes) {}

  private ShaderRuns(Supplier<Gpu> device, Path folder, int workers) {
    this.device = device;
    this.folder = folder;
    this.workers = workers;
  }

  /**
   * Prepares a run.
   *
   * @param device opens a device for one of the workers
   * @param folder where modules are written that show a mistake
   * @param workers how many devices at once
   */
  public static ShaderRuns on(Supplier<Gpu> device, Path folder, int workers) {
    return new ShaderRuns(device, folder, workers);
  }

  /**
   * Runs programs.
   *
   * @param seed of the first; each further one has the next
   * @param nanoseconds after which no further one is begun
   * @param progress told the number of programs from time to time
   */
  public Summary run(long seed, long programs, long nanoseconds, LongConsumer progress)
      throws InterruptedException {
    long end = System.nanoTime() + nanoseconds;
    List<Thread> threads = new ArrayList<>();
    AtomicLongArray seeds = new AtomicLongArray(workers);
    AtomicLongArray starts = new AtomicLongArray(workers);
    for (int n = 0; n < workers; n++) {
      int worker = n;
      LongConsumer begin =
          of -> {
            seeds.set(worker, of);
            starts.set(worker, System.nanoTime());
          };
      begin.accept(seed);
      Thread thread = new Thread(() -> work(seed, programs, end, begin), "shaders " + n);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    for (int n = 0; n < workers; n++) {
      while (threads.get(n).isAlive()) {
        threads.get(n).join(200);
        progress.accept(done.get());
        if (System.nanoTime() - starts.get(n) > MOST_NANOSECONDS && threads.get(n).isAlive()) {
          // Its thread cannot be stopped, but the process that ends does not wait for it.
          tell("seed " + seeds.get(n) + " is not done after " + MOST_NANOSECONDS / SECOND + " s");
          break;
        }
      }
    }
    synchronized (mistakes) {
      return new Summary(done.get(), List.copyOf(mistakes));
    }
  }

  private void work(long seed, long programs, long end, LongConsumer begin) {
    try (ShaderRun run = ShaderRun.on(device.get())) {
      while (System.nanoTime() - end < 0) {
        long n = next.getAndIncrement();
        if (n >= programs) {
          return;
        }
        begin.accept(seed + n);
        ShaderRun.Mistake mistake = run.run(seed + n);
        done.incrementAndGet();
        if (mistake != null && tell(ShaderRun.save(mistake, folder))) {
          return;
        }
      }
    } catch (RuntimeException e) {
      // What the run itself cannot do is told like a mistake, not by a thread's last words.
      tell("after " + done.get() + " programs: " + e);
    }
  }

  private boolean tell(String mistake) {
    synchronized (mistakes) {
      if (mistakes.size() < MOST_MISTAKES) {
        mistakes.add(mistake);
      }
      return mistakes.size() >= MOST_MISTAKES;
    }
  }
}
