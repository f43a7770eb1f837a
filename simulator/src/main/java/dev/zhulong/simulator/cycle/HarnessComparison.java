package dev.zhulong.simulator.cycle;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchStatistics;
import dev.zhulong.rtl.AccessRecording;
import dev.zhulong.rtl.Instrumentation;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelBuilder;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.rtl.NativeHarness;
import java.util.function.Function;

/**
 * The same launch on the same library of a model, driven from Java and from a C++ main. Both are
 * measured from the write that launches to the interrupt.
 *
 * @param cycles of the launch, the same in both
 * @param java the fastest launch through the driver
 * @param cpp the fastest launch of the C++ main
 */
public record HarnessComparison(long cycles, Time java, Time cpp) {
  /** Launches of a round in C++: the first one of a process meets cold caches. */
  private static final int NATIVE_LAUNCHES = 2;

  /**
   * What a launch took; each is the least of all rounds.
   *
   * @param wallNanoseconds of host time
   * @param processorNanoseconds of the thread that drives, which other programs do not disturb
   */
  public record Time(long wallNanoseconds, long processorNanoseconds) {
    private static final Time NONE = new Time(Long.MAX_VALUE, Long.MAX_VALUE);

    private Time least(long wall, long processor) {
      return new Time(Math.min(wallNanoseconds, wall), Math.min(processorNanoseconds, processor));
    }
  }

  /**
   * Measures both by turns, so that what else the machine does meets both.
   *
   * @param work one launch through the driver, the same at every call
   * @param rounds how often each is measured, after a first launch from Java that is not
   * @throws IllegalStateException if the two do not take the same number of cycles
   */
  public static HarnessComparison measure(
      CoreShape shape, Function<Gpu, LaunchStatistics> work, int rounds) {
    ModelConfiguration configuration = ModelConfiguration.fast(shape);
    MemoryTiming timing = MemoryTiming.DEFAULT;
    ModelBuilder builder = ModelBuilder.standard();
    AccessRecording recording = new AccessRecording();
    MeasuringTransport device =
        new MeasuringTransport(
            CycleDevice.open(builder, configuration, Instrumentation.NONE, timing), recording);
    try (Gpu gpu = Gpu.over(device);
        NativeHarness main = NativeHarness.build(builder.build(configuration))) {
      final long cycles = work.apply(gpu).cycles();
      device.stopRecording();
      Time java = Time.NONE;
      Time cpp = Time.NONE;
      for (int i = 0; i < rounds; i++) {
        require(cycles, work.apply(gpu).cycles());
        java = java.least(device.wallNanoseconds(), device.processorNanoseconds());
        for (NativeHarness.Run run : main.replay(recording, timing, NATIVE_LAUNCHES)) {
          require(cycles, run.cycles());
          cpp = cpp.least(run.wallNanoseconds(), run.processorNanoseconds());
        }
      }
      return new HarnessComparison(cycles, java, cpp);
    }
  }

  private static void require(long expected, long cycles) {
    if (cycles != expected) {
      throw new IllegalStateException(
          "the same launch took " + expected + " cycles at first and " + cycles + " now");
    }
  }

  /** Thousands of cycles a second from Java. */
  public double javaKiloCyclesPerSecond() {
    return cycles * 1e6 / java.wallNanoseconds();
  }

  /** Thousands of cycles a second from C++. */
  public double nativeKiloCyclesPerSecond() {
    return cycles * 1e6 / cpp.wallNanoseconds();
  }

  /** Java's speed over that of C++, by host time: right on a machine that does nothing else. */
  public double wallRatio() {
    return (double) cpp.wallNanoseconds() / java.wallNanoseconds();
  }

  /** Java's speed over that of C++, by processor time. */
  public double processorRatio() {
    return (double) cpp.processorNanoseconds() / java.processorNanoseconds();
  }
}
