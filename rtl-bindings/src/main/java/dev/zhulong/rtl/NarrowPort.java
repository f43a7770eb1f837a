package dev.zhulong.rtl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A port of 1 to 64 bits. */
public final class NarrowPort implements Port {
  private final String name;
  private final PortShape shape;
  private final int number;
  private MemorySegment storage;
  private final int bytes;
  private final int width;
  private final boolean signed;
  private final boolean input;

  NarrowPort(String name, PortShape shape, int number, MemorySegment storage) {
    this.name = name;
    this.shape = shape;
    this.number = number;
    this.storage = storage;
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
      case 1 -> Byte.toUnsignedLong(storage.get(ValueLayout.JAVA_BYTE, 0));
      case 2 -> Short.toUnsignedLong(storage.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0));
      case 4 -> Integer.toUnsignedLong(storage.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
      default -> storage.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    };
  }

  private void setRaw(long value) {
    switch (bytes) {
      case 1 -> storage.set(ValueLayout.JAVA_BYTE, 0, (byte) value);
      case 2 -> storage.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) value);
      case 4 -> storage.set(ValueLayout.JAVA_INT_UNALIGNED, 0, (int) value);
      default -> storage.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
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
    storage = closed;
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
