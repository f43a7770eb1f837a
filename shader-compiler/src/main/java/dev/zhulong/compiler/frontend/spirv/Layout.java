package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.frontend.spirv.SpirvType.MatrixLayout;
import dev.zhulong.compiler.ir.Location;
import java.util.List;

/**
 * Where scalars lie in memory: as decorations say in buffers and push constants, else packed, one
 * word a scalar.
 */
final class Layout {
  private Layout() {}

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
    if (stride <= 0 || stride % 4 != 0) {
      throw SpirvErrors.at(
          location, "an array in a buffer has ArrayStride %d; a multiple of 4 is needed", stride);
    }
    return stride;
  }

  /** Bytes between the columns of a matrix. */
  static int columnStride(
      SpirvType.Matrix type, MatrixLayout layout, boolean explicit, Location location) {
    if (!explicit) {
      return 4 * type.column().count();
    }
    if (layout == null) {
      throw SpirvErrors.at(location, "a matrix in a buffer has no MatrixStride decoration");
    }
    return layout.rowMajor() ? 4 : layout.stride();
  }

  /** Bytes between the components of a matrix column. */
  static int componentStride(MatrixLayout layout, boolean explicit) {
    return explicit && layout != null && layout.rowMajor() ? layout.stride() : 4;
  }

  /** Appends the offsets of all scalars of a value that starts at an offset. */
  static void scalarOffsets(
      SpirvType type,
      int start,
      MatrixLayout matrix,
      boolean explicit,
      Location location,
      List<Integer> offsets) {
    switch (type) {
      case SpirvType.Scalar _ -> offsets.add(start);
      case SpirvType.Vector v -> {
        for (int n = 0; n < v.count(); n++) {
          offsets.add(start + 4 * n);
        }
      }
      case SpirvType.Matrix m -> {
        int columns = columnStride(m, matrix, explicit, location);
        int components = componentStride(matrix, explicit);
        for (int c = 0; c < m.count(); c++) {
          for (int r = 0; r < m.column().count(); r++) {
            offsets.add(start + c * columns + r * components);
          }
        }
      }
      case SpirvType.Array a -> {
        int stride = elementStride(a, explicit, location);
        for (int n = 0; n < a.length(); n++) {
          scalarOffsets(a.element(), start + n * stride, matrix, explicit, location, offsets);
        }
      }
      case SpirvType.Struct s -> {
        for (int n = 0; n < s.members().size(); n++) {
          int offset = start + memberOffset(s, n, explicit, location);
          scalarOffsets(s.members().get(n), offset, s.matrices()[n], explicit, location, offsets);
        }
      }
      default ->
          throw SpirvErrors.at(location, "a run-time array or pointer is accessed as a whole");
    }
  }

  /** Bytes of the part of a value with explicit layout whose size is fixed. */
  static long fixedBytes(SpirvType type, MatrixLayout matrix, Location location) {
    return switch (type) {
      case SpirvType.Scalar _ -> 4;
      case SpirvType.Vector v -> 4L * v.count();
      case SpirvType.Matrix m ->
          (m.count() - 1L) * columnStride(m, matrix, true, location)
              + (m.column().count() - 1L) * componentStride(matrix, true)
              + 4;
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
      default -> 0;
    };
  }
}
