package dev.zhulong.fuzz.interpreter;

import dev.zhulong.fuzz.spirv.Glsl;
import dev.zhulong.fuzz.spirv.Op;
import java.util.Arrays;
import java.util.function.IntFunction;

/** Instructions whose result depends on their operands alone. */
final class Evaluator {
  private static final Type F32 = new Type.Float(32);

  private Evaluator() {}

  /** The result, of operands that a function gives by their ids. */
  static Object evaluate(Module module, Instruction i, IntFunction<Object> values) {
    int[] o = i.operands();
    Type type = module.types[i.type()];
    return switch (i.opcode()) {
      case Op.UNDEF -> Module.zero(type);
      case Op.COPY_OBJECT, Op.COPY_LOGICAL -> values.apply(o[0]);
      case Op.COMPOSITE_CONSTRUCT -> construct(type, o, values);
      case Op.COMPOSITE_EXTRACT -> extract(values.apply(o[0]), o, 1);
      case Op.COMPOSITE_INSERT -> insert(values.apply(o[1]), values.apply(o[0]), o, 2);
      case Op.VECTOR_EXTRACT_DYNAMIC ->
          ((Object[]) values.apply(o[0]))[index(values.apply(o[1]))];
      case Op.VECTOR_INSERT_DYNAMIC -> {
        Object[] copy = ((Object[]) values.apply(o[0])).clone();
        copy[index(values.apply(o[2]))] = values.apply(o[1]);
        yield copy;
      }
      case Op.VECTOR_SHUFFLE -> shuffle(o, values);
      case Op.TRANSPOSE -> transpose((Object[]) values.apply(o[0]));
      case Op.ANY, Op.ALL -> {
        boolean wanted = i.opcode() == Op.ANY;
        boolean found = false;
        for (Object part : (Object[]) values.apply(o[0])) {
          found |= (Long) part != 0 == wanted;
        }
        yield found == wanted ? 1L : 0L;
      }
      case Op.BITCAST -> bitcast(module, i, values);
      case Op.I_ADD_CARRY, Op.I_SUB_BORROW, Op.U_MUL_EXTENDED, Op.S_MUL_EXTENDED ->
          pairs(i.opcode(), values.apply(o[0]), values.apply(o[1]));
      case Op.VECTOR_TIMES_SCALAR, Op.MATRIX_TIMES_SCALAR ->
          scale((Object[]) values.apply(o[0]), values.apply(o[1]), leaf(type));
      case Op.VECTOR_TIMES_MATRIX -> {
        Object[] vector = (Object[]) values.apply(o[0]);
        Object[] matrix = (Object[]) values.apply(o[1]);
        yield Arrays.stream(matrix)
            .map(column -> (Object) dot(vector, (Object[]) column, leaf(type)))
            .toArray();
      }
      case Op.MATRIX_TIMES_VECTOR ->
          times((Object[]) values.apply(o[0]), (Object[]) values.apply(o[1]), leaf(type));
      case Op.MATRIX_TIMES_MATRIX -> {
        Object[] left = (Object[]) values.apply(o[0]);
        yield Arrays.stream((Object[]) values.apply(o[1]))
            .map(column -> (Object) times(left, (Object[]) column, leaf(type)))
            .toArray();
      }
      case Op.OUTER_PRODUCT -> {
        Object[] column = (Object[]) values.apply(o[0]);
        yield Arrays.stream((Object[]) values.apply(o[1]))
            .map(factor -> (Object) scale(column, factor, leaf(type)))
            .toArray();
      }
      case Op.DOT -> dot((Object[]) values.apply(o[0]), (Object[]) values.apply(o[1]), type);
      case Op.EXT_INST -> glsl(module, i, values);
      case Op.SELECT -> select(values.apply(o[0]), values.apply(o[1]), values.apply(o[2]));
      default -> componentwise(module, i, values);
    };
  }

  private static int index(Object value) {
    return Math.toIntExact((Long) value);
  }

  /** The scalar type that something is made of. */
  private static Type leaf(Type type) {
    return switch (type) {
      case Type.Vector vector -> vector.element();
      case Type.Matrix matrix -> matrix.column().element();
      default -> type;
    };
  }

  private static Object construct(Type type, int[] o, IntFunction<Object> values) {
    if (!(type instanceof Type.Vector vector)) {
      return Arrays.stream(o).mapToObj(values).toArray();
    }
    Object[] parts = new Object[vector.count()];
    int count = 0;
    for (int id : o) {
      if (values.apply(id) instanceof Object[] several) {
        for (Object part : several) {
          parts[count++] = part;
        }
      } else {
        parts[count++] = values.apply(id);
      }
    }
    return parts;
  }

  private static Object extract(Object whole, int[] path, int from) {
    Object part = whole;
    for (int n = from; n < path.length; n++) {
      part = ((Object[]) part)[path[n]];
    }
    return part;
  }

  private static Object insert(Object whole, Object part, int[] path, int from) {
    if (from == path.length) {
      return part;
    }
    Object[] copy = ((Object[]) whole).clone();
    copy[path[from]] = insert(copy[path[from]], part, path, from + 1);
    return copy;
  }

  private static Object shuffle(int[] o, IntFunction<Object> values) {
    Object[] first = (Object[]) values.apply(o[0]);
    Object[] second = (Object[]) values.apply(o[1]);
    Object[] parts = new Object[o.length - 2];
    for (int n = 0; n < parts.length; n++) {
      int which = o[n + 2];
      parts[n] =
          which == -1 ? 0L : which < first.length ? first[which] : second[which - first.length];
    }
    return parts;
  }

  private static Object transpose(Object[] columns) {
    Object[] rows = new Object[((Object[]) columns[0]).length];
    for (int r = 0; r < rows.length; r++) {
      int row = r;
      rows[r] = Arrays.stream(columns).map(column -> ((Object[]) column)[row]).toArray();
    }
    return rows;
  }

  private static Object bitcast(Module module, Instruction i, IntFunction<Object> values) {
    Type from = module.types[module.resultTypes[i.operand(0)]];
    Type to = module.types[i.type()];
    Object value = values.apply(i.operand(0));
    if (to instanceof Type.Pointer) {
      return value;
    }
    Object[] parts = value instanceof Object[] several ? several : new Object[] {value};
    int width = leaf(from).size() * 8;
    int wanted = leaf(to).size() * 8;
    int count = to instanceof Type.Vector vector ? vector.count() : 1;
    Object[] made = new Object[count];
    for (int n = 0; n < count; n++) {
      long bits = 0;
      for (int b = 0; b < wanted; b += Math.min(width, wanted)) {
        int at = n * wanted + b;
        bits |= Scalars.cut((Long) parts[at / width] >>> at % width, Math.min(width, wanted)) << b;
      }
      made[n] = bits;
    }
    return to instanceof Type.Vector ? made : made[0];
  }

  private static Object pairs(int opcode, Object a, Object b) {
    if (a instanceof Object[] several) {
      Object[] low = new Object[several.length];
      Object[] high = new Object[several.length];
      for (int n = 0; n < low.length; n++) {
        Object[] pair = (Object[]) pairs(opcode, several[n], ((Object[]) b)[n]);
        low[n] = pair[0];
        high[n] = pair[1];
      }
      return new Object[] {low, high};
    }
    long x = (Long) a;
    long y = (Long) b;
    return switch (opcode) {
      case Op.I_ADD_CARRY -> new Object[] {Scalars.cut(x + y, 32), x + y >>> 32};
      case Op.I_SUB_BORROW -> new Object[] {Scalars.cut(x - y, 32), x < y ? 1L : 0L};
      case Op.U_MUL_EXTENDED ->
          new Object[] {Scalars.cut(x * y, 32), Scalars.high(x, y, false)};
      default -> new Object[] {Scalars.cut(x * y, 32), Scalars.high(x, y, true)};
    };
  }

  private static long arithmetic(int opcode, Type type, Object a, Object b) {
    return Scalars.operate(opcode, type, type, new long[] {(Long) a, (Long) b});
  }

  private static Object[] scale(Object[] parts, Object factor, Type scalar) {
    return Arrays.stream(parts)
        .map(
            part ->
                part instanceof Object[] column
                    ? scale(column, factor, scalar)
                    : (Object) arithmetic(Op.F_MUL, scalar, part, factor))
        .toArray();
  }

  private static Long dot(Object[] a, Object[] b, Type scalar) {
    long sum = arithmetic(Op.F_MUL, scalar, a[0], b[0]);
    for (int n = 1; n < a.length; n++) {
      sum = arithmetic(Op.F_ADD, scalar, sum, arithmetic(Op.F_MUL, scalar, a[n], b[n]));
    }
    return sum;
  }

  private static Object[] times(Object[] matrix, Object[] vector, Type scalar) {
    return Arrays.stream((Object[]) transpose(matrix))
        .map(row -> (Object) dot((Object[]) row, vector, scalar))
        .toArray();
  }

  private static Object select(Object condition, Object yes, Object no) {
    if (condition instanceof Object[] conditions) {
      Object[] parts = new Object[conditions.length];
      for (int n = 0; n < parts.length; n++) {
        parts[n] = (Long) conditions[n] != 0 ? ((Object[]) yes)[n] : ((Object[]) no)[n];
      }
      return parts;
    }
    return (Long) condition != 0 ? yes : no;
  }

  private static Object glsl(Module module, Instruction i, IntFunction<Object> values) {
    int[] o = i.operands();
    int function = o[1];
    Type operand = leaf(module.types[module.resultTypes[o[2]]]);
    if (function == Glsl.PACK_HALF_2X16) {
      Object[] pair = (Object[]) values.apply(o[2]);
      return Scalars.operate(Op.F_CONVERT, new Type.Float(16), F32, new long[] {(Long) pair[0]})
          | Scalars.operate(Op.F_CONVERT, new Type.Float(16), F32, new long[] {(Long) pair[1]})
              << 16;
    }
    if (function == Glsl.UNPACK_HALF_2X16) {
      long both = (Long) values.apply(o[2]);
      return new Object[] {
        Scalars.bits(Scalars.number(both & 0xffff, 16), 32),
        Scalars.bits(Scalars.number(both >>> 16, 16), 32)
      };
    }
    return each(
        module.types[i.type()],
        Arrays.stream(o).skip(2).mapToObj(values).toArray(),
        a -> Scalars.glsl(function, operand, a));
  }

  private static Object componentwise(Module module, Instruction i, IntFunction<Object> values) {
    Type result = module.types[i.type()];
    Type operand = leaf(module.types[module.resultTypes[i.operand(0)]]);
    return each(
        result,
        Arrays.stream(i.operands()).mapToObj(values).toArray(),
        a -> Scalars.operate(i.opcode(), leaf(result), operand, a));
  }

  private interface Operation {
    long of(long[] operands);
  }

  /** Applies an operation to every component; a scalar operand stands for all of them. */
  private static Object each(Type type, Object[] operands, Operation operation) {
    long[] a = new long[operands.length];
    if (!(type instanceof Type.Vector vector)) {
      for (int n = 0; n < a.length; n++) {
        a[n] = (Long) operands[n];
      }
      return operation.of(a);
    }
    Object[] parts = new Object[vector.count()];
    for (int p = 0; p < parts.length; p++) {
      for (int n = 0; n < a.length; n++) {
        a[n] = (Long) (operands[n] instanceof Object[] several ? several[p] : operands[n]);
      }
      parts[p] = operation.of(a);
    }
    return parts;
  }
}
