package dev.zhulong.hal.linux;

import dev.zhulong.firmware.isa.HostRegister;
import java.time.Duration;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Waits for the device's interrupt line, whose level follows from two registers. An interrupt that
 * never comes costs time and a warning, not the work: the registers are looked at all the same.
 */
final class InterruptLine {
  private static final System.Logger LOG = System.getLogger(InterruptLine.class.getName());
  private static final int MOST_WAIT_MILLISECONDS = 50;
  private static final long SPIN_NANOSECONDS = 50_000;
  private static final int MISSING_ALLOWED = 3;

  private final IntUnaryOperator read;
  private final IntPredicate wait;
  private final String device;
  private int enabled;
  private int missing;
  private boolean came;

  /**
   * A line.
   *
   * @param read a register
   * @param wait for an interrupt, so many milliseconds; null where there is none
   */
  InterruptLine(IntUnaryOperator read, IntPredicate wait, String device) {
    this.read = read;
    this.wait = wait;
    this.device = device;
  }

  /** Is told of every register that is written. */
  void wrote(int offset, int value) {
    if (offset == HostRegister.IRQ_ENABLE.offset()) {
      enabled = value;
    }
  }

  private boolean high() {
    return (read.applyAsInt(HostRegister.IRQ_STATUS.offset()) & enabled) != 0;
  }

  boolean await(Duration timeout) {
    if (high()) {
      return true;
    }
    int milliseconds = Math.clamp(timeout.toMillis(), 1, MOST_WAIT_MILLISECONDS);
    return wait == null ? poll(milliseconds) : interrupted(milliseconds);
  }

  private boolean interrupted(int milliseconds) {
    boolean interrupt = wait.test(milliseconds);
    came |= interrupt;
    boolean high = high();
    if (high && !interrupt && !came && ++missing == MISSING_ALLOWED) {
      LOG.log(
          System.Logger.Level.WARNING,
          device
              + ": its interrupts do not arrive, its registers are looked at every "
              + MOST_WAIT_MILLISECONDS
              + " ms; see /proc/interrupts");
    }
    return high;
  }

  /** Short work ends within the spin; else the processor is left to others. */
  private boolean poll(int milliseconds) {
    long start = System.nanoTime();
    long end = milliseconds * 1_000_000L;
    for (long time = 0; time < end; time = System.nanoTime() - start) {
      if (high()) {
        return true;
      }
      if (time > SPIN_NANOSECONDS) {
        try {
          Thread.sleep(Duration.ofNanos(Math.min(time / 4, 1_000_000)));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return high();
        }
      } else {
        Thread.onSpinWait();
      }
    }
    return high();
  }
}
