package dev.zhulong.fuzz.generator;

import dev.zhulong.fuzz.generator.Kind.Base;
import dev.zhulong.fuzz.spirv.Op;

/** A struct of all widths in explicit layout, and the ways to reach into it. */
final class RecordLayout {
  private static final int[] OFFSETS = {0, 4, 6, 8, 16, 28, 32, 56, 64};
  private static final int MATRIX = 6;
  private static final Kind TRIPLE = new Kind(Base.F32, 3);
  private static final Kind QUAD = new Kind(Base.S32, 4);

  /**
   * A way to a member or a part of one.
   *
   * @param path constant indices
   * @param kind of what is there
   * @param indexed if not 0, the last index may be anything below
   */
  record Access(int[] path, Kind kind, int indexed) {}

  private RecordLayout() {}

  static int declare(ModuleBuilder builder) {
    int column = builder.type(TRIPLE);
    int halves = builder.fresh(Op.TYPE_ARRAY, builder.type(Base.U16), builder.constant(Base.U32, 4));
    builder.decorate(halves, 6, 2);
    int struct =
        builder.fresh(
            Op.TYPE_STRUCT,
            builder.type(Base.U32),
            builder.type(Base.U16),
            builder.type(Base.U8),
            builder.type(Base.U64),
            column,
            builder.type(Base.F16),
            builder.global(Op.TYPE_MATRIX, column, 2),
            halves,
            builder.type(QUAD));
    for (int m = 0; m < OFFSETS.length; m++) {
      builder.decorateMember(struct, m, 35, OFFSETS[m]);
    }
    builder.decorateMember(struct, MATRIX, 4);
    builder.decorateMember(struct, MATRIX, 7, 8);
    return struct;
  }

  private static Access at(Base base, int indexed, int... path) {
    return new Access(path, new Kind(base, 1), indexed);
  }

  static Access access(Choices choices) {
    return switch (choices.next(13)) {
      case 0 -> at(Base.U32, 0, 0);
      case 1 -> at(Base.U16, 0, 1);
      case 2 -> at(Base.U8, 0, 2);
      case 3 -> at(Base.U64, 0, 3);
      case 4 -> new Access(new int[] {4}, TRIPLE, 0);
      case 5 -> at(Base.F32, 0, 4, choices.next(3));
      case 6 -> at(Base.F16, 0, 5);
      case 7 -> new Access(new int[] {MATRIX, choices.next(2)}, TRIPLE, 0);
      case 8 -> at(Base.F32, 0, MATRIX, choices.next(2), choices.next(3));
      case 9 -> at(Base.U16, 4, 7, 0);
      case 10 -> new Access(new int[] {8}, QUAD, 0);
      case 11 -> at(Base.S32, 4, 8, 0);
      default -> new Access(new int[] {MATRIX, 0}, TRIPLE, 2);
    };
  }
}
