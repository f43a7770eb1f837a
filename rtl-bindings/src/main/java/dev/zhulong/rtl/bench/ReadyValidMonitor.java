package dev.zhulong.rtl.bench;

import dev.zhulong.rtl.NarrowPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Takes values from a ready/valid interface, and checks that the design keeps an offered value
 * until it has been taken.
 */
public final class ReadyValidMonitor implements Agent {
  private final NarrowPort valid;
  private final NarrowPort ready;
  private final NarrowPort data;
  private final Random random;
  private final int stallPercent;
  private final List<Long> received = new ArrayList<>();
  private boolean offered;
  private long offer;

  /**
   * A monitor that has received nothing.
   *
   * @param valid an output
   * @param ready an input
   * @param data an output
   * @param random decides when it stalls
   * @param stallPercent of the cycles in which ready is low, 0 to 99
   */
  public ReadyValidMonitor(
      NarrowPort valid, NarrowPort ready, NarrowPort data, Random random, int stallPercent) {
    this.valid = valid;
    this.ready = ready;
    this.data = data;
    this.random = random;
    this.stallPercent = ReadyValidDriver.requirePercent(stallPercent);
  }

  /** What has been taken, oldest first. */
  public List<Long> received() {
    return List.copyOf(received);
  }

  @Override
  public void drive() {
    ready.set(random.nextInt(100) >= stallPercent);
  }

  @Override
  public void sample() {
    if (offered && !valid.isHigh()) {
      throw new ProtocolException(valid.name() + " fell before the value was taken");
    }
    if (offered && data.get() != offer) {
      throw new ProtocolException(
          data.name() + " changed from " + offer + " to " + data.get() + " before it was taken");
    }
    offered = valid.isHigh() && !ready.isHigh();
    offer = data.get();
    if (valid.isHigh() && ready.isHigh()) {
      received.add(offer);
    }
  }
}
