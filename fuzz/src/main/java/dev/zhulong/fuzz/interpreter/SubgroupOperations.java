package dev.zhulong.fuzz.interpreter;

import dev.zhulong.fuzz.spirv.Glsl;
import dev.zhulong.fuzz.spirv.Op;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/** What invocations of a subgroup that run an instruction together make of each other's values. */
final class SubgroupOperations {
  private static final int REDUCE = 0;
  private static final int INCLUSIVE = 1;
  private static final int EXCLUSIVE = 2;

  private final Module module;
  private final int size;

  SubgroupOperations(Module module, int size) {
    this.module = module;
    this.size = size;
  }

  void run(Instruction i, List<Invocation> group) {
    // All results before any is set: an operand may be the result of the last iteration.
    Object[] results = new Object[group.size()];
    for (int n = 0; n < results.length; n++) {
      results[n] = result(i, group, n);
    }
    for (int n = 0; n < results.length; n++) {
      group.get(n).set(i.result(), results[n]);
    }
  }

  private Object result(Instruction i, List<Invocation> group, int n) {
    Invocation self = group.get(n);
    return switch (i.opcode()) {
      case Op.GROUP_ELECT -> n == 0 ? 1L : 0L;
      case Op.GROUP_ALL ->
          group.stream().allMatch(other -> other.number(i.operand(1)) != 0) ? 1L : 0L;
      case Op.GROUP_ANY ->
          group.stream().anyMatch(other -> other.number(i.operand(1)) != 0) ? 1L : 0L;
      case Op.GROUP_ALL_EQUAL -> {
        Object first = group.getFirst().value(i.operand(1));
        yield group.stream().allMatch(other -> equal(first, other.value(i.operand(1)), i)) ? 1L : 0L;
      }
      case Op.GROUP_BROADCAST, Op.GROUP_SHUFFLE -> from(i, group, self.number(i.operand(2)));
      case Op.GROUP_BROADCAST_FIRST -> group.getFirst().value(i.operand(1));
      case Op.GROUP_SHUFFLE_XOR -> from(i, group, self.lane ^ self.number(i.operand(2)));
      case Op.GROUP_SHUFFLE_UP -> from(i, group, self.lane - self.number(i.operand(2)));
      case Op.GROUP_SHUFFLE_DOWN -> from(i, group, self.lane + self.number(i.operand(2)));
      case Op.GROUP_QUAD_BROADCAST ->
          from(i, group, (self.lane & ~3) + self.number(i.operand(2)));
      case Op.GROUP_QUAD_SWAP -> from(i, group, self.lane ^ self.number(i.operand(2)) + 1);
      case Op.GROUP_BALLOT -> {
        long bits = 0;
        for (Invocation other : group) {
          bits |= other.number(i.operand(1)) << other.lane;
        }
        yield new Object[] {bits, 0L, 0L, 0L};
      }
      case Op.GROUP_INVERSE_BALLOT -> bits(self, i.operand(1)) >>> self.lane & 1;
      case Op.GROUP_BALLOT_BIT_EXTRACT ->
          bits(self, i.operand(1)) >>> self.number(i.operand(2)) & 1;
      case Op.GROUP_BALLOT_BIT_COUNT -> {
        long bits = bits(self, i.operand(2));
        yield (long) Long.bitCount(
            switch (i.operand(1)) {
              case INCLUSIVE -> Scalars.cut(bits, self.lane + 1);
              case EXCLUSIVE -> Scalars.cut(bits, self.lane);
              default -> bits;
            });
      }
      case Op.GROUP_BALLOT_FIND_LSB ->
          (long) Long.numberOfTrailingZeros(bits(self, i.operand(1)));
      case Op.GROUP_BALLOT_FIND_MSB ->
          63L - Long.numberOfLeadingZeros(bits(self, i.operand(1)));
      default -> reduce(i, group, n);
    };
  }

  /** The ballot's bits of this subgroup. */
  private long bits(Invocation self, int id) {
    return Scalars.cut((Long) ((Object[]) self.value(id))[0], size);
  }

  private boolean equal(Object a, Object b, Instruction i) {
    if (a instanceof Object[] several) {
      return IntStream.range(0, several.length)
          .allMatch(n -> equal(several[n], ((Object[]) b)[n], i));
    }
    Type type = module.types[module.resultTypes[i.operand(1)]];
    Type leaf = type instanceof Type.Vector vector ? vector.element() : type;
    return leaf instanceof Type.Float f
        ? Scalars.number((Long) a, f.width()) == Scalars.number((Long) b, f.width())
        : a.equals(b);
  }

  /** The value of a lane; of one that is not here it is nothing in particular. */
  private Object from(Instruction i, List<Invocation> group, long lane) {
    return group.stream()
        .filter(other -> other.lane == lane)
        .findFirst()
        .map(other -> other.value(i.operand(1)))
        .orElseGet(() -> Module.zero(module.types[i.type()]));
  }

  private Object reduce(Instruction i, List<Invocation> group, int n) {
    Type type = module.types[i.type()];
    Type leaf = type instanceof Type.Vector vector ? vector.element() : type;
    int kind = i.operand(1);
    int cluster = kind > EXCLUSIVE ? (int) group.get(n).number(i.operand(3)) : size;
    int lane = group.get(n).lane;
    Object sum = splat(type, neutral(i.opcode(), leaf));
    for (Invocation other : group) {
      boolean counts =
          switch (kind) {
            case REDUCE -> true;
            case INCLUSIVE -> other.lane <= lane;
            case EXCLUSIVE -> other.lane < lane;
            default -> other.lane / cluster == lane / cluster;
          };
      if (counts) {
        sum = combine(sum, other.value(i.operand(2)), (a, b) -> operate(i.opcode(), leaf, a, b));
      }
    }
    return sum;
  }

  private static Object splat(Type type, long value) {
    if (type instanceof Type.Vector vector) {
      Object[] parts = new Object[vector.count()];
      Arrays.fill(parts, value);
      return parts;
    }
    return value;
  }

  private static Object combine(Object a, Object b, BinaryOperator<Long> operation) {
    if (a instanceof Object[] several) {
      Object[] parts = new Object[several.length];
      for (int n = 0; n < parts.length; n++) {
        parts[n] = operation.apply((Long) several[n], (Long) ((Object[]) b)[n]);
      }
      return parts;
    }
    return operation.apply((Long) a, (Long) b);
  }

  private static long neutral(int opcode, Type type) {
    if (type instanceof Type.Bool) {
      return opcode == Op.GROUP_LOGICAL_AND ? 1 : 0;
    }
    int width = type.size() * 8;
    long ones = Scalars.cut(-1, width);
    return switch (opcode) {
      case Op.GROUP_I_MUL -> 1;
      case Op.GROUP_U_MIN, Op.GROUP_AND -> ones;
      case Op.GROUP_S_MIN -> ones >>> 1;
      case Op.GROUP_S_MAX -> 1L << width - 1;
      case Op.GROUP_F_MIN -> Scalars.bits(Float.POSITIVE_INFINITY, width);
      case Op.GROUP_F_MAX -> Scalars.bits(Float.NEGATIVE_INFINITY, width);
      default -> 0;
    };
  }

  private static long operate(int opcode, Type type, long a, long b) {
    long[] both = {a, b};
    return switch (opcode) {
      case Op.GROUP_I_ADD -> Scalars.operate(Op.I_ADD, type, type, both);
      case Op.GROUP_I_MUL -> Scalars.operate(Op.I_MUL, type, type, both);
      case Op.GROUP_AND, Op.GROUP_LOGICAL_AND -> a & b;
      case Op.GROUP_OR, Op.GROUP_LOGICAL_OR -> a | b;
      case Op.GROUP_XOR, Op.GROUP_LOGICAL_XOR -> a ^ b;
      case Op.GROUP_S_MIN -> Scalars.glsl(Glsl.S_MIN, type, both);
      case Op.GROUP_S_MAX -> Scalars.glsl(Glsl.S_MAX, type, both);
      case Op.GROUP_U_MIN -> Scalars.glsl(Glsl.U_MIN, type, both);
      case Op.GROUP_U_MAX -> Scalars.glsl(Glsl.U_MAX, type, both);
      case Op.GROUP_F_MIN -> Scalars.glsl(Glsl.N_MIN, type, both);
      case Op.GROUP_F_MAX -> Scalars.glsl(Glsl.N_MAX, type, both);
      default -> throw new InterpreterException("subgroup operation " + opcode);
    };
  }
}
