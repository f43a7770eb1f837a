package dev.zhulong.remote.vfiouser;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.QueueCommand;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Hands the commands of the client's ring on to the device. All that are there at once, but for
 * copies of memory that only messages reach: such a one waits until those before it are done, its
 * source is fetched before the device does it, and the client learns that it is done after its
 * target has been stored.
 */
final class QueueFeeder {
  private static final int BASE = HostRegister.QUEUE_BASE.offset();
  private static final int TAIL = HostRegister.QUEUE_TAIL.offset();
  private static final int HEAD = HostRegister.QUEUE_HEAD.offset();
  private static final int STATUS = HostRegister.QUEUE_STATUS.offset();
  private static final int CONTROL = HostRegister.QUEUE_CONTROL.offset();
  private static final int TIMELINE = HostRegister.QUEUE_TIMELINE.offset();

  /** Most bytes of a message. */
  private static final int MOST_BYTES = 64 << 10;

  private enum State {
    /** The device has all commands up to {@link #fed}, none of which needs messages. */
    READY,
    /** A command's source is being fetched. */
    FETCHING,
    /** The device does a command whose target has to be stored. */
    RUNNING,
    /** A command's target is being stored. */
    STORING
  }

  private final Transport device;
  private final GuestMemory memory;
  private final Deque<DmaRequest> requests = new ArrayDeque<>();
  private State state = State.READY;

  /** Number of commands that the client has written, and that the device has been given. */
  private int tail;

  private int fed;

  /** The timeline before the command whose target has to be stored. */
  private final int[] timeline = new int[2];

  /** The request at the front of the queue is the client's to answer. */
  private boolean asked;

  QueueFeeder(Transport device, GuestMemory memory) {
    this.device = device;
    this.memory = memory;
  }

  /** Forgets all commands: the queue was disabled or the device reset. */
  void clear() {
    tail = 0;
    fed = 0;
    state = State.READY;
    requests.clear();
    asked = false;
  }

  /** Whether there is nothing to do but to wait for the client. */
  boolean waiting() {
    return asked;
  }

  /** Interrupt status bits that the client must not see yet. */
  int held() {
    return storing() ? HostRegister.IRQ_QUEUE : 0;
  }

  private boolean storing() {
    return state == State.RUNNING || state == State.STORING;
  }

  /** What the client reads where the device has {@code value}. */
  int seen(int offset, int value) {
    if (offset == TAIL) {
      return enabled() ? tail : value;
    }
    if (offset == HEAD && storing() && value == fed) {
      return fed - 1;
    }
    if (offset == STATUS && (state != State.READY || fed != tail && value >>> 4 == 0)) {
      return value | HostRegister.QUEUE_BUSY;
    }
    if ((offset == TIMELINE || offset == TIMELINE + 4) && storing()) {
      return timeline[(offset - TIMELINE) / 4];
    }
    return value;
  }

  /** Takes a write of the client's; gives whether that was all of it. */
  boolean write(int offset, int value) {
    if (offset == TAIL && enabled()) {
      tail = value;
      feed();
      return true;
    }
    boolean stays = enabled() && (value & HostRegister.QUEUE_ENABLE) != 0;
    if (offset == CONTROL && !stays) {
      clear();
    }
    return false;
  }

  private boolean enabled() {
    return (device.read32(CONTROL) & HostRegister.QUEUE_ENABLE) != 0;
  }

  /** Goes on as far as that is possible; gives whether there is something left to do. */
  boolean step() {
    switch (state) {
      case READY -> {
        if (fed != tail) {
          feed();
        }
      }
      case RUNNING -> {
        if (device.read32(STATUS) >>> 4 != 0) {
          state = State.READY;
        } else if (device.read32(HEAD) == fed) {
          state = State.STORING;
          split(command(fed - 1), true, requests);
          endRequests();
        }
      }
      default -> {}
    }
    return state != State.READY || fed != tail && device.read32(STATUS) >>> 4 == 0;
  }

  private void feed() {
    if (state != State.READY || device.read32(STATUS) >>> 4 != 0) {
      return;
    }
    int most = device.read32(HostRegister.QUEUE_SIZE.offset());
    int next = fed;
    // A tail that is too far ahead is the client's mistake; the device decides what it means.
    while (next != tail && next - fed < most && !needsMessages(command(next))) {
      next++;
    }
    if (next != fed) {
      give(next);
    } else if (next != tail && device.read32(HEAD) == fed) {
      split(command(next), false, requests);
      state = State.FETCHING;
      endRequests();
    }
  }

  private void give(int upTo) {
    fed = upTo;
    device.write32(TAIL, fed);
  }

  private int[] command(int number) {
    int size = device.read32(HostRegister.QUEUE_SIZE.offset());
    long base = Integer.toUnsignedLong(device.read32(BASE));
    long at = base + (long) QueueCommand.BYTES * (number & size - 1);
    int[] words = new int[QueueCommand.WORDS];
    if (at + QueueCommand.BYTES <= 1L << 32) {
      device.copyOut(at, MemorySegment.ofArray(words));
    }
    return words;
  }

  private boolean needsMessages(int[] command) {
    return touches(command, false) || touches(command, true);
  }

  private static boolean copies(int[] command, boolean write) {
    return (command[0] & 0xff) == QueueCommand.COPY
        && command[1] == (write ? QueueCommand.TO_HOST : QueueCommand.TO_DEVICE);
  }

  private static long address(int[] command, boolean write) {
    int word = write ? 4 : 2;
    return Integer.toUnsignedLong(command[word]) | (long) command[word + 1] << 32;
  }

  private static long bytes(int[] command) {
    return Integer.toUnsignedLong(command[6]);
  }

  private boolean touches(int[] command, boolean write) {
    return copies(command, write) && memory.needsMessages(address(command, write), bytes(command));
  }

  /** Makes the requests of a copy; for its source, or for its target. */
  private void split(int[] command, boolean write, Deque<DmaRequest> into) {
    if (copies(command, write)) {
      memory.messages(write, address(command, write), bytes(command), MOST_BYTES, into::add);
    }
  }

  /** What has to be asked of the client now, once; or null. */
  DmaRequest request() {
    if (asked || requests.isEmpty()) {
      return null;
    }
    while (!requests.isEmpty() && !memory.holds(requests.peek())) {
      requests.poll();
    }
    asked = !requests.isEmpty();
    if (!asked) {
      endRequests();
    }
    return requests.peek();
  }

  /**
   * Takes the answer to what was asked.
   *
   * @param data what was read, or null where the client refuses
   */
  void answer(MemorySegment data) {
    asked = false;
    DmaRequest request = requests.poll();
    if (request == null) {
      return;
    }
    if (data == null) {
      // The device meets an error there by itself.
      memory.withdraw(request.address());
      requests.clear();
    } else if (!request.write() && memory.holds(request)) {
      request.bytes().copyFrom(data);
    }
    endRequests();
  }

  private void endRequests() {
    if (!requests.isEmpty()) {
      return;
    }
    if (state == State.STORING) {
      state = State.READY;
    } else if (state == State.FETCHING) {
      boolean stores = touches(command(fed), true);
      timeline[0] = device.read32(TIMELINE);
      timeline[1] = device.read32(TIMELINE + 4);
      state = stores ? State.RUNNING : State.READY;
      give(fed + 1);
    }
  }
}
