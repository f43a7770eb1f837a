package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.rtl.Instrumentation;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.rtl.Mutation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Runs random programs in lock-step until so many instructions have been compared. */
public final class LockStepRun {
  private static final long MOST_CYCLES = 5_000_000;

  /** No program lets every warp of a device wait for so long, whatever the memory's timing. */
  private static final long HANG_CYCLES = 20_000;

  /** A model lives for some programs, so that reset and cold starts are exercised as well. */
  private static final int PROGRAMS_A_MODEL = 32;

  private final CoreShape shape;
  private ModelConfiguration configuration;
  private Instrumentation instrumentation = Instrumentation.NONE;
  private int mutant;
  private Coverage coverage;
  private Path lineData;
  private LongConsumer progress = compared -> {};
  private long compared;
  private int models;

  private LockStepRun(CoreShape shape) {
    this.shape = shape;
    configuration = ModelConfiguration.fast(shape);
  }

  /** A run on a core of the shape. */
  public static LockStepRun of(CoreShape shape) {
    return new LockStepRun(shape);
  }

  /** Takes note of what the programs exercise. */
  public LockStepRun collecting(Coverage collector) {
    coverage = collector;
    return this;
  }

  /** Tells the instructions compared so far, after each program. */
  public LockStepRun reporting(LongConsumer listener) {
    progress = listener;
    return this;
  }

  /** Takes a device with so many KiB of L2, or without one. */
  LockStepRun withL2(int kib) {
    configuration = configuration.withL2(kib);
    return this;
  }

  /** Runs the core with one of the deliberate bugs in it, by number from 1; 0 for none. */
  LockStepRun mutated(List<Mutation> mutants, int number) {
    instrumentation = Instrumentation.mutations(mutants);
    mutant = number;
    return this;
  }

  /** Counts how often each line of the core runs; one file of data a model, in the folder. */
  LockStepRun countingLines(Path folder) {
    instrumentation = Instrumentation.lineCoverage();
    lineData = folder;
    return this;
  }

  /** Instructions compared so far. */
  long compared() {
    return compared;
  }

  /**
   * Compares programs, the first one made from the seed itself, the next from the seed plus one,
   * and so on; each with a memory timing of its own.
   *
   * @return instructions compared, at least as many as asked for
   * @throws LockStepException naming the seed of the program in which the machines differ
   */
  public static long run(CoreShape shape, long seed, long instructions) {
    return of(shape).run(seed, instructions);
  }

  /** As {@link #run(CoreShape, long, long)}, in the way that this run was made for. */
  public long run(long seed, long instructions) {
    long programSeed = seed;
    compared = 0;
    while (compared < instructions) {
      programSeed = oneModel(programSeed, instructions);
    }
    return compared;
  }

  /** From a generator of its own, so that a program can be had without it. */
  private static MemoryTiming timing(long seed) {
    RandomGenerator timings = RandomGeneratorFactory.of("L64X128MixRandom").create(~seed);
    return new MemoryTiming(
        1 + timings.nextInt(60),
        1 + timings.nextInt(3),
        timings.nextBoolean() ? 0 : timings.nextInt(40),
        timings.nextInt(Integer.MAX_VALUE));
  }

  private long oneModel(long firstSeed, long instructions) {
    long before = compared;
    long seed = firstSeed;
    try (LockStepDevice device =
        LockStepDevice.open(configuration, instrumentation, MemoryTiming.DEFAULT)) {
      if (mutant != 0) {
        device.model().selectMutant(mutant);
      }
      device.collect(coverage);
      Set<Extension> extensions = Extension.of(device.read32(HostRegister.CAPS_ISA.offset()));
      while (seed < firstSeed + PROGRAMS_A_MODEL && compared < instructions) {
        long instructionsBefore = device.compared();
        MemoryTiming timing = timing(seed);
        device.model().setMemoryTiming(timing);
        try {
          start(device, RandomLaunch.of(seed, shape, extensions));
        } catch (LockStepException | IllegalStateException e) {
          throw new LockStepException(
              "%s, seed %d, %s: %s\nagain: zl verify --config %s --seed %d --instructions %d"
                  .formatted(
                      shape,
                      seed,
                      timing,
                      e.getMessage(),
                      shape,
                      firstSeed,
                      instructionsBefore + 1));
        } finally {
          compared = before + device.compared();
        }
        progress.accept(compared);
        seed++;
      }
      if (lineData != null) {
        device.model().writeCoverage(lineData.resolve(shape + "-" + models++ + ".dat"));
      }
    }
    return seed;
  }

  /** Runs a program, and checks that it ends as it should. */
  private static void start(LockStepDevice device, RandomLaunch work) {
    device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_RESET);
    HostInterfaceCheck host = new HostInterfaceCheck(device, work.shape(), work.seed());
    host.beforeWork();
    work.load(device);
    device.write32(
        HostRegister.IRQ_ENABLE.offset(), HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT);
    host.loaded();
    device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
    long end = device.model().cycles() + MOST_CYCLES;
    long before;
    do {
      before = device.compared();
      if (device.awaitInterrupt(HANG_CYCLES, Duration.ofMinutes(1))) {
        requireFault(device, work.faults());
        device.requireSameConsole();
        host.afterWork();
        return;
      }
    } while (device.compared() != before && device.model().cycles() < end);
    throw new LockStepException(
        device.compared() == before
            ? "the model hangs: no instruction in " + HANG_CYCLES + " cycles"
            : "the model has not ended after " + MOST_CYCLES + " cycles");
  }

  private static void requireFault(LockStepDevice device, boolean wanted) {
    boolean faulted =
        (device.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_FAULTED) != 0;
    if (faulted != wanted) {
      throw new LockStepException(
          faulted ? "the program faults and should not" : "the program should fault");
    }
  }
}
