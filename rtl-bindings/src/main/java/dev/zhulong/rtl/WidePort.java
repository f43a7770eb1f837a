package dev.zhulong.rtl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.Objects;

/** A port of more than 64 bits: 32-bit words, lowest first. */
public final class WidePort implements Port {
  private final String name;
  private final PortShape shape;
  private MemorySegment storage;
  private final int width;

  WidePort(String name, PortShape shape, MemorySegment storage) {
    this.name = name;
    this.shape = shape;
    this.storage = storage;
    this.width = shape.width();
  }

  static long mask(int count) {
    return -1L >>> (Long.SIZE - count);
  }

  static void requireFits(String name, int low, int count, long value) {
    if (count < 1 || count > Long.SIZE || (value & ~mask(count)) != 0) {
      throw new IllegalArgumentException(
          String.format(
              "value 0x%x does not fit into bits %d to %d of port %s",
              value, low, low + count - 1, name));
    }
  }

  /** 32-bit words of the port. */
  public int words() {
    return (width + 31) / 32;
  }

  /** A word; word 0 has the lowest bits. */
  public int word(int index) {
    return storage.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, index);
  }

  /**
   * Changes a word of an input.
   *
   * @throws IllegalArgumentException if the last word gets bits that the port does not have
   */
  public void setWord(int index, int value) {
    requireInput();
    requireTop(index, value);
    storage.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, index, value);
  }

  // Verilator's code takes the unused bits of an input for zero.
  private void requireTop(int index, int value) {
    int used = width - 32 * index;
    if (used < 32) {
      requireFits(name, 32 * index, used, Integer.toUnsignedLong(value));
    }
  }

  private void requireInput() {
    if (shape.direction() != PortDirection.INPUT) {
      throw new IllegalStateException(
          "port " + name + " is an output of the design and cannot be driven");
    }
  }

  @Override
  public long bits(int low, int count) {
    Objects.checkFromIndexSize(low, count, width);
    if (count > Long.SIZE) {
      throw new IndexOutOfBoundsException(
          count + " bits of port " + name + " do not fit into a long; use toBigInteger");
    }
    long value = 0;
    for (int at = 0; at < count; ) {
      int bit = low + at;
      int shift = bit % 32;
      value |= (Integer.toUnsignedLong(word(bit / 32)) >>> shift) << at;
      at += 32 - shift;
    }
    return value & mask(count);
  }

  @Override
  public void setBits(int low, int count, long value) {
    Objects.checkFromIndexSize(low, count, width);
    requireFits(name, low, count, value);
    requireInput();
    for (int at = 0; at < count; ) {
      int bit = low + at;
      int shift = bit % 32;
      int part = Math.min(32 - shift, count - at);
      int cleared = word(bit / 32) & ~(int) (mask(part) << shift);
      int moved = (int) ((value >>> at & mask(part)) << shift);
      storage.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, bit / 32, cleared | moved);
      at += part;
    }
  }

  /** Its value: negative where the source says {@code signed} and the top bit is set. */
  public BigInteger toBigInteger() {
    BigInteger value = BigInteger.ZERO;
    for (int i = words() - 1; i >= 0; i--) {
      value = value.shiftLeft(32).or(BigInteger.valueOf(Integer.toUnsignedLong(word(i))));
    }
    boolean negative = shape.signed() && value.testBit(width - 1);
    return negative ? value.subtract(BigInteger.ONE.shiftLeft(width)) : value;
  }

  /**
   * Drives an input.
   *
   * @throws IllegalArgumentException if the value has more bits than the port, taken as a signed
   *     and as an unsigned number
   */
  public void set(BigInteger value) {
    requireInput();
    int bits = value.signum() < 0 ? value.bitLength() + 1 : value.bitLength();
    if (bits > width) {
      throw new IllegalArgumentException(
          "value of " + bits + " bits does not fit into port " + name + " of " + width + " bits");
    }
    BigInteger rest = value.and(BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE));
    for (int i = 0; i < words(); i++) {
      storage.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, rest.shiftRight(32 * i).intValue());
    }
  }

  /** Drives an input to a small number that is not negative. */
  public void set(long value) {
    set(BigInteger.valueOf(value));
  }

  /**
   * The words themselves, for bulk copies; read-only for an output. Bits above the width of an
   * input must stay zero.
   */
  public MemorySegment segment() {
    return shape.direction() == PortDirection.INPUT ? storage : storage.asReadOnly();
  }

  /** Makes every later access an exception: its model is closed. */
  void detach(MemorySegment closed) {
    storage = closed;
  }

  @Override
  public PortField field(String field) {
    return PortField.of(this, shape, field);
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

  /** Name and value in hexadecimal. */
  @Override
  public String toString() {
    return name + " = 0x" + toBigInteger().toString(16);
  }
}
