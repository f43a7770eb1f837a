package dev.zhulong.remote;

import io.netty.channel.Channel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client's frames on their way from its connection to the device's thread. When too much waits,
 * the connection is not read until half of it is done.
 */
final class Inbox {
  private static final int MOST_FRAMES = 1024;
  private static final int MOST_BYTES = 4 << 20;

  private final Channel channel;
  private final ConcurrentLinkedQueue<Frame> frames = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger bytes = new AtomicInteger();
  private volatile boolean held;
  private volatile boolean closed;

  Inbox(Channel channel) {
    this.channel = channel;
  }

  Channel channel() {
    return channel;
  }

  /** Adds a frame, which is released when it is done; by the connection. */
  void put(Frame frame) {
    frames.add(frame);
    int waiting = count.incrementAndGet();
    if (bytes.addAndGet(frame.bytes()) > MOST_BYTES || waiting > MOST_FRAMES) {
      held = true;
      channel.config().setAutoRead(false);
      // The device's thread may have taken all of it before it could see that.
      letGo();
    }
  }

  /** Takes the oldest frame, or null; by the device's thread. */
  Frame poll() {
    Frame frame = frames.poll();
    if (frame != null) {
      count.decrementAndGet();
      bytes.addAndGet(-frame.bytes());
      if (held) {
        letGo();
      }
    }
    return frame;
  }

  private void letGo() {
    if (count.get() < MOST_FRAMES / 2 && bytes.get() < MOST_BYTES / 2) {
      held = false;
      channel.config().setAutoRead(true);
    }
  }

  /** The connection has ended. */
  void close() {
    closed = true;
  }

  boolean closed() {
    return closed;
  }

  /** Lets go of what nobody will look at; by the device's thread. */
  void clear() {
    for (Frame frame = poll(); frame != null; frame = poll()) {
      frame.release();
    }
  }
}
