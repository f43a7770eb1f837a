package dev.zhulong.firmware.isa;

/**
 * Fixed addresses of the 32-bit physical address space, as unsigned values in a {@code long}.
 * Machine contract, memory map.
 */
public final class MemoryMap {
  /** First address that a program may touch; everything below is unmapped. */
  public static final long FIRST_MAPPED = 0x40L;

  /** Console: a byte stored at {@code CONSOLE + channel} is output of that channel. */
  public static final long CONSOLE = 0x40L;

  /** Console channels; a hart uses channel {@code hart mod CONSOLE_CHANNELS}. */
  public static final int CONSOLE_CHANNELS = 64;

  /** Result block of raw programs. */
  public static final long RESULT = 0x80L;

  /** Word that holds the exit code of a raw program. */
  public static final long EXIT_CODE = 0x88L;

  /** First address handed out for buffers. */
  public static final long BUFFERS = 0x1_0000L;

  /** Default load and start address of programs. */
  public static final long PROGRAM = 0x8000_0000L;

  /** End of the stacks (exclusive) and start of every core's local memory. */
  public static final long LOCAL = 0xFFFF_0000L;

  /** End of the address space (exclusive). */
  public static final long END = 0x1_0000_0000L;

  /** Binary logarithm of the stack bytes of one hart. */
  public static final int STACK_SHIFT = 13;

  /** The same for the largest that a kernel may ask for. */
  public static final int LARGEST_STACK_SHIFT = 16;

  /** Bytes of a cache line and of one memory transfer. */
  public static final int LINE_BYTES = 64;

  private MemoryMap() {}

  /** The initial stack pointer of a hart: stacks grow down from local memory, one slot a hart. */
  public static long stackTop(int hart) {
    return LOCAL - ((long) hart << STACK_SHIFT);
  }

  /** The logarithm of the stacks that a kernel has of which a hart uses so many bytes. */
  public static int stackShift(int bytes) {
    return Math.max(STACK_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1));
  }
}
