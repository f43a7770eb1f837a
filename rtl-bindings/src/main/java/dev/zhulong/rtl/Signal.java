package dev.zhulong.rtl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;

/**
 * A register, net or memory inside of a design. It is memory as Verilator lays it out: an element
 * has 1, 2, 4 or 8 bytes for up to so many bits, and 32-bit words, lowest first, for more.
 */
public final class Signal {
  /** A line of numbers, with room for more dimensions than anybody has. */
  static final int MOST_TEXT = 256;

  private final String path;
  private final int width;
  private final int elements;
  private final int bytes;
  private final MemorySegment storage;

  /** Memory of a model. */
  @FunctionalInterface
  interface Memory {
    MemorySegment at(long address, long bytes);
  }

  private Signal(String path, int width, int elements, MemorySegment storage) {
    this.path = path;
    this.width = width;
    this.elements = elements;
    this.bytes = PortShape.bytes(width);
    this.storage = storage;
  }

  /** From the line of {@code zl_dut_signal}. */
  static Signal of(String path, String line, long address, Memory memory) {
    int[] numbers = Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray();
    int elements = 1;
    for (int i = 2; i < numbers.length; i += 2) {
      elements *= numbers[i];
    }
    int width = numbers[0];
    long size = (long) elements * PortShape.bytes(width);
    return new Signal(path, width, elements, memory.at(address, size));
  }

  /** Its path below the top. */
  public String path() {
    return path;
  }

  /** Bits of an element. */
  public int width() {
    return width;
  }

  /** Elements of a memory, row after row from the lowest indices on; 1 for anything else. */
  public int elements() {
    return elements;
  }

  /** Bytes from one element to the next in {@link #segment}. */
  public int elementBytes() {
    return bytes;
  }

  /** All elements; accesses need not be aligned. Good until the model is closed. */
  public MemorySegment segment() {
    return storage;
  }

  /** The value; of a memory, that of its first element. */
  public long get() {
    return get(0);
  }

  /** The low 64 bits of an element. */
  public long get(int element) {
    return toBigInteger(element).longValue();
  }

  /** An element as a number that is not negative. */
  public BigInteger toBigInteger(int element) {
    byte[] value = part(element).toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < bytes / 2; i++) {
      byte low = value[i];
      value[i] = value[bytes - 1 - i];
      value[bytes - 1 - i] = low;
    }
    return new BigInteger(1, value);
  }

  /** Changes the value; of a memory, that of its first element. */
  public void set(long value) {
    set(0, new BigInteger(Long.toUnsignedString(value)));
  }

  /**
   * Changes an element.
   *
   * @throws IllegalArgumentException if the value is negative or has more bits than the element
   */
  public void set(int element, BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > width) {
      throw new IllegalArgumentException(
          "value " + value + " does not fit into signal " + path + " of " + width + " bits");
    }
    MemorySegment part = part(element);
    for (int i = 0; i < bytes; i++) {
      part.set(ValueLayout.JAVA_BYTE, i, value.shiftRight(Byte.SIZE * i).byteValue());
    }
  }

  private MemorySegment part(int element) {
    Objects.checkIndex(element, elements);
    return storage.asSlice((long) element * bytes, bytes);
  }
}
