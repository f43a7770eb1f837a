package dev.zhulong.fuzz.generator;

import dev.zhulong.fuzz.generator.Kind.Base;
import dev.zhulong.fuzz.generator.Scope.Variable;
import dev.zhulong.fuzz.spirv.Glsl;
import dev.zhulong.fuzz.spirv.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * Random expressions. None does what is undefined: divisors are positive, amounts of shifts below
 * the width, floats become integers only when clamped, and the bits of a NaN are never looked at.
 */
final class Expressions {
  private static final long[] INTEGERS = {
    0, 1, 2, 3, 5, 7, 31, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffffL, 0x8000_0000L, -1,
    -2, 0x1234_5678L, 0x8000_0000_0000_0000L, 0x7fff_ffff_ffff_ffffL, 0x0123_4567_89ab_cdefL
  };
  private static final float[] FLOATS = {
    0, 1, 2, 0.5f, -1, -0f, 3.25f, 100, -7.75f, 0x1p-14f, 0x1p-24f, 65504, 0x1p-149f, 0x1p-126f,
    Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 1e10f, 0.1f
  };

  /** None is 0 or −1 in any width. */
  private static final long[] DIVISORS = {
    1, 2, 3, 5, 7, 10, 16, 100, 127, 125, -3, -2, -7, -16, -128 + 3, 64
  };

  private static final int SUBGROUP = 3;

  /**
   * A function that can be called.
   *
   * @param pointee what its last parameter points to, or null if that is no pointer
   */
  record Callee(int id, Kind result, List<Kind> parameters, Kind pointee) {}

  private final Choices choices;
  private final ModuleBuilder builder;
  final List<Callee> callees = new ArrayList<>();

  /** What can be used now. */
  Scope scope = new Scope();

  /** Whether it is certain who runs together with whom. */
  boolean subgroups;

  int inputs;

  /** Whether indices may be beyond buffers. */
  boolean strays;

  Expressions(Choices choices, ModuleBuilder builder) {
    this.choices = choices;
    this.builder = builder;
  }

  Kind anyKind() {
    Base base = Base.values()[choices.next(Base.values().length)];
    return new Kind(base, choices.once(3) ? 2 + choices.next(3) : 1);
  }

  private Base integer() {
    return switch (choices.next(7)) {
      case 0 -> Base.U32;
      case 1 -> Base.S32;
      case 2 -> Base.U8;
      case 3 -> Base.U16;
      case 4 -> Base.S16;
      case 5 -> Base.U64;
      default -> Base.S64;
    };
  }

  /** A value that costs nothing: one at hand, or a constant. */
  int leaf(Kind kind) {
    List<Integer> at = scope.of(kind);
    if (!at.isEmpty() && !choices.once(4)) {
      // The latest first.
      return at.get(at.size() - 1 - choices.next(at.size()));
    }
    if (!choices.once(3)) {
      return sown(kind);
    }
    if (kind.base().isFloat()) {
      float value = FLOATS[choices.next(FLOATS.length)];
      return builder.constant(kind, bits(kind.base(), value));
    }
    return builder.constant(kind, INTEGERS[choices.next(INTEGERS.length)]);
  }

  /** A value of any kind made of words that the compiler does not know. */
  private int sown(Kind kind) {
    if (kind.isVector()) {
      int[] parts = new int[kind.count()];
      for (int n = 0; n < parts.length; n++) {
        parts[n] = n == 0 || !choices.once(2) ? sown(kind.scalar()) : parts[n - 1];
      }
      return builder.value(Op.COMPOSITE_CONSTRUCT, builder.type(kind), parts);
    }
    List<Integer> words = scope.of(Kind.U32);
    int word =
        words.isEmpty() || choices.once(2)
            ? input(builder.constant(Base.U32, choices.next(Interface.INPUTS)))
            : words.get(words.size() - 1 - choices.next(words.size()));
    int type = builder.type(kind);
    return switch (kind.base()) {
      case U32 -> word;
      case S32, F32 -> builder.value(Op.BITCAST, type, word);
      case U8, U16, U64 -> builder.value(Op.U_CONVERT, type, word);
      case S16, S64 -> builder.value(Op.S_CONVERT, type, word);
      case F16 -> {
        int low = builder.value(Op.U_CONVERT, builder.type(Base.U16), word);
        yield builder.value(Op.BITCAST, type, low);
      }
      case BOOL -> {
        int limit = builder.constant(Base.U32, choices.next(8));
        yield builder.value(Op.U_LESS_THAN, type, word, limit);
      }
    };
  }

  /** A word of the input. */
  int input(int index) {
    int type = builder.type(Kind.U32);
    int pointer =
        builder.value(
            Op.ACCESS_CHAIN,
            builder.pointer(ModuleBuilder.STORAGE_BUFFER, type),
            inputs,
            builder.constant(Base.U32, 0),
            index);
    return builder.value(Op.LOAD, type, pointer);
  }

  private static long bits(Base base, float value) {
    return base == Base.F16 ? Float.floatToFloat16(value) : Float.floatToIntBits(value);
  }

  int make(Kind kind, int depth) {
    if (depth <= 0 || choices.next(6) == 0) {
      return leaf(kind);
    }
    int d = depth - 1;
    switch (choices.next(12)) {
      case 0 -> {
        return loaded(kind, d);
      }
      case 1 -> {
        return selected(kind, d);
      }
      case 2 -> {
        return kind.isVector() ? assembled(kind, d) : part(kind, d);
      }
      case 3 -> {
        if (subgroups) {
          return shared(kind, d);
        }
      }
      case 4 -> {
        for (Callee callee : callees) {
          if (callee.result.equals(kind)) {
            return called(callee, d);
          }
        }
      }
      default -> {}
    }
    return switch (kind.base()) {
      case BOOL -> truth(kind, d);
      case F16, F32 -> floating(kind, d);
      default -> whole(kind, d);
    };
  }

  private int called(Callee callee, int d) {
    int count = callee.parameters.size() + 1;
    int[] words = new int[count + (callee.pointee == null ? 0 : 1)];
    words[0] = callee.id;
    for (int n = 1; n < count; n++) {
      words[n] = make(callee.parameters.get(n - 1), d);
    }
    if (callee.pointee != null) {
      words[count] = variable(callee.pointee);
    }
    return builder.value(Op.FUNCTION_CALL, builder.type(callee.result), words);
  }

  /** A variable of the function, a new one if there is none of the kind. */
  private int variable(Kind kind) {
    for (Variable known : scope.variables) {
      boolean fits = known.length() == 0 && known.storage() == ModuleBuilder.FUNCTION;
      if (fits && known.kind().equals(kind)) {
        return known.id();
      }
    }
    int type = builder.type(kind);
    int made = builder.local(type, builder.zero(type));
    scope.variables.add(new Variable(made, ModuleBuilder.FUNCTION, kind, 0));
    return made;
  }

  /** A pointer to a variable's value, by an index that is inside. */
  int pointer(Variable variable) {
    if (variable.length() == 0) {
      return variable.id();
    }
    int index =
        builder.value(
            Op.BITWISE_AND,
            builder.type(Kind.U32),
            make(Kind.U32, 1),
            builder.constant(Base.U32, variable.length() - 1));
    int type = builder.pointer(variable.storage(), builder.type(variable.kind()));
    return builder.value(Op.ACCESS_CHAIN, type, variable.id(), index);
  }

  private int loaded(Kind kind, int d) {
    List<Variable> fitting = scope.variables.stream().filter(v -> v.kind().equals(kind)).toList();
    if (!fitting.isEmpty()) {
      Variable variable = fitting.get(choices.next(fitting.size()));
      return builder.value(Op.LOAD, builder.type(kind), pointer(variable));
    }
    if (kind.equals(Kind.U32)) {
      int limit = strays ? 127 : Interface.INPUTS - 1;
      int type = builder.type(kind);
      int index =
          builder.value(
              Op.BITWISE_AND, type, make(kind, d), builder.constant(Base.U32, limit));
      return input(index);
    }
    return leaf(kind);
  }

  private int selected(Kind kind, int d) {
    boolean whole = kind.isVector() && choices.once(3);
    int condition = make(whole ? Kind.BOOL : kind.of(Base.BOOL), d);
    return builder.value(
        Op.SELECT, builder.type(kind), condition, make(kind, d), make(kind, d));
  }

  private int part(Kind kind, int d) {
    Kind vector = new Kind(kind.base(), 2 + choices.next(3));
    int from = make(vector, d);
    if (choices.once(2)) {
      int index =
          builder.value(
              Op.U_MOD,
              builder.type(Kind.U32),
              make(Kind.U32, d),
              builder.constant(Base.U32, vector.count()));
      return builder.value(Op.VECTOR_EXTRACT_DYNAMIC, builder.type(kind), from, index);
    }
    return builder.value(
        Op.COMPOSITE_EXTRACT, builder.type(kind), from, choices.next(vector.count()));
  }

  private int assembled(Kind kind, int d) {
    int type = builder.type(kind);
    return switch (choices.next(4)) {
      case 0 -> {
        int[] parts = new int[kind.count()];
        for (int n = 0; n < parts.length; n++) {
          parts[n] = make(kind.scalar(), d);
        }
        yield builder.value(Op.COMPOSITE_CONSTRUCT, type, parts);
      }
      case 1 -> {
        Kind first = new Kind(kind.base(), 2 + choices.next(3));
        Kind second = new Kind(kind.base(), 2 + choices.next(3));
        int[] words = new int[kind.count() + 2];
        words[0] = make(first, d);
        words[1] = make(second, d);
        for (int n = 2; n < words.length; n++) {
          words[n] = choices.next(first.count() + second.count());
        }
        yield builder.value(Op.VECTOR_SHUFFLE, type, words);
      }
      case 2 ->
          builder.value(
              Op.COMPOSITE_INSERT,
              type,
              make(kind.scalar(), d),
              make(kind, d),
              choices.next(kind.count()));
      default -> {
        int index =
            builder.value(
                Op.U_MOD,
                builder.type(Kind.U32),
                make(Kind.U32, d),
                builder.constant(Base.U32, kind.count()));
        yield builder.value(
            Op.VECTOR_INSERT_DYNAMIC, type, make(kind, d), make(kind.scalar(), d), index);
      }
    };
  }

  private int truth(Kind kind, int d) {
    int type = builder.type(kind);
    switch (choices.next(8)) {
      case 0, 1, 2 -> {
        Kind of = kind.of(integer());
        int comparison = Op.I_EQUAL + choices.next(10);
        return builder.value(comparison, type, make(of, d), make(of, d));
      }
      case 3, 4 -> {
        Kind of = kind.of(choices.next(3) == 2 ? Base.F16 : Base.F32);
        int comparison = Op.F_ORD_EQUAL + choices.next(12);
        return builder.value(comparison, type, make(of, d), make(of, d));
      }
      case 5 -> {
        Kind of = kind.of(choices.next(3) == 2 ? Base.F16 : Base.F32);
        return builder.value(choices.pick(Op.IS_NAN, Op.IS_INF), type, make(of, d));
      }
      case 6 -> {
        if (!kind.isVector()) {
          Kind several = new Kind(Base.BOOL, 2 + choices.next(3));
          return builder.value(choices.pick(Op.ANY, Op.ALL), type, make(several, d));
        }
        return builder.value(Op.LOGICAL_NOT, type, make(kind, d));
      }
      default -> {
        int opcode =
            choices.pick(
                Op.LOGICAL_AND, Op.LOGICAL_OR, Op.LOGICAL_EQUAL, Op.LOGICAL_NOT_EQUAL);
        return builder.value(opcode, type, make(kind, d), make(kind, d));
      }
    }
  }

  private int floating(Kind kind, int d) {
    int type = builder.type(kind);
    Kind other = kind.of(kind.base() == Base.F32 ? Base.F16 : Base.F32);
    return switch (choices.next(14)) {
      case 12 ->
          kind.equals(new Kind(Base.F32, 2))
              ? builder.function(Glsl.UNPACK_HALF_2X16, kind, make(Kind.U32, d))
              : builder.value(Op.F_ADD, type, make(kind, d), make(kind, d));
      case 13 -> builder.function(Glsl.N_CLAMP, kind, make(kind, d), builder.constant(kind, bits(kind.base(), -2)), builder.constant(kind, bits(kind.base(), 3)));
      case 0, 1, 2 -> {
        int opcode = choices.pick(Op.F_ADD, Op.F_SUB, Op.F_MUL);
        yield builder.value(opcode, type, make(kind, d), make(kind, d));
      }
      case 3 -> builder.value(Op.F_NEGATE, type, make(kind, d));
      case 4, 5 -> {
        int function =
            choices.pick(
                Glsl.FLOOR, Glsl.CEIL, Glsl.TRUNC, Glsl.ROUND_EVEN, Glsl.F_ABS);
        yield builder.function(function, kind, make(kind, d));
      }
      case 6 -> {
        int function = choices.pick(Glsl.N_MIN, Glsl.N_MAX);
        yield builder.function(function, kind, make(kind, d), make(kind, d));
      }
      case 7 ->
          kind.base() == Base.F32
              ? builder.function(Glsl.FMA, kind, make(kind, d), make(kind, d), make(kind, d))
              : builder.value(Op.F_ADD, type, make(kind, d), make(kind, d));
      case 8 -> builder.value(Op.F_CONVERT, type, make(other, d));
      case 9 -> {
        Base from = integer();
        int opcode = choices.pick(Op.CONVERT_U_TO_F, Op.CONVERT_S_TO_F);
        yield builder.value(opcode, type, make(kind.of(from), d));
      }
      case 10 -> builder.value(Op.BITCAST, type, make(sameBits(kind), d));
      default ->
          kind.isVector()
              ? builder.value(
                  Op.VECTOR_TIMES_SCALAR, type, make(kind, d), make(kind.scalar(), d))
              : kind.base() == Base.F32 && choices.once(2) ? product(d) : quotient(kind, d);
    };
  }

  /** Quotients that are exact, as an error is allowed for all others. */
  private int quotient(Kind kind, int d) {
    long[] powers = {bits(kind.base(), 1), bits(kind.base(), 2), bits(kind.base(), 0.25f)};
    int divisor = builder.constant(kind, powers[choices.next(3)]);
    return builder.value(Op.F_DIV, builder.type(kind), make(kind, d), divisor);
  }

  /** Small whole numbers, of which sums of products are exact in any order. */
  private int small(int count, int d) {
    Kind of = new Kind(Base.U32, count);
    int few =
        builder.value(
            Op.BITWISE_AND, builder.type(of), make(of, d), builder.constant(of, 63));
    return builder.value(Op.CONVERT_U_TO_F, builder.type(of.of(Base.F32)), few);
  }

  /** A component of a product of matrices and vectors. */
  private int product(int d) {
    int rows = 2 + choices.next(3);
    int columns = 2 + choices.next(3);
    int vector = builder.type(new Kind(Base.F32, rows));
    int across = builder.type(new Kind(Base.F32, columns));
    int f32 = builder.type(Kind.F32);
    int matrix = builder.global(Op.TYPE_MATRIX, vector, columns);
    int a = small(rows, d);
    int b = small(columns, d);
    return switch (choices.next(4)) {
      case 0 -> builder.value(Op.DOT, f32, a, small(rows, d));
      case 1 -> {
        int outer = builder.value(Op.OUTER_PRODUCT, matrix, a, b);
        int[] path = {outer, choices.next(columns), choices.next(rows)};
        yield builder.value(Op.COMPOSITE_EXTRACT, f32, path);
      }
      case 2 -> {
        int left = builder.value(Op.OUTER_PRODUCT, matrix, a, small(columns, 0));
        int result = builder.value(Op.MATRIX_TIMES_VECTOR, vector, left, b);
        yield builder.value(Op.COMPOSITE_EXTRACT, f32, result, choices.next(rows));
      }
      default -> {
        int left = builder.value(Op.OUTER_PRODUCT, matrix, a, b);
        int turned = builder.global(Op.TYPE_MATRIX, across, rows);
        int right = builder.value(Op.TRANSPOSE, turned, left);
        int square = builder.global(Op.TYPE_MATRIX, vector, rows);
        int result = builder.value(Op.MATRIX_TIMES_MATRIX, square, left, right);
        int[] path = {result, choices.next(rows), choices.next(rows)};
        yield builder.value(Op.COMPOSITE_EXTRACT, f32, path);
      }
    };
  }

  private static Kind sameBits(Kind kind) {
    return kind.of(kind.base() == Base.F32 ? Base.U32 : Base.U16);
  }

  /** The bits of a float, those of every NaN alike. */
  private int plainBits(Kind kind, int value) {
    Kind bits = sameBits(kind);
    int type = builder.type(bits);
    int nan = builder.value(Op.IS_NAN, builder.type(kind.of(Base.BOOL)), value);
    int cast = builder.value(Op.BITCAST, type, value);
    long canonical = kind.base() == Base.F32 ? 0x7fc0_0000L : 0x7e00L;
    return builder.value(Op.SELECT, type, nan, builder.constant(bits, canonical), cast);
  }

  private int whole(Kind kind, int d) {
    int type = builder.type(kind);
    Base base = kind.base();
    return switch (choices.next(14)) {
      case 0, 1, 2 -> {
        int opcode =
            choices.pick(
                Op.I_ADD, Op.I_SUB, Op.I_MUL, Op.BITWISE_AND, Op.BITWISE_OR, Op.BITWISE_XOR);
        yield builder.value(opcode, type, make(kind, d), make(kind, d));
      }
      case 3 -> {
        int opcode =
            choices.pick(
                Op.SHIFT_LEFT_LOGICAL, Op.SHIFT_RIGHT_LOGICAL, Op.SHIFT_RIGHT_ARITHMETIC);
        int amount =
            builder.value(
                Op.BITWISE_AND, type, make(kind, d), builder.constant(kind, base.bits - 1));
        yield builder.value(opcode, type, make(kind, d), amount);
      }
      case 4 -> divided(kind, d);
      case 5 -> builder.value(choices.pick(Op.NOT, Op.S_NEGATE), type, make(kind, d));
      case 6 -> {
        int function =
            choices.pick(Glsl.U_MIN, Glsl.U_MAX, Glsl.S_MIN, Glsl.S_MAX);
        yield builder.function(function, kind, make(kind, d), make(kind, d));
      }
      case 7 ->
          builder.function(choices.pick(Glsl.S_ABS, Glsl.S_SIGN), kind, make(kind, d));
      case 8, 9 -> converted(kind, d);
      case 10 -> fromFloat(kind, d);
      case 11 -> base.bits == 32 ? words(kind, d) : converted(kind, d);
      case 12 -> base.bits == 32 ? bitField(kind, d) : converted(kind, d);
      default -> {
        if (base.bits == 32 || base == Base.U16) {
          Kind real = kind.of(base.bits == 32 ? Base.F32 : Base.F16);
          int bits = plainBits(real, make(real, d));
          yield base.isSigned() ? builder.value(Op.BITCAST, type, bits) : bits;
        }
        yield split(kind, d);
      }
    };
  }

  /** A bitcast between vectors of other widths. */
  private int split(Kind kind, int d) {
    if (kind.base().bits == 64 && kind.count() <= 2) {
      Kind halves = new Kind(Base.U32, kind.count() * 2);
      return builder.value(Op.BITCAST, builder.type(kind), make(halves, d));
    }
    return converted(kind, d);
  }

  private int divided(Kind kind, int d) {
    int type = builder.type(kind);
    int constantDivisor = choices.next(DIVISORS.length * 3);
    if (constantDivisor < DIVISORS.length) {
      int opcode =
          kind.base().isSigned()
              ? choices.pick(Op.S_DIV, Op.S_REM, Op.S_MOD)
              : choices.pick(Op.U_DIV, Op.U_MOD, Op.S_DIV, Op.S_REM, Op.S_MOD);
      int by = builder.constant(kind, DIVISORS[constantDivisor]);
      return builder.value(opcode, type, make(kind, d), by);
    }
    long positive = kind.base().bits == 64 ? Long.MAX_VALUE : (1L << kind.base().bits - 1) - 1;
    int divisor =
        builder.value(Op.BITWISE_AND, type, make(kind, d), builder.constant(kind, positive));
    divisor = builder.value(Op.BITWISE_OR, type, divisor, builder.constant(kind, 1));
    int opcode =
        kind.base().isSigned()
            ? choices.pick(Op.S_DIV, Op.S_REM, Op.S_MOD)
            : choices.pick(Op.U_DIV, Op.U_MOD, Op.S_DIV, Op.S_REM, Op.S_MOD);
    return builder.value(opcode, type, make(kind, d), divisor);
  }

  private int converted(Kind kind, int d) {
    Base from = integer();
    int value = make(kind.of(from), d);
    if (from.bits == kind.base().bits) {
      return from == kind.base()
          ? value
          : builder.value(Op.BITCAST, builder.type(kind), value);
    }
    int opcode =
        kind.base().isSigned() || choices.once(2) ? Op.S_CONVERT : Op.U_CONVERT;
    return builder.value(opcode, builder.type(kind), value);
  }

  private int fromFloat(Kind kind, int d) {
    Base from = choices.next(3) == 2 ? Base.F16 : Base.F32;
    Kind real = kind.of(from);
    boolean signed = kind.base().isSigned();
    float most = kind.base().bits == 8 ? 100 : from == Base.F16 ? 30000 : 32000;
    if (kind.base().bits >= 32 && from == Base.F32) {
      most = kind.base().bits == 32 ? 1e9f : 1e18f;
    }
    int clamped =
        builder.function(
            Glsl.N_CLAMP,
            real,
            make(real, d),
            builder.constant(real, bits(from, signed ? -most : 0)),
            builder.constant(real, bits(from, most)));
    int opcode = signed ? Op.CONVERT_F_TO_S : Op.CONVERT_F_TO_U;
    return builder.value(opcode, builder.type(kind), clamped);
  }

  /** Operations that are of 32 bits only. */
  private int words(Kind kind, int d) {
    int type = builder.type(kind);
    switch (choices.next(6)) {
      case 0 -> {
        return builder.value(choices.pick(Op.BIT_COUNT, Op.BIT_REVERSE), type, make(kind, d));
      }
      case 1 -> {
        return builder.function(
            choices.pick(Glsl.FIND_I_LSB, Glsl.FIND_U_MSB, Glsl.FIND_S_MSB), kind, make(kind, d));
      }
      case 2 -> {
        int unsigned = builder.type(kind.of(Base.U32));
        boolean signed = kind.base().isSigned();
        int result = signed ? type : unsigned;
        int pair = builder.global(Op.TYPE_STRUCT, result, result);
        int opcode =
            signed
                ? Op.S_MUL_EXTENDED
                : choices.pick(Op.I_ADD_CARRY, Op.I_SUB_BORROW, Op.U_MUL_EXTENDED);
        int both = builder.value(opcode, pair, make(kind, d), make(kind, d));
        return builder.value(Op.COMPOSITE_EXTRACT, type, both, choices.next(2));
      }
      case 3 -> {
        if (kind.equals(Kind.U32)) {
          Kind halves = new Kind(Base.F32, 2);
          return packed(make(halves, d));
        }
      }
      case 4 -> {
        if (kind.count() == 2) {
          Kind wide = new Kind(Base.U64, 1);
          return builder.value(Op.BITCAST, type, make(wide, d));
        }
        if (kind.count() == 1) {
          Kind narrow = choices.once(2) ? new Kind(Base.U8, 4) : new Kind(Base.U16, 2);
          return builder.value(Op.BITCAST, type, make(narrow, d));
        }
      }
      default -> {}
    }
    return builder.value(Op.BIT_REVERSE, type, make(kind, d));
  }

  private int packed(int pair) {
    // A NaN's half may be any NaN, so there must be none.
    Kind kind = new Kind(Base.F32, 2);
    int nan = builder.value(Op.IS_NAN, builder.type(kind.of(Base.BOOL)), pair);
    int plain =
        builder.value(Op.SELECT, builder.type(kind), nan, builder.constant(kind, 0), pair);
    return builder.function(Glsl.PACK_HALF_2X16, Kind.U32, plain);
  }

  private int bitField(Kind kind, int d) {
    int type = builder.type(kind);
    int offset = choices.next(32);
    int count = choices.next(33 - offset);
    int first = builder.constant(Base.U32, offset);
    if (choices.once(2)) {
      // Offsets to 15 and sizes to 16 fit whatever they are.
      first =
          builder.value(
              Op.BITWISE_AND,
              builder.type(Kind.U32),
              make(Kind.U32, d),
              builder.constant(Base.U32, 15));
      count = Math.min(count, 17);
    }
    int size = builder.constant(Base.U32, count);
    return switch (choices.next(3)) {
      case 0 -> builder.value(Op.BIT_FIELD_U_EXTRACT, type, make(kind, d), first, size);
      case 1 -> builder.value(Op.BIT_FIELD_S_EXTRACT, type, make(kind, d), first, size);
      default ->
          builder.value(
              Op.BIT_FIELD_INSERT, type, make(kind, d), make(kind, d), first, size);
    };
  }

  private int scopeId() {
    return builder.constant(Base.U32, SUBGROUP);
  }

  /** An operation of the subgroup. */
  private int shared(Kind kind, int d) {
    int type = builder.type(kind);
    int boolType = builder.type(Kind.BOOL);
    Base base = kind.base();
    switch (choices.next(4)) {
      case 0 -> {
        return builder.value(Op.GROUP_BROADCAST_FIRST, type, scopeId(), make(kind, d));
      }
      case 1 -> {
        if (kind.equals(Kind.BOOL)) {
          return vote(d);
        }
        if (kind.equals(Kind.U32)) {
          return count(d);
        }
      }
      case 2 -> {
        if (base != Base.F16 && base != Base.F32) {
          int[] opcodes =
              base == Base.BOOL
                  ? new int[] {
                    Op.GROUP_LOGICAL_AND, Op.GROUP_LOGICAL_OR, Op.GROUP_LOGICAL_XOR
                  }
                  : new int[] {
                    Op.GROUP_I_ADD, Op.GROUP_I_MUL, Op.GROUP_S_MIN, Op.GROUP_U_MIN,
                    Op.GROUP_S_MAX, Op.GROUP_U_MAX, Op.GROUP_AND, Op.GROUP_OR, Op.GROUP_XOR
                  };
          int opcode = choices.pick(opcodes);
          if (base.isSigned() && (opcode == Op.GROUP_U_MIN || opcode == Op.GROUP_U_MAX)) {
            opcode = Op.GROUP_S_MAX;
          }
          int operation = choices.next(4);
          int value = make(kind, d);
          return operation == 3
              ? builder.value(
                  opcode, type, scopeId(), 3, value, builder.constant(Base.U32, 1 << choices.next(3)))
              : builder.value(opcode, type, scopeId(), operation, value);
        }
      }
      default -> {}
    }
    // From another lane, if that is here.
    int here = ballot(builder.constant(Base.BOOL, 1));
    int u32 = builder.type(Kind.U32);
    int self = scope.lane;
    int few = builder.constant(Base.U32, 3);
    int value = make(kind, d);
    int lane;
    int there;
    if (choices.once(2)) {
      // Alike in all lanes, as far as these operations want it.
      int opcode =
          choices.pick(
              Op.GROUP_SHUFFLE_XOR,
              Op.GROUP_SHUFFLE_UP,
              Op.GROUP_SHUFFLE_DOWN,
              Op.GROUP_BROADCAST);
      int delta = builder.constant(Base.U32, choices.next(4));
      int way =
          switch (opcode) {
            case Op.GROUP_SHUFFLE_XOR -> Op.BITWISE_XOR;
            case Op.GROUP_SHUFFLE_UP -> Op.I_SUB;
            default -> Op.I_ADD;
          };
      lane =
          opcode == Op.GROUP_BROADCAST ? delta : builder.value(way, u32, self, delta);
      there = builder.value(opcode, type, scopeId(), value, delta);
    } else {
      lane = builder.value(Op.BITWISE_AND, u32, make(Kind.U32, d), few);
      there = builder.value(Op.GROUP_SHUFFLE, type, scopeId(), value, lane);
    }
    int inside = builder.value(Op.U_LESS_THAN_EQUAL, boolType, lane, few);
    int index = builder.value(Op.BITWISE_AND, u32, lane, few);
    int present =
        builder.value(Op.GROUP_BALLOT_BIT_EXTRACT, boolType, scopeId(), here, index);
    present = builder.value(Op.LOGICAL_AND, boolType, present, inside);
    return builder.value(Op.SELECT, type, present, there, value);
  }

  private int ballot(int condition) {
    return builder.value(
        Op.GROUP_BALLOT, builder.type(new Kind(Base.U32, 4)), scopeId(), condition);
  }

  private int vote(int d) {
    int type = builder.type(Kind.BOOL);
    return switch (choices.next(5)) {
      case 4 -> {
        int several = ballot(make(Kind.BOOL, d));
        yield builder.value(Op.GROUP_INVERSE_BALLOT, type, scopeId(), several);
      }
      case 0 -> builder.value(Op.GROUP_ALL, type, scopeId(), make(Kind.BOOL, d));
      case 1 -> builder.value(Op.GROUP_ANY, type, scopeId(), make(Kind.BOOL, d));
      case 2 -> builder.value(Op.GROUP_ELECT, type, scopeId());
      default -> builder.value(Op.GROUP_ALL_EQUAL, type, scopeId(), make(anyKind(), d));
    };
  }

  private int count(int d) {
    int type = builder.type(Kind.U32);
    return switch (choices.next(3)) {
      case 0 ->
          builder.value(
              Op.GROUP_BALLOT_BIT_COUNT,
              type,
              scopeId(),
              choices.next(3),
              ballot(make(Kind.BOOL, d)));
      case 1 ->
          builder.value(
              choices.pick(Op.GROUP_BALLOT_FIND_LSB, Op.GROUP_BALLOT_FIND_MSB),
              type,
              scopeId(),
              ballot(builder.constant(Base.BOOL, 1)));
      default ->
          builder.value(
              Op.COMPOSITE_EXTRACT, type, ballot(make(Kind.BOOL, d)), choices.next(2));
    };
  }

  /** A word that tells of a value. */
  int word(int id, Kind kind) {
    int u32 = builder.type(Kind.U32);
    if (kind.isVector()) {
      int component =
          builder.value(
              Op.COMPOSITE_EXTRACT, builder.type(kind.scalar()), id, choices.next(kind.count()));
      return word(component, kind.scalar());
    }
    return switch (kind.base()) {
      case BOOL ->
          builder.value(
              Op.SELECT,
              u32,
              id,
              builder.constant(Base.U32, 1),
              builder.constant(Base.U32, 0));
      case U32 -> id;
      case S32 -> builder.value(Op.BITCAST, u32, id);
      case U8, U16, S16 -> builder.value(Op.U_CONVERT, u32, id);
      case F32 -> plainBits(kind, id);
      case F16 -> word(plainBits(kind, id), new Kind(Base.U16, 1));
      case U64, S64 -> {
        int pair = builder.value(Op.BITCAST, builder.type(new Kind(Base.U32, 2)), id);
        int low = builder.value(Op.COMPOSITE_EXTRACT, u32, pair, 0);
        int high = builder.value(Op.COMPOSITE_EXTRACT, u32, pair, 1);
        int turned = builder.value(Op.I_MUL, u32, high, builder.constant(Base.U32, 3));
        yield builder.value(Op.BITWISE_XOR, u32, low, turned);
      }
    };
  }
}
