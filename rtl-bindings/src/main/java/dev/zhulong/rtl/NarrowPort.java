package dev.zhulong.rtl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A port of 1 to 64 bits. */
public final class NarrowPort implements Port {
  private static final int INPUT = 1 << 8;
  private static final int SIGNED = 1 << 9;
  private static final int WIDTH = 16;

  /** In place of the bytes of native storage: it is in a segment, or gone. */
  private static final int ELSEWHERE = 0;

  private static final int BYTES = 15;

  // A model's code empties the nearest caches in each cycle, so an access touches as few objects as
  // possible: what it needs of the port lies in two words of one that is smaller than a cache line,
  // and native memory is a constant.
  private long address;
  private int kind;
  private final PortShape shape;
  private final String name;
  private final int number;
  private MemorySegment memory;

  /**
   * A view of memory.
   *
   * @param memory in which the address is an offset
   */
  NarrowPort(String name, PortShape shape, int number, MemorySegment memory, long address) {
    this.name = name;
    this.shape = shape;
    this.number = number;
    this.memory = memory;
    this.address = address;
    this.kind =
        (memory == FfmDut.MEMORY ? shape.bytes() : ELSEWHERE)
            | (shape.direction() == PortDirection.INPUT ? INPUT : 0)
            | (shape.signed() ? SIGNED : 0)
            | shape.width() << WIDTH;
  }

  /** Its value: sign-extended where the source says {@code signed}, else zero-extended. */
  public long get() {
    long value = raw();
    if ((kind & SIGNED) == 0) {
      return value;
    }
    int unused = Long.SIZE - (kind >> WIDTH);
    return value << unused >> unused;
  }

  private long raw() {
    return switch (kind & BYTES) {
      case 1 -> Byte.toUnsignedLong(FfmDut.MEMORY.get(ValueLayout.JAVA_BYTE, address));
      case 2 -> Short.toUnsignedLong(FfmDut.MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, address));
      case 4 -> Integer.toUnsignedLong(FfmDut.MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, address));
      case 8 -> FfmDut.MEMORY.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
      default -> elsewhere();
    };
  }

  private long elsewhere() {
    return switch (shape.bytes()) {
      case 1 -> Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, address));
      case 2 -> Short.toUnsignedLong(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, address));
      case 4 -> Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT_UNALIGNED, address));
      default -> memory.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    };
  }

  private void setRaw(long value) {
    switch (kind & BYTES) {
      case 1 -> FfmDut.MEMORY.set(ValueLayout.JAVA_BYTE, address, (byte) value);
      case 2 -> FfmDut.MEMORY.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, (short) value);
      case 4 -> FfmDut.MEMORY.set(ValueLayout.JAVA_INT_UNALIGNED, address, (int) value);
      case 8 -> FfmDut.MEMORY.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
      default -> setElsewhere(value);
    }
  }

  private void setElsewhere(long value) {
    switch (shape.bytes()) {
      case 1 -> memory.set(ValueLayout.JAVA_BYTE, address, (byte) value);
      case 2 -> memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, (short) value);
      case 4 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED, address, (int) value);
      default -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }
  }

  /** The low 32 bits of its value. */
  public int asInt() {
    return (int) get();
  }

  /** Whether its value is not zero. */
  public boolean isHigh() {
    return raw() != 0;
  }

  /**
   * Drives an input.
   *
   * @throws IllegalArgumentException if the value has more bits than the port, taken as a signed
   *     and as an unsigned number
   * @throws IllegalStateException if the port is an output
   */
  public void set(long value) {
    int port = kind;
    int unused = Long.SIZE - (port >> WIDTH);
    long bits = value << unused >>> unused;
    if ((port & INPUT) == 0 || bits != value && value << unused >> unused != value) {
      throw refused(value);
    }
    setRaw(bits);
  }

  private RuntimeException refused(long value) {
    return (kind & INPUT) == 0
        ? new IllegalStateException(
            "port " + name + " is an output of the design and cannot be driven")
        : new IllegalArgumentException(
            "value " + value + " does not fit into port " + name + " of " + width() + " bits");
  }

  /** Drives an input to 1 or 0. */
  public void set(boolean high) {
    set(high ? 1 : 0);
  }

  @Override
  public long bits(int low, int count) {
    Objects.checkFromIndexSize(low, count, width());
    return raw() >>> low & WidePort.mask(count);
  }

  @Override
  public void setBits(int low, int count, long value) {
    Objects.checkFromIndexSize(low, count, width());
    WidePort.requireFits(name, low, count, value);
    if ((kind & INPUT) == 0) {
      throw refused(value);
    }
    setRaw(raw() & ~(WidePort.mask(count) << low) | value << low);
  }

  /** Makes every later access an exception: its model is closed. */
  void detach(MemorySegment closed) {
    memory = closed;
    address = 0;
    kind &= ~BYTES;
  }

  @Override
  public PortField field(String field) {
    return PortField.of(this, shape, field);
  }

  /** The condition that the port has a value, for {@link VerilatedModel#stepUntil}. */
  public PortCondition is(long value) {
    return new PortCondition(this, value, true);
  }

  /** The condition that the port has another value than this. */
  public PortCondition isNot(long value) {
    return new PortCondition(this, value, false);
  }

  /** Whether it can be a clock. */
  boolean canBeClock() {
    return (kind & INPUT) != 0 && width() == 1;
  }

  /** Bytes of its storage. */
  int bytes() {
    return shape.bytes();
  }

  /** The port's number in the library. */
  int number() {
    return number;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int width() {
    return kind >> WIDTH;
  }

  @Override
  public PortDirection direction() {
    return shape.direction();
  }

  /** Name and value. */
  @Override
  public String toString() {
    return name + " = " + (shape.signed() ? Long.toString(get()) : Long.toUnsignedString(get()));
  }
}
