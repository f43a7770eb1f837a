package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.rtl.bench.Bench;
import dev.zhulong.rtl.bench.ProtocolException;
import dev.zhulong.rtl.bench.ReadyValidDriver;
import dev.zhulong.rtl.bench.ReadyValidMonitor;
import dev.zhulong.rtl.junit.Rtl;
import dev.zhulong.rtl.unit.GlobalBarrier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The test-bench kit: models as parameters, drivers and monitors. */
@ExtendWith(BenchTest.NeedsTools.class)
class BenchTest {
  /** Skips before any parameter is resolved. */
  static final class NeedsTools implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
      Tools.assumeInstalled("verilator", "clang++-19");
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "60, 0", "0, 80", "50, 50"})
  void valuesPassInOrder(
      int idlePercent,
      int stallPercent,
      @Rtl(
              value = "fifo.sv",
              parameters = {"WIDTH=16", "DEPTH=5"})
          VerilatedModel fifo) {
    Random random = Units.random("fifo");
    fifo.reset(2);
    Bench bench = new Bench(fifo);
    ReadyValidDriver driver =
        bench.add(
            new ReadyValidDriver(
                fifo.narrow("in_valid_i"),
                fifo.narrow("in_ready_o"),
                fifo.narrow("in_data_i"),
                random,
                idlePercent));
    ReadyValidMonitor monitor =
        bench.add(
            new ReadyValidMonitor(
                fifo.narrow("out_valid_o"),
                fifo.narrow("out_ready_i"),
                fifo.narrow("out_data_o"),
                random,
                stallPercent));
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      long value = random.nextInt(0x10000);
      values.add(value);
      driver.send(value);
    }
    assertFalse(bench.stepUntil(driver::isIdle, 499));
    assertTrue(bench.stepUntil(() -> monitor.received().size() == 500, 10000));
    assertEquals(values, monitor.received());
    assertEquals(500, driver.sent());
    if (idlePercent + stallPercent == 0) {
      assertEquals(501, bench.cycle());
    }
  }

  @Test
  void brokenProtocolIsReported(@Rtl("impatient.sv") VerilatedModel model) {
    model.reset(2);
    Bench bench = new Bench(model);
    bench.add(
        new ReadyValidMonitor(
            model.narrow("out_valid_o"),
            model.narrow("out_ready_i"),
            model.narrow("out_data_o"),
            Units.random("impatient"),
            50));
    String message = assertThrows(ProtocolException.class, () -> bench.step(1000)).getMessage();
    assertTrue(message.matches("cycle \\d+: out_data_o changed from \\d+ to \\d+ .*"), message);
  }

  @Test
  void generatedClassesAreParameters(
      @Rtl(value = "zl_global_barrier.sv", parameters = "CORES=3") GlobalBarrier barrier) {
    barrier.reset(1);
    barrier.valid_i.set(7);
    for (int c = 0; c < 3; c++) {
      barrier.count_i.setWord(c, c == 1 ? 4 : 3);
    }
    barrier.step(1);
    assertEquals(0b101, barrier.release_o.get());
  }

  @Test
  void percentagesThatWouldStopAllAreRefused(@Rtl("fifo.sv") VerilatedModel fifo) {
    NarrowPort valid = fifo.narrow("in_valid_i");
    assertThrows(
        IllegalArgumentException.class,
        () -> new ReadyValidDriver(valid, valid, valid, new Random(), 100));
  }
}
