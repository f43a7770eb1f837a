package dev.zhulong.remote;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * What a client does while something is ended: it copies, launches and compares, again and again.
 */
final class KillRounds {
  static final int DATA_BYTES = 1 << 20;

  /** What {@link #count} adds. */
  static final int COUNTED = 20_000;

  private static final LaunchLimits LIMITS =
      new LaunchLimits(Long.MAX_VALUE, Duration.ofMinutes(1));

  /** Adds one to a word a number of times that takes a while. */
  private static final byte[] COUNT =
      Assembler.assemble(
              """
              _start:
                csrr t0, core_id
                bnez t0, end
                csrr t0, mscratch
                li t1, 20000
              1:
                lw t2, 0(t0)
                addi t2, t2, 1
                sw t2, 0(t0)
                addi t1, t1, -1
                bnez t1, 1b
              end:
                tmc zero
              """,
              "count.s")
          .toBytes();

  private KillRounds() {}

  /** Has the device add {@link #COUNTED} to a word. */
  static void count(Gpu gpu, Buffer counter) {
    gpu.execute(COUNT, "count", (int) counter.address(), LIMITS);
  }

  /**
   * Goes on until it may not, or until the device is lost.
   *
   * @param done is told of each round
   * @throws IllegalStateException if anything read is not what was written or computed
   */
  static void work(Gpu gpu, SplittableRandom values, BooleanSupplier goOn, Runnable done) {
    try (Buffer data = gpu.allocate(DATA_BYTES);
        Buffer counter = gpu.allocate(4)) {
      while (goOn.getAsBoolean()) {
        int[] written = values.ints(DATA_BYTES / 4).toArray();
        data.write(written);
        counter.write(new int[1]);
        count(gpu, counter);
        require(counter.readInts()[0] == COUNTED, "the program has not run");
        require(Arrays.equals(written, data.readInts()), "other data than was written");
        done.run();
      }
    }
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }
}
