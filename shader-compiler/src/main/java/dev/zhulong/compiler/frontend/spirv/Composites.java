package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;

/** Where the parts of composite types are. */
final class Composites {
  private Composites() {}

  /** The type of a member, element, column or component. */
  static SpirvType member(SpirvType whole, long index, Location location) {
    long count = count(whole, location);
    if (index < 0 || index >= count) {
      throw SpirvErrors.at(location, "index %d is outside 0..%d", index, count - 1);
    }
    return switch (whole) {
      case SpirvType.Struct s -> s.members().get((int) index);
      default -> element(whole, location);
    };
  }

  /** The type that all parts of a vector, matrix or array have. */
  static SpirvType element(SpirvType whole, Location location) {
    return switch (whole) {
      case SpirvType.Vector v -> v.component();
      case SpirvType.Matrix m -> m.column();
      case SpirvType.Array a -> a.element();
      case SpirvType.RuntimeArray a -> a.element();
      default -> throw SpirvErrors.at(location, "a value of type %s has no elements", whole);
    };
  }

  /** Number of parts. */
  static long count(SpirvType whole, Location location) {
    return switch (whole) {
      case SpirvType.Struct s -> s.members().size();
      case SpirvType.Vector v -> v.count();
      case SpirvType.Matrix m -> m.count();
      case SpirvType.Array a -> a.length();
      case SpirvType.RuntimeArray _ -> 1L << 32;
      default -> throw SpirvErrors.at(location, "a value of type %s has no parts", whole);
    };
  }

  /** Scalars before a part. */
  static long firstScalar(SpirvType whole, long index, Location location) {
    if (whole instanceof SpirvType.Struct s) {
      member(whole, index, location);
      return s.members().subList(0, (int) index).stream().mapToLong(SpirvType::scalars).sum();
    }
    return index * element(whole, location).scalars();
  }
}
