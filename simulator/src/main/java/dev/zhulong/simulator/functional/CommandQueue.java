package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.QueueCommand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The command queue: does the commands of a ring in device memory one after another. Machine
 * contract, command queue.
 */
final class CommandQueue {
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int LINE = 64;
  private static final int REGION_WORDS = HostRegister.REGION_STRIDE / 4;
  private static final int MOST_COMMANDS = 1 << 16;
  private static final int BASE = HostRegister.QUEUE_BASE.offset();

  private final FunctionalDevice device;
  private final MemorySegment memory;
  private final HostWindows host;

  private int base;
  private int mask;
  private int head;
  private int tail;
  private long timeline;
  private int error;
  private boolean enabled;

  /** The command's launch is running. */
  private boolean launched;

  private int[] command = new int[QueueCommand.WORDS];

  CommandQueue(FunctionalDevice device, MemorySegment memory, HostWindows host) {
    this.device = device;
    this.memory = memory;
    this.host = host;
  }

  /** Whether an offset is one of its registers'. */
  static boolean owns(int offset) {
    return offset >= BASE && offset < BASE + 0x100;
  }

  /** Whether only the queue may launch. */
  boolean exclusive() {
    return enabled || launched;
  }

  /** Whether there is something to do once no work is running. */
  boolean pending() {
    return launched || enabled && error == 0 && head != tail;
  }

  int read(int offset) {
    if (offset == HostRegister.QUEUE_TIMELINE.offset() + 4) {
      return (int) (timeline >>> 32);
    }
    for (HostRegister register : HostRegister.values()) {
      if (register.offset() == offset) {
        return switch (register) {
          case QUEUE_BASE -> base;
          case QUEUE_SIZE -> mask + 1;
          case QUEUE_TAIL -> tail;
          case QUEUE_HEAD -> head;
          case QUEUE_CONTROL -> enabled ? HostRegister.QUEUE_ENABLE : 0;
          case QUEUE_STATUS -> status();
          case QUEUE_TIMELINE -> (int) timeline;
          default -> 0;
        };
      }
    }
    return 0;
  }

  private int status() {
    return (enabled ? HostRegister.QUEUE_ENABLED : 0)
        | (pending() ? HostRegister.QUEUE_BUSY : 0)
        | (enabled && error != 0 ? HostRegister.QUEUE_STOPPED : 0)
        | error << 4;
  }

  void write(int offset, int value) {
    if (offset == HostRegister.QUEUE_BASE.offset() && !enabled) {
      base = value & -LINE;
    } else if (offset == HostRegister.QUEUE_SIZE.offset() && !enabled) {
      mask = value - 1 & MOST_COMMANDS - 1;
    } else if (offset == HostRegister.QUEUE_TAIL.offset() && enabled) {
      tail = value;
    } else if (offset == HostRegister.QUEUE_CONTROL.offset()) {
      boolean enable = (value & HostRegister.QUEUE_ENABLE) != 0;
      if (!enable) {
        enabled = false;
      } else if (!enabled && !launched) {
        enabled = true;
        head = 0;
        tail = 0;
        error = 0;
      }
    }
  }

  /** A soft reset: base, size and timeline stay. */
  void reset() {
    enabled = false;
    launched = false;
    head = 0;
    tail = 0;
    error = 0;
  }

  /** A launch has ended, perhaps its own. */
  void workEnded() {
    if (!launched) {
      return;
    }
    launched = false;
    if (device.faulted()) {
      stop(QueueCommand.ERROR_FAULT);
    } else if ((command[0] & QueueCommand.RECORD) != 0 && !record()) {
      stop(QueueCommand.ERROR_DEVICE_MEMORY);
    } else {
      complete();
    }
  }

  /** Does the next command, or begins it, while no work is running. */
  void advance() {
    long at = (base & 0xffff_ffffL) + (long) (head & mask) * QueueCommand.BYTES & 0xffff_ffffL;
    MemorySegment.copy(memory, WORD, at, command, 0, command.length);
    switch (command[0] & 0xff) {
      case QueueCommand.NOTHING -> complete();
      case QueueCommand.LAUNCH -> launch();
      case QueueCommand.COPY -> copy();
      default -> stop(QueueCommand.ERROR_COMMAND);
    }
  }

  private void complete() {
    head++;
    if ((command[0] & QueueCommand.SIGNAL) != 0) {
      timeline =
          (long) command[QueueCommand.TIMELINE + 1] << 32
              | command[QueueCommand.TIMELINE] & 0xffff_ffffL;
    }
    if ((command[0] & QueueCommand.INTERRUPT) != 0) {
      device.raise(HostRegister.IRQ_QUEUE);
    }
  }

  private void stop(int reason) {
    error = reason;
    if (enabled) {
      device.raise(HostRegister.IRQ_QUEUE);
    }
  }

  private void launch() {
    int count = command[0] >>> QueueCommand.REGIONS_SHIFT & 31;
    int table = command[QueueCommand.REGIONS];
    if (count > HostRegister.REGIONS
        || ((table | command[QueueCommand.RECORD_ADDRESS]) & LINE - 1) != 0) {
      stop(QueueCommand.ERROR_COMMAND);
      return;
    }
    for (int i = 0; i < HostRegister.REGIONS; i++) {
      int register = HostRegister.REGION_BASE.offset() + i * HostRegister.REGION_STRIDE;
      if (i < count) {
        for (int word = 0; word < REGION_WORDS - 1; word++) {
          long at = (table + (long) i * HostRegister.REGION_STRIDE + 4L * word) & 0xffff_ffffL;
          device.program(register + 4 * word, memory.get(WORD, at));
        }
      } else {
        device.program(register + 8, 0);
      }
    }
    for (int i = 0; i < QueueCommand.BLOCK_WORDS; i++) {
      device.program(HostRegister.LAUNCH_MODE.offset() + 4 * i, command[QueueCommand.BLOCK + i]);
    }
    if (device.launchQueued()) {
      launched = true;
    } else {
      stop(QueueCommand.ERROR_REFUSED);
    }
  }

  private boolean record() {
    int[] words = new int[QueueCommand.RECORD_COUNTERS + 2 * QueueCommand.COUNTERS];
    words[0] = 1;
    for (int i = 0; i < 2; i++) {
      words[QueueCommand.RECORD_CYCLES + i] = device.read32(HostRegister.CYCLES.offset() + 4 * i);
      words[QueueCommand.RECORD_LANE_INSTRUCTIONS + i] =
          device.read32(HostRegister.LANE_INSTRUCTIONS.offset() + 4 * i);
    }
    for (int i = 0; i < 2 * QueueCommand.COUNTERS; i++) {
      words[QueueCommand.RECORD_COUNTERS + i] = device.read32(HostRegister.PERF.offset() + 4 * i);
    }
    long at = command[QueueCommand.RECORD_ADDRESS] & 0xffff_ffffL;
    if (at + 4L * words.length > memory.byteSize()) {
      return false;
    }
    MemorySegment.copy(words, 0, memory, WORD, at, words.length);
    return true;
  }

  private void copy() {
    int direction = command[1];
    long source = command[2] & 0xffff_ffffL | (long) command[3] << 32;
    long target = command[4] & 0xffff_ffffL | (long) command[5] << 32;
    long bytes = command[6] & 0xffff_ffffL;
    if (direction < 0
        || direction > QueueCommand.WITHIN_DEVICE
        || ((source | target | bytes) & LINE - 1) != 0
        || direction != QueueCommand.TO_DEVICE && command[3] != 0
        || direction != QueueCommand.TO_HOST && command[5] != 0) {
      stop(QueueCommand.ERROR_COMMAND);
      return;
    }
    for (long done = 0; done < bytes; done += LINE) {
      MemorySegment from =
          direction == QueueCommand.TO_DEVICE ? host.line(source + done) : line(source + done);
      MemorySegment to =
          direction == QueueCommand.TO_HOST ? host.line(target + done) : line(target + done);
      if (from == null || to == null) {
        boolean ofHost =
            from == null ? direction == QueueCommand.TO_DEVICE : direction == QueueCommand.TO_HOST;
        stop(ofHost ? QueueCommand.ERROR_HOST_MEMORY : QueueCommand.ERROR_DEVICE_MEMORY);
        return;
      }
      MemorySegment.copy(from, 0, to, 0, LINE);
    }
    complete();
  }

  /** A line of device memory, which goes round at its end as the core's addresses do. */
  private MemorySegment line(long address) {
    return memory.asSlice(address & 0xffff_ffffL, LINE);
  }
}
