package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelConfiguration;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Runs random programs in lock-step until so many instructions have been compared. */
public final class LockStepRun {
  private static final long MOST_CYCLES = 5_000_000;

  private LockStepRun() {}

  /**
   * Compares programs, the first one made from the seed itself, the next from the seed plus one,
   * and so on; each with a memory timing of its own.
   *
   * @return instructions compared, at least as many as asked for
   * @throws LockStepException naming the seed of the program in which the machines differ
   */
  public static long run(CoreShape shape, long seed, long instructions) {
    // Timing comes from a generator of its own, so that a program can be had without it.
    RandomGenerator timings = RandomGeneratorFactory.of("L64X128MixRandom").create(~seed);
    long programSeed = seed;
    long compared = 0;
    while (compared < instructions) {
      MemoryTiming timing =
          new MemoryTiming(
              1 + timings.nextInt(60),
              1 + timings.nextInt(3),
              timings.nextBoolean() ? 0 : timings.nextInt(40),
              timings.nextInt(Integer.MAX_VALUE));
      try (LockStepDevice device = LockStepDevice.open(ModelConfiguration.fast(shape), timing)) {
        Set<Extension> extensions = Extension.of(device.read32(HostRegister.CAPS_ISA.offset()));
        // A model lives for some programs, so that reset and cold starts are exercised as well.
        for (int i = 0; i < 32 && compared + device.compared() < instructions; i++) {
          try {
            if (programSeed % 2 == 0) {
              one(device, programSeed, extensions);
            } else {
              launch(device, RandomLaunch.of(programSeed, shape, limits(extensions)));
            }
          } catch (LockStepException | IllegalStateException e) {
            throw new LockStepException(
                shape + ", seed " + programSeed + ", " + timing + ": " + e.getMessage());
          }
          programSeed++;
        }
        compared += device.compared();
      }
    }
    return compared;
  }

  private static void one(LockStepDevice device, long seed, Set<Extension> extensions) {
    boolean traps = seed % 4 == 2;
    int[] program = RandomProgram.generate(seed, extensions, traps);
    device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_RESET);
    device.copyIn(MemoryMap.PROGRAM, MemorySegment.ofArray(program));
    device.write32(
        HostRegister.IRQ_ENABLE.offset(), HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT);
    device.write32(HostRegister.LAUNCH_MODE.offset(), 0);
    device.write32(HostRegister.LAUNCH_ENTRY.offset(), (int) MemoryMap.PROGRAM);
    device.write32(HostRegister.LAUNCH_ARGUMENT.offset(), (int) seed);
    start(device, traps);
  }

  private static RandomLaunch.Limits limits(Set<Extension> extensions) {
    RandomLaunch.Limits standard = RandomLaunch.Limits.DEFAULT;
    return new RandomLaunch.Limits(
        standard.instructions(), extensions.contains(Extension.A), standard.localKib());
  }

  private static void launch(LockStepDevice device, RandomLaunch work) {
    device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_RESET);
    work.load(device);
    device.write32(
        HostRegister.IRQ_ENABLE.offset(), HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT);
    start(device, work.faults());
  }

  /** Launches what is loaded, and checks that it ends as it should. */
  private static void start(LockStepDevice device, boolean traps) {
    device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
    if (!device.awaitInterrupt(MOST_CYCLES, Duration.ofMinutes(1))) {
      throw new LockStepException("the model has not ended after " + MOST_CYCLES + " cycles");
    }
    boolean faulted =
        (device.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_FAULTED) != 0;
    if (faulted != traps) {
      throw new LockStepException(
          faulted ? "the program faults and should not" : "the program should fault");
    }
  }
}
