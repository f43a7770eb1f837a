package dev.zhulong.remote.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A device that is taken away while the driver uses it is lost, and nothing else is. */
class RemovalTest {
  private static final int ROUNDS = 200;
  private static final int MOST_NANOSECONDS = 20_000_000;

  @Test
  void aDriverWhoseDeviceIsTakenAwayLearnsOfItAndKeepsNothing()
      throws CompileException, IOException, InterruptedException {
    Workload workload = Workloads.all().getFirst();
    byte[] elf = workload.compile().elf();
    SplittableRandom random = new SplittableRandom(3);
    long before = 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (round == 1) {
        before = Served.descriptors();
      }
      long delay = random.nextInt(MOST_NANOSECONDS);
      String copies = round % 2 == 0 ? "?copy=dma" : "?copy=direct";
      try (Served served = Served.by("sim:?config=c1w2t2");
          Gpu gpu = Gpu.open("vfio-user:" + served.path() + copies)) {
        Thread taker =
            new Thread(
                () -> {
                  LockSupport.parkNanos(delay);
                  served.stop();
                });
        taker.start();
        assertThrows(
            DeviceLostException.class,
            () -> {
              while (true) {
                workload.check(workload.run(gpu, elf).output());
              }
            },
            () -> "after " + delay + " ns");
        taker.join();
      }
    }
    assertEquals(before, Served.descriptors());
  }
}
