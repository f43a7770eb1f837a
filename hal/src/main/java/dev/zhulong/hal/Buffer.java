package dev.zhulong.hal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A piece of device memory. Reading or writing it from the host first waits for all submitted work.
 *
 * <p>Offsets and sizes are in bytes; words are little-endian. After {@link #close} every call fails
 * with an {@link IllegalStateException}.
 */
public final class Buffer implements AutoCloseable {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Gpu gpu;
  private final long address;
  private final long size;
  private boolean closed;

  Buffer(Gpu gpu, long address, long size) {
    this.gpu = gpu;
    this.address = address;
    this.size = size;
  }

  /** First device address, a multiple of a cache line. */
  public long address() {
    return address;
  }

  /** Size in bytes. */
  public long size() {
    return size;
  }

  /** Copies all of {@code source} to the buffer, from {@code offset} on. */
  public void write(long offset, MemorySegment source) {
    check(offset, source.byteSize());
    gpu.copyIn(address + offset, source);
  }

  /** Fills all of {@code target} from the buffer, from {@code offset} on. */
  public void read(long offset, MemorySegment target) {
    check(offset, target.byteSize());
    gpu.copyOut(address + offset, target);
  }

  /** Writes words from the start on. */
  public void write(int... words) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(words.length, 4)]);
    MemorySegment.copy(words, 0, bytes, INT, 0, words.length);
    write(0, bytes);
  }

  /** Writes floats from the start on. */
  public void write(float... values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 4)]);
    MemorySegment.copy(values, 0, bytes, FLOAT, 0, values.length);
    write(0, bytes);
  }

  /** All bytes. */
  public byte[] readBytes() {
    byte[] bytes = new byte[Math.toIntExact(size)];
    read(0, MemorySegment.ofArray(bytes));
    return bytes;
  }

  /** All whole words. */
  public int[] readInts() {
    int[] words = new int[Math.toIntExact(size / 4)];
    MemorySegment.copy(MemorySegment.ofArray(readBytes()), INT, 0, words, 0, words.length);
    return words;
  }

  /** All whole words as floats. */
  public float[] readFloats() {
    float[] values = new float[Math.toIntExact(size / 4)];
    MemorySegment.copy(MemorySegment.ofArray(readBytes()), FLOAT, 0, values, 0, values.length);
    return values;
  }

  private void check(long offset, long bytes) {
    requireOpen();
    if (offset < 0 || bytes > size - offset) {
      throw new IndexOutOfBoundsException(
          "bytes " + offset + " to " + (offset + bytes) + " of a buffer of " + size + " bytes");
    }
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("buffer at 0x" + Long.toHexString(address) + " is closed");
    }
  }

  boolean belongsTo(Gpu other) {
    return gpu == other;
  }

  /** Gives the memory back, after waiting for all submitted work. Closing twice is harmless. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      gpu.release(this);
    }
  }
}
