package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelBuilder;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.simulator.SimTransportProvider;
import dev.zhulong.simulator.cycle.CycleDevice;
import dev.zhulong.simulator.lockstep.QueueRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The core's command queue does what the functional simulator's does. */
class CommandQueueTest {
  @ParameterizedTest
  @CsvSource({"c1w4t4,0", "c1w4t4,50", "c2w4t4,20"})
  void randomRingsEndTheSameOnModelAndSimulator(String shape, int jitter) {
    NativeTools.assumeVerilator();
    ModelConfiguration configuration =
        ModelConfiguration.fast(CoreShape.parse(shape)).withChecks();
    long seed = Long.getLong("zl.seed", 1);
    try (CycleDevice model =
            CycleDevice.open(
                ModelBuilder.standard(), configuration, new MemoryTiming(30, 1, jitter, seed));
        Transport simulator =
            new SimTransportProvider().open(DeviceAddress.parse("sim:?config=" + shape));
        QueueRun run = new QueueRun(model, simulator)) {
      for (int i = 0; i < 500; i++) {
        run.run(seed * 1000 + i);
      }
      assertTrue(run.commands() > 2000, "only " + run.commands() + " commands");
    }
  }
}
