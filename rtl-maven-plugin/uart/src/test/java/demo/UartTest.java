package demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import demo.rtl.UartTx;
import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.bench.Agent;
import dev.zhulong.rtl.bench.Bench;
import dev.zhulong.rtl.bench.ProtocolException;
import dev.zhulong.rtl.bench.ReadyValidDriver;
import dev.zhulong.rtl.bench.Scoreboard;
import dev.zhulong.rtl.bench.Seeds;
import dev.zhulong.rtl.junit.Rtl;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The example of docs/rtl-bindings.md. */
class UartTest {
  private static final int DIVISOR = 4;

  /** Reads each bit in the middle of its time. */
  private static final class Receiver implements Agent {
    private final NarrowPort line;
    private final Scoreboard<String, Long> bytes;
    private int age = -1; // cycles since the start bit began
    private long value;

    Receiver(NarrowPort line, Scoreboard<String, Long> bytes) {
      this.line = line;
      this.bytes = bytes;
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
        bytes.actual("tx_o", value);
        age = -1;
        value = 0;
      } else if (bit > 0) {
        value |= line.get() << (bit - 1);
      }
    }
  }

  @Test
  void theStartBitIsLow(@Rtl(value = "uart_tx.sv", parameters = "DIVISOR=4") UartTx uart) {
    uart.reset(2);
    uart.data_i.set(0xA6);
    uart.valid_i.set(1);
    uart.step(1);
    assertEquals(0, uart.tx_o.get());
  }

  @Test
  void bytesArrive(@Rtl(value = "uart_tx.sv", parameters = "DIVISOR=4") UartTx uart) {
    uart.reset(2);
    Random random = Seeds.random("uart");
    Bench bench = new Bench(uart.model);
    ReadyValidDriver driver =
        bench.add(new ReadyValidDriver(uart.valid_i, uart.ready_o, uart.data_i, random, 30));
    Scoreboard<String, Long> bytes = new Scoreboard<>("bytes");
    bench.add(new Receiver(uart.tx_o, bytes));
    for (int i = 0; i < 20; i++) {
      long value = random.nextInt(256);
      bytes.expect("tx_o", value);
      driver.send(value);
    }
    assertTrue(bench.stepUntil(bytes::isEmpty, 2000));
  }
}
