package dev.zhulong.rtl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A port of 1 to 64 bits. */
public final class NarrowPort implements Port {
  private final String name;
  private final PortShape shape;
  private final int number;

  // A model's code empties the nearest cache in each cycle, so an access touches few objects: all
  // ports share one segment.
  private MemorySegment memory;
  private long address;
  private final int bytes;
  private final int width;
  private final boolean signed;
  private final boolean input;

  NarrowPort(String name, PortShape shape, int number, MemorySegment memory, long address) {
    this.name = name;
    this.shape = shape;
    this.number = number;
    this.memory = memory;
    this.address = address;
    this.bytes = shape.bytes();
    this.width = shape.width();
    this.signed = shape.signed();
    this.input = shape.direction() == PortDirection.INPUT;
  }

  /** Its value: sign-extended where the source says {@code signed}, else zero-extended. */
  public long get() {
    long value = raw();
    int unused = Long.SIZE - width;
    return signed ? value << unused >> unused : value;
  }

  private long raw() {
    return switch (bytes) {
      case 1 -> Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, address));
      case 2 -> Short.toUnsignedLong(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, address));
      case 4 -> Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT_UNALIGNED, address));
      default -> memory.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    };
  }

  private void setRaw(long value) {
    switch (bytes) {
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
    if (width < Long.SIZE) {
      long above = value >> (width - 1);
      if (above >> 1 != 0 && above != -1) {
        throw new IllegalArgumentException(
            "value " + value + " does not fit into port " + name + " of " + width + " bits");
      }
    }
    requireInput();
    setRaw(width == Long.SIZE ? value : value & ((1L << width) - 1));
  }

  /** Drives an input to 1 or 0. */
  public void set(boolean high) {
    set(high ? 1 : 0);
  }

  private void requireInput() {
    if (!input) {
      throw new IllegalStateException(
          "port " + name + " is an output of the design and cannot be driven");
    }
  }

  @Override
  public long bits(int low, int count) {
    Objects.checkFromIndexSize(low, count, width);
    return raw() >>> low & WidePort.mask(count);
  }

  @Override
  public void setBits(int low, int count, long value) {
    Objects.checkFromIndexSize(low, count, width);
    WidePort.requireFits(name, low, count, value);
    requireInput();
    setRaw(raw() & ~(WidePort.mask(count) << low) | value << low);
  }

  /** Makes every later access an exception: its model is closed. */
  void detach(MemorySegment closed) {
    memory = closed;
    address = 0;
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
    return width == 1 && input;
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
    return width;
  }

  @Override
  public PortDirection direction() {
    return shape.direction();
  }

  /** Name and value. */
  @Override
  public String toString() {
    return name + " = " + (signed ? Long.toString(get()) : Long.toUnsignedString(get()));
  }
}
