package dev.zhulong.fuzz.interpreter;

import java.util.List;

/** Types, with the layout that decorations give them or, without any, members one behind another. */
sealed interface Type {
  /** Bytes that a value takes in memory; of an array without length, those of no elements. */
  int size();

  /** No value. */
  record Void() implements Type {
    @Override
    public int size() {
      return 0;
    }
  }

  /** A truth value: 0 or 1. */
  record Bool() implements Type {
    @Override
    public int size() {
      return 4;
    }
  }

  /** An integer of 8 to 64 bits; a value's bits above the width are zero. */
  record Int(int width, boolean signed) implements Type {
    @Override
    public int size() {
      return width / 8;
    }
  }

  /** A float of 16 or 32 bits. */
  record Float(int width) implements Type {
    @Override
    public int size() {
      return width / 8;
    }
  }

  /** A vector. */
  record Vector(Type element, int count) implements Type {
    @Override
    public int size() {
      return count * element.size();
    }
  }

  /** A matrix, as a list of columns. */
  record Matrix(Vector column, int count) implements Type {
    @Override
    public int size() {
      return count * column.size();
    }
  }

  /** An array; length −1 where only the buffer knows it; stride 0 where not decorated. */
  record Array(Type element, int length, int stride) implements Type {
    int step() {
      return stride == 0 ? element.size() : stride;
    }

    @Override
    public int size() {
      return Math.max(0, length) * step();
    }
  }

  /** What decorates a member: its offset (−1 without), and how its matrices lie. */
  record Member(Type type, int offset, int matrixStride, boolean rowMajor) {}

  /** A struct. */
  record Struct(List<Member> members) implements Type {
    int offset(int index) {
      Member member = members.get(index);
      if (member.offset >= 0) {
        return member.offset;
      }
      int offset = 0;
      for (int m = 0; m < index; m++) {
        offset += members.get(m).type.size();
      }
      return offset;
    }

    @Override
    public int size() {
      int end = 0;
      for (int m = 0; m < members.size(); m++) {
        Member member = members.get(m);
        int size = member.type.size();
        if (member.matrixStride > 0) {
          // The columns, or rows, lie apart; a generous end is enough.
          size = Math.max(size, 4 * member.matrixStride * elements(member.type));
        }
        end = Math.max(end, offset(m) + size);
      }
      return end;
    }

    private static int elements(Type type) {
      return type instanceof Array array ? Math.max(1, array.length) * elements(array.element) : 1;
    }
  }

  /** A pointer, which cannot be kept in memory. */
  record Pointer(int storage, int pointee) implements Type {
    @Override
    public int size() {
      throw new InterpreterException("a pointer kept in memory");
    }
  }
}
