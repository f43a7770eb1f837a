package dev.zhulong.rtl.bench.axi;

import dev.zhulong.rtl.bench.ProtocolException;

/**
 * The address of a transaction and how it goes on.
 *
 * @param id transactions of one id are answered in order
 * @param address of the first byte
 * @param beats 1 to 256
 * @param size bytes of a beat, a power of two up to the width of the bus
 * @param kind how the address goes on
 */
public record AxiBurst(long id, long address, int beats, int size, Kind kind) {
  private static final long PAGE = 4096;
  private static final int MOST_WRAPPED = 16;
  private static final int MOST_FIXED = 16;

  /** How the address goes on, in the order of the signal's values. */
  public enum Kind {
    /** It stays. */
    FIXED,
    /** It increases. */
    INCR,
    /** It increases, and goes back to the start of its block at the end of it. */
    WRAP
  }

  /** An increasing burst of whole beats. */
  public static AxiBurst incrementing(long id, long address, int beats, int size) {
    return new AxiBurst(id, address, beats, size, Kind.INCR);
  }

  /**
   * Checks the protocol's rules.
   *
   * @throws ProtocolException naming the rule that is broken
   */
  public AxiBurst {
    String what = String.format("burst of %d beats of %d bytes at 0x%x", beats, size, address);
    if (beats < 1 || beats > 256 || kind == Kind.FIXED && beats > MOST_FIXED) {
      throw new ProtocolException(what + " has too many beats, or none");
    }
    if (kind == Kind.WRAP) {
      if (beats > MOST_WRAPPED || beats < 2 || Integer.bitCount(beats) != 1) {
        throw new ProtocolException("wrapping " + what + " must have 2, 4, 8 or 16 beats");
      }
      if (address % size != 0) {
        throw new ProtocolException("wrapping " + what + " is not aligned to its beats");
      }
    }
    if (kind == Kind.INCR && aligned(address, size) + (long) beats * size > page(address) + PAGE) {
      throw new ProtocolException(what + " crosses a boundary of 4 KiB");
    }
  }

  private static long aligned(long address, long size) {
    return address & -size;
  }

  private static long page(long address) {
    return aligned(address, PAGE);
  }

  /** Address of the first byte of a beat, from 0; only that of the first may be unaligned. */
  public long address(int beat) {
    if (beat == 0 || kind == Kind.FIXED) {
      return address;
    }
    long next = aligned(address, size) + (long) beat * size;
    if (kind == Kind.INCR) {
      return next;
    }
    long block = (long) beats * size;
    long start = aligned(address, block);
    return start + (next - start) % block;
  }

  /** Bytes of a beat that count, from {@link #address(int)} to the end of its aligned size. */
  public int bytes(int beat) {
    long at = address(beat);
    return (int) (aligned(at, size) + size - at);
  }

  /** Bytes of all beats. */
  public int bytes() {
    int sum = 0;
    for (int beat = 0; beat < beats; beat++) {
      sum += bytes(beat);
    }
    return sum;
  }

  /** What the address channels carry, besides the id and the address. */
  long[] fields() {
    return new long[] {address, id, beats - 1, Integer.numberOfTrailingZeros(size), kind.ordinal()};
  }

  static AxiBurst of(Channel channel, Channel.Beat beat, int width) {
    long[] f = beat.fields();
    // Without the signals a transaction is one beat of the whole width.
    int size = channel.has(3) ? 1 << f[3] : width;
    if (size > width) {
      throw new ProtocolException(
          channel.name + "size says " + size + " bytes, the bus has " + width);
    }
    if (channel.has(4) && f[4] == 3) {
      throw new ProtocolException(channel.name + "burst is 3, which is reserved");
    }
    Kind kind = channel.has(4) ? Kind.values()[(int) f[4]] : Kind.INCR;
    return new AxiBurst(f[1], f[0], (int) f[2] + 1, size, kind);
  }
}
