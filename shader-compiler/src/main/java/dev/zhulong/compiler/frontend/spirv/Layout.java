package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.frontend.spirv.SpirvType.MatrixLayout;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Type;
import java.util.List;

/**
 * Where scalars lie in memory: as decorations say in buffers and push constants, else packed, in
 * whole words.
 */
final class Layout {
  /**
   * A word of a value, or what a narrow scalar takes of it in memory.
   *
   * @param scalar what it belongs to
   * @param offset its byte offset
   */
  record Word(SpirvType.Scalar scalar, int offset) {}

  private static final SpirvType.Scalar ADDRESS = new SpirvType.Scalar(Type.I32, 64, false);

  private Layout() {}

  private static int bytes(SpirvType.Scalar scalar, boolean explicit) {
    return explicit ? scalar.bytes() : 4 * scalar.words();
  }

  /** Byte offset of a struct's member. */
  static int memberOffset(
      SpirvType.Struct struct, int member, boolean explicit, Location location) {
    if (!explicit) {
      return Math.toIntExact(4 * Composites.firstScalar(struct, member, location));
    }
    if (struct.offsets()[member] < 0) {
      throw SpirvErrors.at(location, "member %d of a block has no Offset decoration", member);
    }
    return struct.offsets()[member];
  }

  /** Bytes between the elements of an array. */
  static int elementStride(SpirvType array, boolean explicit, Location location) {
    SpirvType element = Composites.element(array, location);
    if (!explicit) {
      return (int) Math.min(4 * element.scalars(), Integer.MAX_VALUE);
    }
    int stride =
        switch (array) {
          case SpirvType.Array a -> a.stride();
          case SpirvType.RuntimeArray a -> a.stride();
          default -> 0;
        };
    if (stride <= 0) {
      throw SpirvErrors.at(location, "an array in a buffer has ArrayStride %d", stride);
    }
    return stride;
  }

  /** Bytes between the columns of a matrix. */
  static int columnStride(
      SpirvType.Matrix type, MatrixLayout layout, boolean explicit, Location location) {
    if (!explicit) {
      return (int) (4 * type.column().scalars());
    }
    if (layout == null) {
      throw SpirvErrors.at(location, "a matrix in a buffer has no MatrixStride decoration");
    }
    return layout.rowMajor() ? type.column().component().bytes() : layout.stride();
  }

  /** Bytes between the components of a matrix column or of a vector. */
  static int componentStride(SpirvType.Scalar component, MatrixLayout layout, boolean explicit) {
    return explicit && layout != null && layout.rowMajor()
        ? layout.stride()
        : bytes(component, explicit);
  }

  /** Appends all words of a value that starts at an offset. */
  static void words(
      SpirvType type,
      int start,
      MatrixLayout matrix,
      boolean explicit,
      Location location,
      List<Word> words) {
    switch (type) {
      case SpirvType.Scalar s -> {
        for (int n = 0; n < s.words(); n++) {
          words.add(new Word(s, start + 4 * n));
        }
      }
      case SpirvType.Vector v ->
          components(v, start, componentStride(v.component(), null, explicit), words);
      case SpirvType.Matrix m -> {
        int columns = columnStride(m, matrix, explicit, location);
        int stride = componentStride(m.column().component(), matrix, explicit);
        for (int c = 0; c < m.count(); c++) {
          components(m.column(), start + c * columns, stride, words);
        }
      }
      case SpirvType.Array a -> {
        int stride = elementStride(a, explicit, location);
        for (int n = 0; n < a.length(); n++) {
          words(a.element(), start + n * stride, matrix, explicit, location, words);
        }
      }
      case SpirvType.Struct s -> {
        for (int n = 0; n < s.members().size(); n++) {
          int offset = start + memberOffset(s, n, explicit, location);
          words(s.members().get(n), offset, s.matrices()[n], explicit, location, words);
        }
      }
      case SpirvType.Pointer p -> {
        for (int n = 0; n < p.scalars(); n++) {
          words.add(new Word(ADDRESS, start + 4 * n));
        }
      }
      default -> throw SpirvErrors.at(location, "a run-time array is accessed as a whole");
    }
  }

  /** Appends the words of a vector whose components are some bytes apart. */
  static void components(SpirvType.Vector vector, int start, int stride, List<Word> words) {
    for (int n = 0; n < vector.count(); n++) {
      for (int w = 0; w < vector.component().words(); w++) {
        words.add(new Word(vector.component(), start + n * stride + 4 * w));
      }
    }
  }

  /** Bytes of the part of a value with explicit layout whose size is fixed. */
  static long fixedBytes(SpirvType type, MatrixLayout matrix, Location location) {
    return switch (type) {
      case SpirvType.Scalar s -> s.bytes();
      case SpirvType.Vector v -> (long) v.component().bytes() * v.count();
      case SpirvType.Matrix m -> {
        SpirvType.Scalar component = m.column().component();
        yield (m.count() - 1L) * columnStride(m, matrix, true, location)
            + (m.column().count() - 1L) * componentStride(component, matrix, true)
            + component.bytes();
      }
      case SpirvType.Array a ->
          (a.length() - 1) * elementStride(a, true, location)
              + fixedBytes(a.element(), matrix, location);
      case SpirvType.Struct s -> {
        long end = 0;
        for (int n = 0; n < s.members().size(); n++) {
          long size = fixedBytes(s.members().get(n), s.matrices()[n], location);
          end = Math.max(end, memberOffset(s, n, true, location) + size);
        }
        yield end;
      }
      case SpirvType.Pointer p -> 4 * p.scalars();
      default -> 0;
    };
  }
}
