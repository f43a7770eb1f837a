package dev.zhulong.rtl;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.runtime.ConstantEvaluators;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * The memory of a WebAssembly module in one array. A model does nothing but read and write it, and
 * an array is checked once an access where pages are looked up; and a part of it is a segment.
 */
@SuppressWarnings(
    "removal") // The interface has methods that are to go, and every memory needs them.
final class WasmMemory implements Memory {
  // What text and saved states may need later on: the array cannot move once there are segments.
  private static final int SPARE_PAGES = 256;

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  private final MemoryLimits limits;
  private DataSegment[] segments = {};
  private byte[] bytes;
  private int pages;
  private boolean settled;

  WasmMemory(MemoryLimits limits) {
    this.limits = limits;
    pages = limits.initialPages();
    bytes = new byte[Memory.bytes(pages)];
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /** Fixes the place of the array; from now on it grows by the spare pages only. */
  void settle() {
    if (!settled) {
      settled = true;
      int most = Math.min(pages + SPARE_PAGES, maximumPages());
      bytes = Arrays.copyOf(bytes, Memory.bytes(most));
    }
  }

  /** A part of a memory that is settled. */
  MemorySegment segment(long address, long size) {
    return segment().asSlice(address, size);
  }

  /** All of it. */
  MemorySegment segment() {
    return MemorySegment.ofArray(bytes);
  }

  /** Copies from a segment. */
  void copyIn(MemorySegment source, long offset, int address, int size) {
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, address, size);
  }

  /** Copies to a segment. */
  void copyOut(int address, MemorySegment target, long offset, int size) {
    MemorySegment.copy(bytes, address, target, ValueLayout.JAVA_BYTE, offset, size);
  }

  @Override
  public int pages() {
    return pages;
  }

  @Override
  public int grow(int count) {
    int before = pages;
    long wanted = (long) pages + Integer.toUnsignedLong(count);
    if (wanted > maximumPages() || wanted > Integer.MAX_VALUE / PAGE_SIZE) {
      return -1;
    }
    int needed = Memory.bytes((int) wanted);
    if (needed > bytes.length) {
      if (settled) {
        return -1;
      }
      bytes = Arrays.copyOf(bytes, needed);
    }
    pages = (int) wanted;
    return before;
  }

  @Override
  public int initialPages() {
    return limits.initialPages();
  }

  @Override
  public int maximumPages() {
    return Math.min(limits.maximumPages(), RUNTIME_MAX_PAGES);
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public Object lock(int address) {
    throw noThreads();
  }

  @Override
  public int waitOn(int address, int expected, long timeout) {
    throw noThreads();
  }

  @Override
  public int waitOn(int address, long expected, long timeout) {
    throw noThreads();
  }

  @Override
  public int notify(int address, int maximum) {
    throw noThreads();
  }

  private static UnsupportedOperationException noThreads() {
    return new UnsupportedOperationException("a model has one thread");
  }

  @Override
  public void initialize(Instance instance, DataSegment[] data) {
    segments = data == null ? new DataSegment[0] : data.clone();
    for (int i = 0; i < segments.length; i++) {
      if (segments[i] instanceof ActiveDataSegment active) {
        long[] offset =
            ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions());
        write((int) offset[0], active.data(), 0, active.data().length);
        segments[i] = null;
      }
    }
  }

  @Override
  public void initPassiveSegment(int segment, int target, int offset, int size) {
    write(target, segments[segment].data(), offset, size);
  }

  @Override
  public void drop(int segment) {
    segments[segment] = null;
  }

  @Override
  public void write(int address, byte[] data, int offset, int size) {
    System.arraycopy(data, offset, bytes, checked(address, size), size);
  }

  private int checked(int address, int size) {
    return Objects.checkFromIndexSize(address, size, bytes.length);
  }

  @Override
  public byte read(int address) {
    return bytes[address];
  }

  @Override
  public byte[] readBytes(int address, int size) {
    return Arrays.copyOfRange(bytes, checked(address, size), address + size);
  }

  @Override
  public void writeI32(int address, int value) {
    INT.set(bytes, address, value);
  }

  @Override
  public int readInt(int address) {
    return (int) INT.get(bytes, address);
  }

  @Override
  public void writeLong(int address, long value) {
    LONG.set(bytes, address, value);
  }

  @Override
  public long readLong(int address) {
    return (long) LONG.get(bytes, address);
  }

  @Override
  public void writeShort(int address, short value) {
    SHORT.set(bytes, address, value);
  }

  @Override
  public short readShort(int address) {
    return (short) SHORT.get(bytes, address);
  }

  @Override
  public long readU16(int address) {
    return Short.toUnsignedLong(readShort(address));
  }

  @Override
  public void writeByte(int address, byte value) {
    bytes[address] = value;
  }

  @Override
  public void writeF32(int address, float value) {
    FLOAT.set(bytes, address, value);
  }

  @Override
  public long readF32(int address) {
    return readInt(address);
  }

  @Override
  public float readFloat(int address) {
    return (float) FLOAT.get(bytes, address);
  }

  @Override
  public void writeF64(int address, double value) {
    DOUBLE.set(bytes, address, value);
  }

  @Override
  public double readDouble(int address) {
    return (double) DOUBLE.get(bytes, address);
  }

  @Override
  public long readF64(int address) {
    return readLong(address);
  }

  @Override
  public void zero() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public void fill(byte value, int from, int to) {
    Arrays.fill(bytes, from, to, value);
  }

  @Override
  public void copy(int target, int source, int size) {
    System.arraycopy(bytes, checked(source, size), bytes, checked(target, size), size);
  }
}
