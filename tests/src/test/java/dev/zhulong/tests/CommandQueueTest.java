package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.simulator.lockstep.QueueRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The core's command queue does what the functional simulator's does. */
class CommandQueueTest {
  private static final int COMMANDS = 6000;

  @ParameterizedTest
  @ValueSource(strings = {"c1w4t4", "c2w4t4"})
  void randomRingsEndTheSameOnModelAndSimulator(String shape) {
    NativeTools.assumeVerilator();
    long seed = Long.getLong("zl.seed", System.nanoTime() >>> 20);
    System.out.println("seed " + seed);
    QueueRun.Summary done = QueueRun.of(CoreShape.parse(shape), seed, COMMANDS);
    assertTrue(done.commands() >= COMMANDS && done.rings() > 100, done.toString());
  }
}
