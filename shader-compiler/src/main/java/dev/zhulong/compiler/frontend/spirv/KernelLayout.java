package dev.zhulong.compiler.frontend.spirv;

import java.util.List;

/**
 * Where scalars lie in the memory of kernels: as C lays them out, vectors aligned to their size,
 * those of three components like those of four. OpenCL C specification, Alignment of Types.
 */
final class KernelLayout {
  private KernelLayout() {}

  /** What an address of a type's value is a multiple of. */
  static int alignment(SpirvType type) {
    return switch (type) {
      case SpirvType.Array a -> alignment(a.element());
      case SpirvType.RuntimeArray a -> alignment(a.element());
      case SpirvType.Struct s -> s.alignment();
      default -> (int) Math.max(bytes(type), 1);
    };
  }

  /** Bytes that a value takes, and from one element of an array to the next. */
  static long bytes(SpirvType type) {
    return switch (type) {
      case SpirvType.Scalar s -> s.bytes();
      case SpirvType.Vector v -> (long) v.component().bytes() * (v.count() == 3 ? 4 : v.count());
      case SpirvType.Array a -> a.length() * a.stride();
      case SpirvType.Struct s -> structBytes(s);
      case SpirvType.Pointer p -> 4 * p.scalars();
      default -> 0;
    };
  }

  private static long structBytes(SpirvType.Struct struct) {
    int last = struct.members().size() - 1;
    long end = last < 0 ? 0 : struct.offsets()[last] + bytes(struct.members().get(last));
    return aligned(end, struct.alignment());
  }

  /** Puts members one after the other and returns the whole's alignment. */
  static int place(List<SpirvType> members, boolean packed, int[] offsets) {
    long at = 0;
    int alignment = 1;
    for (int n = 0; n < offsets.length; n++) {
      int wanted = packed ? 1 : alignment(members.get(n));
      at = aligned(at, wanted);
      offsets[n] = Math.toIntExact(at);
      at += bytes(members.get(n));
      alignment = Math.max(alignment, wanted);
    }
    return alignment;
  }

  private static long aligned(long offset, int alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }
}
