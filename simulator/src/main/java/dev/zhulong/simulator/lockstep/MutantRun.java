package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.rtl.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Proves that lock-step catches bugs: runs random programs on a core with each of a table of
 * deliberate bugs in it, until a difference is seen. All of them are in one model of two cores, so
 * that choosing one takes no time; those of the L2 are in another one, as an L2 keeps the order of
 * a line's accesses, which hides bugs in front of it.
 */
public final class MutantRun {
  private static final CoreShape SHAPE = CoreShape.parse("c2w4t4");
  private static final int MESSAGE_LENGTH = 110;

  private MutantRun() {}

  /**
   * What became of a mutant.
   *
   * @param name of the bug
   * @param file of the core that it is in
   * @param imitates the bug of real life
   * @param seed of the programs
   * @param caught what was seen, in one line; empty if nothing was
   * @param instructions that had been compared by then
   */
  public record Verdict(
      String name, String file, String imitates, long seed, String caught, long instructions) {
    /** Whether the bug stayed unseen. */
    public boolean survived() {
      return caught.isEmpty();
    }
  }

  /** The deliberate bugs, in the order in which they are run. */
  public static List<Mutation> mutations() {
    return MutationTable.all();
  }

  /**
   * Runs every mutant.
   *
   * @param seed of the first program
   * @param instructions to compare before a mutant counts as having survived
   * @param listener is told each verdict when it is known, in the order of the table
   * @throws LockStepException if the core without any of the bugs does not pass the same programs
   */
  public static List<Verdict> run(long seed, long instructions, Consumer<Verdict> listener) {
    List<Verdict> verdicts = new ArrayList<>();
    run(0, MutationTable.withoutL2(), seed, instructions, listener, verdicts);
    run(SHAPE.standardL2Kib(), MutationTable.sharedCache(), seed, instructions, listener, verdicts);
    return verdicts;
  }

  private static void run(
      int l2Kib,
      List<Mutation> mutations,
      long seed,
      long instructions,
      Consumer<Verdict> listener,
      List<Verdict> verdicts) {
    // The first run builds the model, so it goes alone.
    LockStepRun.of(SHAPE).withL2(l2Kib).mutated(mutations, 0).run(seed, instructions);
    List<Callable<Verdict>> tasks = new ArrayList<>();
    for (int i = 0; i < mutations.size(); i++) {
      int number = i + 1;
      tasks.add(() -> verdict(l2Kib, mutations, number, seed, instructions));
    }
    int workers = Math.max(1, Runtime.getRuntime().availableProcessors());
    try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
      List<Future<Verdict>> futures = tasks.stream().map(executor::submit).toList();
      for (Future<Verdict> future : futures) {
        Verdict verdict = future.get();
        listener.accept(verdict);
        verdicts.add(verdict);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Verdict verdict(
      int l2Kib, List<Mutation> mutations, int number, long seed, long instructions) {
    LockStepRun run = LockStepRun.of(SHAPE).withL2(l2Kib).mutated(mutations, number);
    String caught = "";
    try {
      run.run(seed, instructions);
    } catch (LockStepException e) {
      caught = summary(e.getMessage());
    }
    Mutation mutation = mutations.get(number - 1);
    return new Verdict(
        mutation.name(), mutation.file(), mutation.imitates(), seed, caught, run.compared());
  }

  /** What differs, without where and in which program. */
  private static String summary(String message) {
    int from = message.indexOf("]: ") + 3;
    String line = message.substring(from).lines().findFirst().orElse("");
    int behindInstruction = line.indexOf(": ", line.indexOf(": ") + 1);
    String what =
        line.startsWith("the machines differ") && behindInstruction >= 0
            ? line.substring(line.indexOf(" at ") + 4)
            : line;
    return what.length() <= MESSAGE_LENGTH ? what : what.substring(0, MESSAGE_LENGTH - 1) + "…";
  }
}
