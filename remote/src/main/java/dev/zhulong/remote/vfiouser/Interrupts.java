package dev.zhulong.remote.vfiouser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How the client is told of interrupts: event descriptors, of which MSI-X has one a vector, and the
 * pin one that is masked by each event until the client unmasks it.
 */
final class Interrupts implements AutoCloseable {
  private static final int NONE = -1;
  private static final String EVENTFD = "anon_inode:[eventfd]";

  /** By interrupt index; each has one. */
  private final int[] events = new int[Protocol.IRQS];

  private final ConfigSpace config;
  private boolean masked;
  private boolean high;

  Interrupts(ConfigSpace config) {
    this.config = config;
    Arrays.fill(events, NONE);
  }

  /** How many interrupts there are of an index; every one but MSI. */
  static int count(int index) {
    return index == Protocol.MSI ? 0 : 1;
  }

  static int flags(int index) {
    return switch (index) {
      case Protocol.INTX -> Protocol.IRQ_EVENTFD | Protocol.IRQ_MASKABLE | Protocol.IRQ_AUTOMASKED;
      case Protocol.MSI -> 0;
      default -> Protocol.IRQ_EVENTFD;
    };
  }

  /** Replaces an event descriptor, of which it takes possession; negative for none. */
  void assign(int index, int descriptor) throws RefusalException {
    if (descriptor >= 0 && !isEvent(descriptor)) {
      SystemCalls.close(descriptor);
      // Writing to anything else could wait for ever.
      throw new RefusalException(Errno.EINVAL, "the descriptor is no eventfd");
    }
    if (events[index] != NONE) {
      SystemCalls.close(events[index]);
    }
    events[index] = descriptor < 0 ? NONE : descriptor;
    if (index == Protocol.INTX) {
      masked = false;
      pin();
    }
  }

  private static boolean isEvent(int descriptor) {
    try {
      Path link = Path.of("/proc/self/fd/" + descriptor);
      return Files.readSymbolicLink(link).toString().equals(EVENTFD);
    } catch (IOException e) {
      return false;
    }
  }

  void mask(boolean on) {
    masked = on;
    pin();
  }

  /** Fires an interrupt whatever the device says, as a client may ask for to test its own side. */
  void fire(int index) {
    if (events[index] != NONE
        && SystemCalls.poll(events[index], SystemCalls.POLLOUT, 0) == SystemCalls.POLLOUT) {
      SystemCalls.signal(events[index]);
    }
  }

  /** The device has something new to tell. */
  void message() {
    fire(Protocol.MSIX);
  }

  /** The level of the device's line. */
  void level(boolean now) {
    high = now;
    config.interrupt(now);
    pin();
  }

  /** Looks at the pin again, for example after a write to configuration space. */
  void pin() {
    if (high
        && !masked
        && events[Protocol.INTX] != NONE
        && events[Protocol.MSIX] == NONE
        && !config.pinDisabled()) {
      masked = true;
      fire(Protocol.INTX);
    }
  }

  /** The device was reset: nothing is pending, and descriptors stay. */
  void reset() {
    high = false;
    masked = false;
    config.interrupt(false);
  }

  @Override
  public void close() {
    for (int index = 0; index < events.length; index++) {
      if (events[index] != NONE) {
        SystemCalls.close(events[index]);
        events[index] = NONE;
      }
    }
  }
}
