package dev.zhulong.rtl.bench.axi;

import dev.zhulong.rtl.bench.Agent;
import dev.zhulong.rtl.bench.axi.Channel.Beat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Offers beats on a channel; one that is offered stays until it is taken. */
final class Sender implements Agent {
  private final Channel channel;
  private final Supplier<Beat> next;
  private final Consumer<Beat> taken;
  private final Random random;
  private final int idlePercent;
  private Beat offer;

  /**
   * A sender.
   *
   * @param next gives the next beat, or null while there is none
   * @param taken is told what has been taken
   */
  Sender(
      Channel channel, Supplier<Beat> next, Consumer<Beat> taken, Random random, int idlePercent) {
    this.channel = channel;
    this.next = next;
    this.taken = taken;
    this.random = random;
    this.idlePercent = idlePercent;
  }

  @Override
  public void drive() {
    if (offer == null && random.nextInt(100) >= idlePercent) {
      offer = next.get();
      if (offer != null) {
        channel.set(offer);
      }
    }
    channel.valid.set(offer != null);
  }

  @Override
  public void sample() {
    if (offer != null && channel.ready.isHigh()) {
      Beat done = offer;
      offer = null;
      taken.accept(done);
    }
  }
}
