package dev.zhulong.firmware.isa;

/**
 * The commands of the ring that {@link HostRegister#QUEUE_BASE} names: 16 words each. Word 0 holds
 * the operation and flags, words 14 and 15 the timeline value. Machine contract, command queue.
 */
public final class QueueCommand {
  /** Words of a command. */
  public static final int WORDS = 16;

  /** Bytes of a command. */
  public static final int BYTES = 4 * WORDS;

  /** Operation, bits 7 to 0 of word 0: nothing, but the flags hold. */
  public static final int NOTHING = 0;

  /**
   * Operation: a launch. Words 1 to 10 are the launch block, word 11 the address of the protection
   * regions, word 12 that of the record; both are multiples of 64.
   */
  public static final int LAUNCH = 1;

  /**
   * Operation: a copy. Word 1 is the direction, words 2 and 3 the source, 4 and 5 the target, 6 the
   * size in bytes; all multiples of 64, device addresses below 2^32.
   */
  public static final int COPY = 2;

  /** Flag of word 0: raise the queue's interrupt when it is done. */
  public static final int INTERRUPT = 1 << 8;

  /** Flag of word 0: the timeline becomes words 14 and 15 when it is done. */
  public static final int SIGNAL = 1 << 9;

  /** Flag of word 0, launches: write the record. */
  public static final int RECORD = 1 << 10;

  /** Bits 20 to 16 of word 0, launches: protection regions given; the others are disabled. */
  public static final int REGIONS_SHIFT = 16;

  /** Word of a launch: its first launch-block register, {@link HostRegister#LAUNCH_MODE}. */
  public static final int BLOCK = 1;

  /** Words of the launch block. */
  public static final int BLOCK_WORDS = 10;

  /** Word of a launch: address of its protection regions, four words each, the last one unused. */
  public static final int REGIONS = 11;

  /** Word of a launch: address of its record. */
  public static final int RECORD_ADDRESS = 12;

  /** Word of a command: low word of its timeline value. */
  public static final int TIMELINE = 14;

  /** Direction of a copy, word 1: host memory to device memory. */
  public static final int TO_DEVICE = 0;

  /** Direction of a copy: device memory to host memory. */
  public static final int TO_HOST = 1;

  /** Direction of a copy: within device memory, where the ranges must not meet. */
  public static final int WITHIN_DEVICE = 2;

  /** Word of a record: cycles, low word. Word 0 is 1. */
  public static final int RECORD_CYCLES = 2;

  /** Word of a record: lane-instructions, low word. */
  public static final int RECORD_LANE_INSTRUCTIONS = 4;

  /** Word of a record: performance counter 0, low word; counter n is at + 2 n. */
  public static final int RECORD_COUNTERS = 8;

  /** Bytes of a record; what lies behind the last counter is unspecified. */
  public static final int RECORD_BYTES = 256;

  /** Performance counters of a record. */
  public static final int COUNTERS =
      Csr.PERF_L2_MISSES.address() - Csr.PERF_WARP_INSTRUCTIONS.address() + 1;

  /** Error of {@link HostRegister#QUEUE_STATUS}: the launch ended in a fault. */
  public static final int ERROR_FAULT = 1;

  /** Error: the launch was refused. */
  public static final int ERROR_REFUSED = 2;

  /** Error: device memory answered with an error. */
  public static final int ERROR_DEVICE_MEMORY = 3;

  /** Error: host memory answered with an error. */
  public static final int ERROR_HOST_MEMORY = 4;

  /** Error: an operation that there is none of, or an operand out of range. */
  public static final int ERROR_COMMAND = 5;

  private QueueCommand() {}

  /** A copy, without flags. */
  public static int[] copy(int direction, long source, long target, long bytes) {
    int[] words = new int[WORDS];
    words[0] = COPY;
    words[1] = direction;
    words[2] = (int) source;
    words[3] = (int) (source >>> 32);
    words[4] = (int) target;
    words[5] = (int) (target >>> 32);
    words[6] = (int) bytes;
    return words;
  }

  /** Sets a command's timeline value and the flag for it. */
  public static int[] signal(int[] command, long value) {
    command[0] |= SIGNAL;
    command[TIMELINE] = (int) value;
    command[TIMELINE + 1] = (int) (value >>> 32);
    return command;
  }
}
