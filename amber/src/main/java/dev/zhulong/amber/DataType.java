package dev.zhulong.amber;

import java.util.ArrayList;
import java.util.List;

/**
 * A type as shaders declare it, laid out by the rules of the OpenGL specification, section 7.6.2.2
 * (std140 and std430). Strides and offsets of 0 and −1 mean that those rules decide.
 */
sealed interface DataType {
  /** Which rules. */
  enum Standard {
    STD140,
    STD430
  }

  /** One number. */
  record Scalar(ScalarType type) implements DataType {}

  /** Two to four numbers. */
  record Vector(ScalarType type, int count) implements DataType {}

  /** Columns of numbers; in a script a matrix's numbers stand column by column. */
  record Matrix(ScalarType type, int columns, int rows, boolean rowMajor, int stride)
      implements DataType {}

  /** Elements one after the other; a count of 0 is a run-time array. */
  record Array(DataType element, int count, int stride) implements DataType {}

  /** Members by name; a stride of 0 is the natural size. */
  record Struct(String name, List<Member> members, int stride) implements DataType {}

  /** A texel of an image format. */
  record Texel(ElementLayout layout) implements DataType {}

  /** A member of a struct. */
  record Member(String name, DataType type, int offset) {}

  /** Alignment in bytes. */
  default int alignment(Standard standard) {
    return switch (this) {
      case Scalar s -> s.type.bytes();
      case Vector v -> v.type.bytes() * (v.count == 3 ? 4 : v.count);
      case Matrix m -> roundForBlock(line(m).alignment(standard), standard);
      case Array a -> roundForBlock(a.element.alignment(standard), standard);
      case Struct s ->
          roundForBlock(
              s.members.stream().mapToInt(m -> m.type.alignment(standard)).max().orElse(1),
              standard);
      case Texel t -> Math.max(1, Integer.lowestOneBit(t.layout.stride()));
    };
  }

  private static int roundForBlock(int alignment, Standard standard) {
    return standard == Standard.STD140 ? roundUp(alignment, 16) : alignment;
  }

  private static int roundUp(int value, int multiple) {
    return Math.ceilDiv(value, multiple) * multiple;
  }

  /** What lies together: a column, or a row of a row-major matrix. */
  private static Vector line(Matrix m) {
    return new Vector(m.type, m.rowMajor ? m.columns : m.rows);
  }

  private static int matrixStride(Matrix m, Standard standard) {
    return m.stride != 0 ? m.stride : m.alignment(standard);
  }

  private static int arrayStride(Array a, Standard standard) {
    return a.stride != 0 ? a.stride : roundUp(a.element.size(standard), a.alignment(standard));
  }

  /** Size in bytes; of a run-time array that of one element. */
  default int size(Standard standard) {
    return switch (this) {
      case Scalar s -> s.type.bytes();
      case Vector v -> v.type.bytes() * v.count;
      case Matrix m -> matrixStride(m, standard) * (m.rowMajor ? m.rows : m.columns);
      case Array a -> arrayStride(a, standard) * Math.max(1, a.count);
      case Struct s -> {
        int end = 0;
        for (int n = 0; n < s.members.size(); n++) {
          boolean open = s.members.get(n).type instanceof Array a && a.count == 0;
          int size = open ? 0 : s.members.get(n).type.size(standard);
          end = Math.max(end, offset(s, n, standard) + size);
        }
        yield s.stride != 0 ? s.stride : roundUp(end, alignment(standard));
      }
      case Texel t -> t.layout.stride();
    };
  }

  private static int offset(Struct s, int index, Standard standard) {
    int end = 0;
    int offset = 0;
    for (int n = 0; n <= index; n++) {
      Member member = s.members.get(n);
      offset = member.offset >= 0 ? member.offset : roundUp(end, member.type.alignment(standard));
      end = offset + member.type.size(standard);
    }
    return offset;
  }

  /** Where the numbers of one element of a buffer lie. */
  default ElementLayout layout(Standard standard) {
    if (this instanceof Texel texel) {
      return texel.layout;
    }
    List<ElementLayout.Place> places = new ArrayList<>();
    collect(0, standard, places);
    int stride = roundUp(size(standard), alignment(standard));
    if (this instanceof Array a && a.count == 0 || this instanceof Struct s && s.stride != 0) {
      stride = size(standard);
    }
    return new ElementLayout(places, stride);
  }

  private void collect(int start, Standard standard, List<ElementLayout.Place> places) {
    switch (this) {
      case Scalar s -> places.add(new ElementLayout.Place(start, s.type));
      case Vector v -> {
        for (int n = 0; n < v.count; n++) {
          places.add(new ElementLayout.Place(start + n * v.type.bytes(), v.type));
        }
      }
      case Matrix m -> {
        int stride = matrixStride(m, standard);
        for (int c = 0; c < m.columns; c++) {
          for (int r = 0; r < m.rows; r++) {
            int at = m.rowMajor ? r * stride + c * m.type.bytes() : c * stride + r * m.type.bytes();
            places.add(new ElementLayout.Place(start + at, m.type));
          }
        }
      }
      case Array a -> {
        for (int n = 0; n < Math.max(1, a.count); n++) {
          a.element.collect(start + n * arrayStride(a, standard), standard, places);
        }
      }
      case Struct s -> {
        for (int n = 0; n < s.members.size(); n++) {
          if (!(s.members.get(n).type instanceof Array a && a.count == 0)) {
            s.members.get(n).type.collect(start + offset(s, n, standard), standard, places);
          }
        }
      }
      case Texel t ->
          t.layout
              .places()
              .forEach(p -> places.add(new ElementLayout.Place(start + p.offset(), p.type())));
    }
  }
}
