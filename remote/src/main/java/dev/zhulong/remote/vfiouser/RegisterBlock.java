package dev.zhulong.remote.vfiouser;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Set;

/**
 * The device's registers and its time: lets it work in short slices while it has something to do,
 * and turns its interrupt line, which is a level, into messages.
 *
 * <p>There is a message for every interrupt status bit that rises while it is enabled, and one when
 * some remain set after the client has written to the interrupt registers; so a client that clears
 * what it has read misses nothing. The device goes on working while an interrupt waits.
 */
final class RegisterBlock {
  private static final System.Logger LOG = System.getLogger(RegisterBlock.class.getName());

  private static final int ALL_ONES = -1;
  private static final long SLICE_NANOSECONDS = 200_000;
  private static final Duration SLICE = Duration.ofNanos(SLICE_NANOSECONDS);
  private static final int FIRST_QUEUE = HostRegister.QUEUE_BASE.offset();
  private static final int LAST_QUEUE = FIRST_QUEUE + 0x100;
  private static final long LEAST_CYCLES = 64;
  private static final long MOST_CYCLES = 1 << 22;

  /** Registers whose writes begin something. */
  private static final Set<Integer> STARTING =
      Set.of(
          HostRegister.CONTROL.offset(),
          HostRegister.QUEUE_TAIL.offset(),
          HostRegister.QUEUE_CONTROL.offset(),
          HostRegister.DEBUG_CONTROL.offset(),
          HostRegister.DEBUG_COMMAND.offset(),
          HostRegister.DEBUG_MODE.offset());

  private final Transport device;
  private final Interrupts interrupts;
  private final QueueFeeder feeder;
  private long sliceCycles = LEAST_CYCLES;

  /** The client's IRQ_ENABLE; the device's own one leaves out what is pending already. */
  private int enabled;

  private int deviceEnabled;

  /** Enabled interrupt status bits that the client has been told of. */
  private int told;

  private boolean active;
  private boolean broken;

  RegisterBlock(Transport device, Interrupts interrupts, QueueFeeder feeder) {
    this.device = device;
    this.interrupts = interrupts;
    this.feeder = feeder;
    reset();
  }

  /** Whether the device has something to do. */
  boolean active() {
    return active && !feeder.waiting();
  }

  /** What has to be asked of the client now, or null. */
  DmaRequest request() {
    return feeder.request();
  }

  /** Takes the answer to that; null where the client refuses. */
  void answer(MemorySegment data) {
    guarded(
        () -> {
          feeder.answer(data);
          return 0;
        });
    active = !broken;
  }

  /** Ends what the device does and takes away its interrupts. */
  void reset() {
    enabled = 0;
    told = 0;
    feeder.clear();
    guarded(
        () -> {
          device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_RESET);
          device.write32(HostRegister.IRQ_ENABLE.offset(), 0);
          device.write32(HostRegister.QUEUE_CONTROL.offset(), 0);
          device.write32(HostRegister.IRQ_STATUS.offset(), ALL_ONES);
          for (int region = 0; region < HostRegister.REGIONS; region++) {
            int at = region * HostRegister.REGION_STRIDE;
            device.write32(HostRegister.REGION_FLAGS.offset() + at, 0);
          }
          deviceEnabled = 0;
          return 0;
        });
    interrupts.reset();
    active = !broken;
  }

  /** Reads a register; all-ones when the model is broken. */
  int read(int offset) {
    if (offset == HostRegister.IRQ_ENABLE.offset() && !broken) {
      return enabled;
    }
    return guarded(
        () -> {
          int value = device.read32(offset);
          if (offset == HostRegister.CONSOLE.offset()) {
            settle(false);
          }
          return offset == HostRegister.IRQ_STATUS.offset()
              ? value & ~feeder.held()
              : offset >= FIRST_QUEUE && offset < LAST_QUEUE ? feeder.seen(offset, value) : value;
        });
  }

  void write(int offset, int value) {
    guarded(
        () -> {
          if (offset == HostRegister.IRQ_ENABLE.offset()) {
            device.write32(offset, value);
            enabled = device.read32(offset);
            deviceEnabled = enabled;
            settle(true);
          } else if (offset == HostRegister.CONTROL.offset()) {
            // A reset decides about the register by itself.
            enable(enabled);
            if ((value & HostRegister.CONTROL_RESET) != 0) {
              feeder.clear();
            }
            device.write32(offset, value);
            enabled = device.read32(HostRegister.IRQ_ENABLE.offset());
            deviceEnabled = enabled;
            settle(false);
          } else if (offset < FIRST_QUEUE || offset >= LAST_QUEUE || !feeder.write(offset, value)) {
            device.write32(offset, value);
            if (offset == HostRegister.IRQ_STATUS.offset()) {
              settle(true);
            }
          }
          return 0;
        });
    active |= !broken && STARTING.contains(offset);
  }

  /** Lets the device work for a moment. */
  void slice() {
    guarded(
        () -> {
          long start = System.nanoTime();
          if (device.awaitInterrupt(sliceCycles, SLICE)) {
            settle(false);
          }
          adapt(System.nanoTime() - start);
          boolean more = feeder.step();
          if (!busy() && !more) {
            active = false;
            settle(false);
          }
          return 0;
        });
  }

  private void adapt(long nanoseconds) {
    if (nanoseconds > SLICE_NANOSECONDS) {
      sliceCycles = Math.max(LEAST_CYCLES, sliceCycles / 2);
    } else if (nanoseconds < SLICE_NANOSECONDS / 4) {
      sliceCycles = Math.min(MOST_CYCLES, sliceCycles * 2);
    }
  }

  private boolean busy() {
    boolean working =
        (device.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_BUSY) != 0
            || (device.read32(HostRegister.QUEUE_STATUS.offset()) & HostRegister.QUEUE_BUSY) != 0;
    // A debugger's next write wakes it.
    return working
        && (device.read32(HostRegister.DEBUG_STATUS.offset()) & HostRegister.DEBUG_HALTED) == 0;
  }

  /** Brings the client's view of the interrupts up to date; {@code again} repeats what remains. */
  private void settle(boolean again) {
    int pending = device.read32(HostRegister.IRQ_STATUS.offset());
    int now = pending & enabled & ~feeder.held();
    boolean news = (again ? now : now & ~told) != 0;
    told = now;
    enable(enabled & ~pending);
    interrupts.level(now != 0);
    if (news) {
      interrupts.message();
    }
  }

  private void enable(int bits) {
    if (bits != deviceEnabled) {
      device.write32(HostRegister.IRQ_ENABLE.offset(), bits);
      deviceEnabled = bits;
    }
  }

  private interface Access {
    int run();
  }

  /** A model that fails is a device that has gone: it reads all-ones and does nothing. */
  private int guarded(Access access) {
    if (broken) {
      return ALL_ONES;
    }
    try {
      return access.run();
    } catch (RuntimeException e) {
      broken = true;
      active = false;
      LOG.log(
          System.Logger.Level.ERROR,
          "the device has failed and reads all-ones from now on; start the server again",
          e);
      return ALL_ONES;
    }
  }
}
