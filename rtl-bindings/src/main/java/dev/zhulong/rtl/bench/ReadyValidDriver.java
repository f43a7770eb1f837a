package dev.zhulong.rtl.bench;

import dev.zhulong.rtl.NarrowPort;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * Sends values into a ready/valid interface: once valid is high, it and the data stay until ready
 * has been high with them.
 */
public final class ReadyValidDriver implements Agent {
  private final NarrowPort valid;
  private final NarrowPort ready;
  private final NarrowPort data;
  private final Random random;
  private final int idlePercent;
  private final Deque<Long> queue = new ArrayDeque<>();
  private boolean offering;
  private long sent;

  /**
   * A driver with nothing to send.
   *
   * @param valid an input
   * @param ready an output
   * @param data an input
   * @param random decides when it idles
   * @param idlePercent of the cycles in which it could begin to offer a value and does not, 0 to 99
   */
  public ReadyValidDriver(
      NarrowPort valid, NarrowPort ready, NarrowPort data, Random random, int idlePercent) {
    this.valid = valid;
    this.ready = ready;
    this.data = data;
    this.random = random;
    this.idlePercent = requirePercent(idlePercent);
  }

  static int requirePercent(int percent) {
    if (percent < 0 || percent > 99) {
      throw new IllegalArgumentException(
          "percentage " + percent + " must be 0 to 99; at 100 nothing would ever move");
    }
    return percent;
  }

  /** Queues a value. */
  public void send(long value) {
    queue.add(value);
  }

  /** Whether everything has been accepted. */
  public boolean isIdle() {
    return queue.isEmpty();
  }

  /** Values that have been accepted. */
  public long sent() {
    return sent;
  }

  @Override
  public void drive() {
    offering |= !queue.isEmpty() && random.nextInt(100) >= idlePercent;
    valid.set(offering);
    if (offering) {
      data.set(queue.peek());
    }
  }

  @Override
  public void sample() {
    if (offering && ready.isHigh()) {
      queue.remove();
      offering = false;
      sent++;
    }
  }
}
