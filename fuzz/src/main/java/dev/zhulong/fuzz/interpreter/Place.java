package dev.zhulong.fuzz.interpreter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a value lies: what a pointer is.
 *
 * @param memory the bytes of a variable or buffer
 * @param offset of the value in them
 * @param type of the value
 * @param matrixStride distance of a matrix's columns or rows, or 0
 * @param rowMajor whether a matrix lies row by row
 * @param componentStride distance of a vector's components, or 0
 * @param inside false where an index was beyond a buffer
 */
record Place(
    Memory memory,
    int offset,
    Type type,
    int matrixStride,
    boolean rowMajor,
    int componentStride,
    boolean inside) {

  /** Bytes of a variable; accesses beyond those of a buffer do nothing, others are mistakes. */
  static final class Memory {
    private final ByteBuffer bytes;
    private final boolean buffer;
    private boolean crossed;

    private Memory(ByteBuffer bytes, boolean buffer) {
      this.bytes = bytes;
      this.buffer = buffer;
    }

    static Memory of(byte[] bytes, boolean buffer) {
      return new Memory(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), buffer);
    }

    /** Whether there was an access outside. */
    boolean crossed() {
      return crossed;
    }
  }

  static Place of(Memory memory, Type type) {
    return new Place(memory, 0, type, 0, false, 0, true);
  }

  private Place at(int further, Type part, int stride, boolean rows, int components, boolean in) {
    return new Place(memory, offset + further, part, stride, rows, components, inside && in);
  }

  /** The part with an index. */
  Place part(long index) {
    return switch (type) {
      case Type.Struct struct -> {
        int m = (int) index;
        Type.Member member = struct.members().get(m);
        yield at(
            struct.offset(m), member.type(), member.matrixStride(), member.rowMajor(), 0, true);
      }
      case Type.Array array -> {
        long length = array.length() < 0 ? length() : array.length();
        boolean in = index >= 0 && index < length;
        check(in, index, length);
        int further = in ? (int) index * array.step() : 0;
        yield at(further, array.element(), matrixStride, rowMajor, 0, in);
      }
      case Type.Matrix matrix -> {
        boolean in = index >= 0 && index < matrix.count();
        check(in, index, matrix.count());
        int column = in ? (int) index : 0;
        Type.Vector vector = matrix.column();
        yield rowMajor
            ? at(column * vector.element().size(), vector, 0, false, matrixStride, in)
            : at(column * (matrixStride == 0 ? vector.size() : matrixStride), vector, 0, false, 0, in);
      }
      case Type.Vector vector -> {
        boolean in = index >= 0 && index < vector.count();
        check(in, index, vector.count());
        int step = componentStride == 0 ? vector.element().size() : componentStride;
        yield at(in ? (int) index * step : 0, vector.element(), 0, false, 0, in);
      }
      default -> throw new InterpreterException("an index into " + type);
    };
  }

  private void check(boolean in, long index, long length) {
    if (!in && !memory.buffer) {
      throw new InterpreterException("index " + index + " of " + length + " in a variable");
    }
  }

  /** Elements of a run-time array that fit. */
  int length() {
    int room = memory.bytes.capacity() - offset;
    return room / ((Type.Array) type).step();
  }

  Object load() {
    return switch (type) {
      case Type.Struct struct -> parts(struct.members().size());
      case Type.Array array -> parts(array.length());
      case Type.Matrix matrix -> parts(matrix.count());
      case Type.Vector vector -> parts(vector.count());
      default -> scalar();
    };
  }

  private Object[] parts(int count) {
    Object[] values = new Object[count];
    for (int n = 0; n < count; n++) {
      values[n] = part(n).load();
    }
    return values;
  }

  private boolean reachable() {
    boolean in = inside && offset >= 0 && offset + type.size() <= memory.bytes.capacity();
    if (!in && !memory.buffer) {
      throw new InterpreterException("offset " + offset + " outside of a variable");
    }
    memory.crossed |= !in;
    return in;
  }

  private Object scalar() {
    if (!reachable()) {
      return 0L;
    }
    return switch (type.size()) {
      case 1 -> memory.bytes.get(offset) & 0xffL;
      case 2 -> memory.bytes.getShort(offset) & 0xffffL;
      case 4 -> memory.bytes.getInt(offset) & 0xffff_ffffL;
      default -> memory.bytes.getLong(offset);
    };
  }

  void store(Object value) {
    if (value instanceof Object[] values) {
      for (int n = 0; n < values.length; n++) {
        part(n).store(values[n]);
      }
    } else if (reachable()) {
      long bits = (Long) value;
      switch (type.size()) {
        case 1 -> memory.bytes.put(offset, (byte) bits);
        case 2 -> memory.bytes.putShort(offset, (short) bits);
        case 4 -> memory.bytes.putInt(offset, (int) bits);
        default -> memory.bytes.putLong(offset, bits);
      }
    }
  }
}
