package dev.zhulong.hal;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Bars two threads from one device at the same time, and any from a closed one. A device is not
 * synchronised: callers take turns, and a clash is told rather than waited out.
 */
final class ExclusiveUse {
  private final AtomicReference<Thread> user = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * Enters; to be left by {@link #leave}. Nested use by one thread is not needed and not allowed.
   */
  void enter() {
    Thread me = Thread.currentThread();
    Thread other = user.compareAndExchange(null, me);
    if (other != null) {
      throw new IllegalStateException(
          "device is in use by thread \"" + other.getName() + "\"; threads must take turns");
    }
    if (closed) {
      user.set(null);
      throw new IllegalStateException("device is closed");
    }
  }

  void leave() {
    user.set(null);
  }

  boolean closed() {
    return closed;
  }

  /** Marks the device closed; the caller has entered. */
  void close() {
    closed = true;
  }
}
