package dev.zhulong.rtl.bench.axi;

import dev.zhulong.rtl.bench.Agent;
import dev.zhulong.rtl.bench.ProtocolException;
import dev.zhulong.rtl.bench.axi.Channel.Beat;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Takes beats from a channel, and checks that the design keeps what it has offered. */
final class Receiver implements Agent {
  private final Channel channel;
  private final BooleanSupplier room;
  private final Consumer<Beat> taken;
  private final Random random;
  private final int stallPercent;
  private Beat offered;

  Receiver(
      Channel channel,
      BooleanSupplier room,
      Consumer<Beat> taken,
      Random random,
      int stallPercent) {
    this.channel = channel;
    this.room = room;
    this.taken = taken;
    this.random = random;
    this.stallPercent = stallPercent;
  }

  @Override
  public void drive() {
    channel.ready.set(room.getAsBoolean() && random.nextInt(100) >= stallPercent);
  }

  @Override
  public void sample() {
    if (!channel.valid.isHigh()) {
      if (offered != null) {
        throw new ProtocolException(channel.name + "valid fell before the transfer was taken");
      }
      return;
    }
    Beat now = channel.get();
    String changed = offered == null ? "" : channel.changed(offered, now);
    if (!changed.isEmpty()) {
      throw new ProtocolException(changed + " before the transfer was taken");
    }
    if (channel.ready.isHigh()) {
      offered = null;
      taken.accept(now);
    } else {
      offered = now;
    }
  }
}
