package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.rtl.bench.Agent;
import dev.zhulong.rtl.bench.Bench;
import dev.zhulong.rtl.bench.ProtocolException;
import dev.zhulong.rtl.bench.ReadyValidDriver;
import dev.zhulong.rtl.junit.Rtl;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example of docs/rtl-bindings.md. */
class UartTest {
  private static final int DIVISOR = 4;

  @BeforeAll
  static void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
  }

  /** Reads each bit in the middle of its time. */
  private static final class Receiver implements Agent {
    private final NarrowPort line;
    private final List<Long> received = new ArrayList<>();
    private int age = -1; // cycles since the start bit began
    private long value;

    Receiver(NarrowPort line) {
      this.line = line;
    }

    @Override
    public void drive() {}

    @Override
    public void sample() {
      if (age < 0 && line.isHigh()) {
        return;
      }
      age++;
      int bit = age / DIVISOR;
      if (age % DIVISOR != DIVISOR / 2) {
        return;
      }
      if (bit == 9) {
        if (!line.isHigh()) {
          throw new ProtocolException("the stop bit is low");
        }
        received.add(value);
        age = -1;
        value = 0;
      } else if (bit > 0) {
        value |= line.get() << (bit - 1);
      }
    }
  }

  @Test
  void bytesArrive(@Rtl(value = "uart_tx.sv", parameters = "DIVISOR=4") VerilatedModel uart) {
    uart.reset(2);
    Bench bench = new Bench(uart);
    ReadyValidDriver driver =
        bench.add(
            new ReadyValidDriver(
                uart.narrow("valid_i"),
                uart.narrow("ready_o"),
                uart.narrow("data_i"),
                new Random(1),
                30));
    Receiver receiver = bench.add(new Receiver(uart.narrow("tx_o")));
    List<Long> bytes = List.of(0x00L, 0xFFL, 0xA6L, 0x5AL);
    bytes.forEach(driver::send);
    assertTrue(bench.stepUntil(() -> receiver.received.size() == bytes.size(), 1000));
    assertEquals(bytes, receiver.received);
  }
}
