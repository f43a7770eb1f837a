package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.simulator.bringdown.BringDown;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults, hangs and a dead memory are reported, and leave nothing behind. */
class BringDownTest {
  @ParameterizedTest
  @CsvSource({"rtl:?config=c1w4t4, 1000, 25", "sim:?config=c2w4t4, 300, 22"})
  void everyWayDownIsReportedAndTheNextLaunchIsRight(String address, int times, int ways) {
    if (address.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
    long seed = Long.getLong("zl.seed", System.nanoTime() >>> 20);
    System.out.println("BringDownTest " + address + " seed " + seed + " (-Dzl.seed=" + seed + ")");
    try (BringDown device = BringDown.open(address, seed)) {
      Map<String, Integer> counts = device.run(times);
      assertEquals(times, counts.values().stream().mapToInt(Integer::intValue).sum());
      assertEquals(ways, counts.size(), counts::toString);
      assertTrue(counts.values().stream().allMatch(n -> n > 0), counts::toString);
    }
  }

  @Test
  void commandCountsTheWaysAndRefusesNone() {
    NativeTools.assumeVerilator();
    Zl ran = Zl.run("verify", "--bring-down", "10", "--config", "c1w4t4", "--seed", "3");
    assertTrue(ran.succeeds().out().contains("down and up again 10 times from seed 3"), ran::out);
    Zl.run("verify", "--bring-down", "0", "--config", "c1w4t4").refuses("is 0", "at least 1");
  }
}
