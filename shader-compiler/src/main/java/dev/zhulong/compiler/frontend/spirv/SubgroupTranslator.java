package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import java.util.ArrayList;
import java.util.List;

/** Translates operations between the invocations of a subgroup, which is a warp. */
final class SubgroupTranslator {
  private static final Constant ZERO = Constant.i32(0);

  /** What a float sum starts from: zero itself would turn a sum of negative zeros positive. */
  private static final int NEGATIVE_ZERO = 0x80000000;

  /** Clamp field of a SHFL control word that lets every lane of the largest warp through. */
  private static final int CLAMP_ALL = 63 << 6;

  private static final int CLUSTERED_REDUCE = 3;
  private static final int PARTITIONED_REDUCE = 6;

  private final Ids ids;
  private final Builder b;
  private final ValueTranslator arithmetic;

  SubgroupTranslator(Ids ids, Builder builder, ValueTranslator arithmetic) {
    this.ids = ids;
    this.b = builder;
    this.arithmetic = arithmetic;
  }

  /** The scalars of an instruction's result, or null if it is not one of this kind. */
  Value[] translate(SpirvInstruction i) {
    return switch (i.op()) {
      case GROUP_NON_UNIFORM_ELECT -> {
        Value active = b.make(BALLOT, Type.I32, null, Constant.TRUE);
        yield one(b.op(EQ, lane(), b.op(CTZ, active)));
      }
      case GROUP_NON_UNIFORM_ALL -> one(vote(VOTE_ALL, ids.scalar(i.operand(1))));
      case GROUP_NON_UNIFORM_ANY -> one(vote(VOTE_ANY, ids.scalar(i.operand(1))));
      case GROUP_NON_UNIFORM_ALL_EQUAL -> one(allEqual(ids.value(i.operand(1))));
      case GROUP_NON_UNIFORM_BALLOT ->
          new Value[] {b.make(BALLOT, Type.I32, null, ids.scalar(i.operand(1))), ZERO, ZERO, ZERO};
      case SUBGROUP_ALL -> one(vote(VOTE_ALL, ids.scalar(i.operand(0))));
      case SUBGROUP_ANY -> one(vote(VOTE_ANY, ids.scalar(i.operand(0))));
      case SUBGROUP_ALL_EQUAL -> one(allEqual(ids.value(i.operand(0))));
      case SUBGROUP_BALLOT ->
          new Value[] {b.make(BALLOT, Type.I32, null, ids.scalar(i.operand(0))), ZERO, ZERO, ZERO};
      case SUBGROUP_FIRST_INVOCATION -> {
        Value active = b.make(BALLOT, Type.I32, null, Constant.TRUE);
        yield exchange(SHUFFLE_INDEX, ids.value(i.operand(0)), b.op(CTZ, active));
      }
      case SUBGROUP_READ_INVOCATION ->
          exchange(SHUFFLE_INDEX, ids.value(i.operand(0)), ids.scalar(i.operand(1)));
      case GROUP_NON_UNIFORM_INVERSE_BALLOT -> one(bitOf(ids.value(i.operand(1))[0], lane()));
      case GROUP_NON_UNIFORM_BALLOT_BIT_EXTRACT ->
          one(bitOf(ids.value(i.operand(1))[0], ids.scalar(i.operand(2))));
      case GROUP_NON_UNIFORM_BALLOT_BIT_COUNT -> one(bitCount(i));
      case GROUP_NON_UNIFORM_BALLOT_FIND_LSB -> one(b.op(CTZ, ids.value(i.operand(1))[0]));
      case GROUP_NON_UNIFORM_BALLOT_FIND_MSB ->
          one(b.op(SUB, Constant.i32(31), b.op(CLZ, ids.value(i.operand(1))[0])));
      case GROUP_NON_UNIFORM_BROADCAST, GROUP_NON_UNIFORM_SHUFFLE ->
          exchange(SHUFFLE_INDEX, i, ids.scalar(i.operand(2)));
      case GROUP_NON_UNIFORM_BROADCAST_FIRST -> {
        Value active = b.make(BALLOT, Type.I32, null, Constant.TRUE);
        yield exchange(SHUFFLE_INDEX, i, b.op(CTZ, active));
      }
      case GROUP_NON_UNIFORM_SHUFFLE_XOR -> exchange(SHUFFLE_XOR, i, ids.scalar(i.operand(2)));
      case GROUP_NON_UNIFORM_SHUFFLE_DOWN -> exchange(SHUFFLE_DOWN, i, ids.scalar(i.operand(2)));
      case GROUP_NON_UNIFORM_SHUFFLE_UP -> exchange(SHUFFLE_UP, i, ids.scalar(i.operand(2)));
      case GROUP_NON_UNIFORM_ROTATE -> exchange(SHUFFLE_INDEX, i, rotated(i));
      case GROUP_NON_UNIFORM_QUAD_BROADCAST -> {
        Value index = b.op(AND, ids.scalar(i.operand(2)), Constant.i32(3));
        Value quad = b.op(AND, lane(), Constant.i32(~3));
        yield exchange(SHUFFLE_INDEX, i, b.op(OR, quad, index));
      }
      case GROUP_NON_UNIFORM_PARTITION -> partition(ids.value(i.operand(0)));
      case GROUP_NON_UNIFORM_QUAD_SWAP -> exchange(SHUFFLE_XOR, i, quadNeighbour(i));
      case GROUP_NON_UNIFORM_QUAD_ALL ->
          one(b.op(EQ, quadBallot(b.op(B_NOT, ids.scalar(i.operand(0)))), ZERO));
      case GROUP_NON_UNIFORM_QUAD_ANY -> one(b.op(NE, quadBallot(ids.scalar(i.operand(0))), ZERO));
      case GROUP_NON_UNIFORM_I_ADD -> combine(i, ADD);
      case GROUP_NON_UNIFORM_F_ADD -> combine(i, F_ADD);
      case GROUP_NON_UNIFORM_I_MUL -> combine(i, MUL);
      case GROUP_NON_UNIFORM_F_MUL -> combine(i, F_MUL);
      case GROUP_NON_UNIFORM_S_MIN -> combine(i, MIN_S);
      case GROUP_NON_UNIFORM_U_MIN -> combine(i, MIN_U);
      case GROUP_NON_UNIFORM_F_MIN -> combine(i, F_MIN);
      case GROUP_NON_UNIFORM_S_MAX -> combine(i, MAX_S);
      case GROUP_NON_UNIFORM_U_MAX -> combine(i, MAX_U);
      case GROUP_NON_UNIFORM_F_MAX -> combine(i, F_MAX);
      case GROUP_NON_UNIFORM_BITWISE_AND -> combine(i, AND);
      case GROUP_NON_UNIFORM_BITWISE_OR -> combine(i, OR);
      case GROUP_NON_UNIFORM_BITWISE_XOR -> combine(i, XOR);
      case GROUP_NON_UNIFORM_LOGICAL_AND -> combine(i, B_AND);
      case GROUP_NON_UNIFORM_LOGICAL_OR -> combine(i, B_OR);
      case GROUP_NON_UNIFORM_LOGICAL_XOR -> combine(i, B_XOR);
      default -> null;
    };
  }

  /** What differs between the lane numbers of a quad's neighbours: direction 0, 1 or 2, plus 1. */
  private Constant quadNeighbour(SpirvInstruction i) {
    int direction = ids.constantInt(i.operand(2));
    if (direction < 0 || direction > 2) {
      throw SpirvErrors.at(i.location(), "direction %d of a quad; 0 to 2 exist", direction);
    }
    return Constant.i32(direction + 1);
  }

  /** The lane that is so many further on in the subgroup or the cluster, round and round. */
  private Value rotated(SpirvInstruction i) {
    Value size =
        i.operands().length > 3
            ? Constant.i32(clusterSize(i))
            : b.make(READ_CSR, Type.I32, Csr.LANES);
    Value within = b.op(SUB, size, Constant.i32(1));
    Value outside = b.op(AND, lane(), b.op(XOR, within, Constant.i32(-1)));
    Value turned = b.op(AND, b.op(ADD, lane(), ids.scalar(i.operand(2))), within);
    return b.op(OR, outside, turned);
  }

  /** The bits of the own quad's active lanes whose operand is true. */
  private Value quadBallot(Value predicate) {
    Value mask = b.make(BALLOT, Type.I32, null, predicate);
    Value quad = b.op(AND, lane(), Constant.i32(~3));
    return b.op(AND, b.op(SHR_U, mask, quad), Constant.i32(15));
  }

  private static Value[] one(Value value) {
    return new Value[] {value};
  }

  Value lane() {
    return b.make(READ_CSR, Type.I32, Csr.LANE_ID);
  }

  private Value vote(Opcode opcode, Value predicate) {
    return b.make(opcode, Type.BOOL, null, predicate);
  }

  private Value bitOf(Value mask, Value index) {
    return b.op(NE, b.op(AND, b.op(SHR_U, mask, index), Constant.i32(1)), ZERO);
  }

  /** Bits of a ballot: all (0), those up to the own lane (1), or those below it (2). */
  private Value bitCount(SpirvInstruction i) {
    Value mask = ids.value(i.operand(2))[0];
    Value below = b.op(SUB, b.op(SHL, Constant.i32(1), lane()), Constant.i32(1));
    Value counted =
        switch (i.operand(1)) {
          case 0 -> mask;
          case 1 -> b.op(AND, mask, b.op(OR, b.op(SHL, below, Constant.i32(1)), Constant.i32(1)));
          case 2 -> b.op(AND, mask, below);
          default ->
              throw SpirvErrors.at(i.location(), "group operation %d of a ballot", i.operand(1));
        };
    return b.op(POPCOUNT, counted);
  }

  private Value allEqual(Value[] values) {
    Value first = b.op(CTZ, b.make(BALLOT, Type.I32, null, Constant.TRUE));
    Value same = Constant.TRUE;
    for (Value value : values) {
      Value word = word(value);
      Value other = b.make(SHUFFLE_INDEX, Type.I32, null, word, control(SHUFFLE_INDEX, first));
      Value equal =
          value.type() == Type.F32
              ? b.op(F_EQ, value, b.op(BITS_TO_F, other))
              : b.op(EQ, word, other);
      same = same == Constant.TRUE ? equal : b.op(B_AND, same, equal);
    }
    return vote(VOTE_ALL, same);
  }

  private Value word(Value value) {
    return switch (value.type()) {
      case I32 -> value;
      case F32 -> b.op(F_TO_BITS, value);
      case BOOL -> b.op(BOOL_TO_INT, value);
    };
  }

  private Value[] exchange(Opcode opcode, SpirvInstruction i, Value lanes) {
    return exchange(opcode, ids.value(i.operand(1)), lanes);
  }

  /** The values of other lanes. */
  Value[] exchange(Opcode opcode, Value[] values, Value lanes) {
    Value control = control(opcode, lanes);
    Value[] made = new Value[values.length];
    for (int n = 0; n < made.length; n++) {
      Value other = b.make(opcode, Type.I32, null, word(values[n]), control);
      made[n] = typed(other, values[n].type());
    }
    return made;
  }

  /**
   * A reduction or scan over the active lanes, one after the other: lanes that are not active have
   * values too, which a butterfly would take in.
   */
  private Value[] combine(SpirvInstruction i, Opcode opcode) {
    SpirvType.Scalar type = Ids.component(ids.typeOf(i.operand(2)));
    if (type == null) {
      throw SpirvErrors.at(i.location(), "%s needs scalars or vectors", i.op());
    }
    Value[] values = arithmetic.extended(type, ids.value(i.operand(2)), signed(opcode, type));
    Value[] identity = identity(opcode, type);
    Value own = lane();
    Value active = b.make(BALLOT, Type.I32, null, Constant.TRUE);
    List<Value> initial = new ArrayList<>(List.of(active));
    for (int n = 0; n < values.length; n++) {
      initial.add(identity[n % identity.length]);
    }
    List<Type> types = initial.stream().map(Value::type).toList();
    Instruction loop = b.append(LOOP, initial, types, null);
    Region before = b.region();
    Region body = new Region();
    loop.regions().add(body);
    types.forEach(t -> body.arguments().add(new Argument(t)));
    b.region(body);
    Value mask = body.arguments().getFirst();
    Value turn = b.op(CTZ, mask);
    Value counts = counts(i, turn, own);
    Value rest = b.op(AND, mask, b.op(ADD, mask, Constant.i32(-1)));
    List<Value> next = new ArrayList<>(List.of(b.op(NE, rest, ZERO), rest));
    for (int n = 0; n < values.length; n += type.words()) {
      Value[] sum = new Value[type.words()];
      Value[] other = new Value[type.words()];
      for (int w = 0; w < sum.length; w++) {
        sum[w] = body.arguments().get(n + w + 1);
        other[w] = fromLane(values[n + w], turn);
      }
      Value[] with = combined(opcode, type, sum, other);
      for (int w = 0; w < sum.length; w++) {
        next.add(b.op(SELECT, counts, with[w], sum[w]));
      }
    }
    b.append(NEXT, next, List.of(), null);
    b.region(before);
    List<? extends Value> results = loop.results().subList(1, loop.results().size());
    return results.stream().map(r -> arithmetic.fit(type, r)).toArray(Value[]::new);
  }

  private Value inPartition(SpirvInstruction i, Value turn) {
    return bitOf(ids.value(i.operand(3))[0], turn);
  }

  /** The ballot of the active lanes that have the same values. */
  private Value[] partition(Value[] values) {
    Value active = b.make(BALLOT, Type.I32, null, Constant.TRUE);
    Value[] found =
        Structured.loop(
            b,
            List.of(active, ZERO),
            carried -> {
              Value mask = carried.get(0);
              Value turn = b.op(CTZ, mask);
              Value same = Constant.TRUE;
              for (Value value : values) {
                Value other = fromLane(value, turn);
                boolean real = value.type() == Type.F32;
                Value equal = real ? b.op(F_EQ, value, other) : b.op(EQ, word(value), word(other));
                same = same == Constant.TRUE ? equal : b.op(B_AND, same, equal);
              }
              Value bit = b.op(SHL, b.op(BOOL_TO_INT, same), turn);
              Value rest = b.op(AND, mask, b.op(ADD, mask, Constant.i32(-1)));
              Value part = b.op(OR, carried.get(1), bit);
              return new Structured.Iteration(b.op(NE, rest, ZERO), List.of(rest, part));
            });
    return new Value[] {found[1], ZERO, ZERO, ZERO};
  }

  /** Two values combined, each of as many words as its type has. */
  Value[] combined(Opcode opcode, SpirvType.Scalar type, Value[] x, Value[] y) {
    if (WideIntegers.isWide(type)) {
      return new WideIntegers(ids, b).combine(opcode, x, y);
    }
    Value made = b.op(opcode, x[0], y[0]);
    return one(type.half() ? arithmetic.fit(type, made) : made);
  }

  /** Whether a combination takes narrow integers as signed. */
  static boolean signed(Opcode opcode, SpirvType.Scalar type) {
    return switch (opcode) {
      case MIN_S, MAX_S -> true;
      case MIN_U, MAX_U -> false;
      default -> type.signed();
    };
  }

  /** The words of the value that a reduction starts from. */
  static Value[] identity(Opcode opcode, SpirvType.Scalar type) {
    long most = type.bits() == 64 ? Long.MAX_VALUE : (1L << (type.bits() - 1)) - 1;
    long word =
        switch (opcode) {
          case ADD, OR, XOR, MAX_U, B_OR, B_XOR -> 0;
          case MUL, B_AND -> 1;
          case AND, MIN_U -> type.bits() == 64 ? -1 : 2 * most + 1;
          case MIN_S -> most;
          case MAX_S -> -most - 1;
          case F_ADD -> NEGATIVE_ZERO;
          case F_MUL -> Float.floatToRawIntBits(1);
          case F_MIN -> Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
          case F_MAX -> Float.floatToRawIntBits(Float.NEGATIVE_INFINITY);
          default -> throw new IllegalStateException("no reduction by " + opcode);
        };
    Constant low = new Constant(type.type(), (int) word);
    return type.words() == 1
        ? new Value[] {low}
        : new Value[] {low, Constant.i32((int) (word >>> 32))};
  }

  /**
   * Whether a lane's value belongs to the own result: of all, up to the own lane, before it, or of
   * the own cluster, or of the part that a ballot says, whole or as a scan.
   */
  private Value counts(SpirvInstruction i, Value turn, Value own) {
    return switch (i.operand(1)) {
      case 0 -> Constant.TRUE;
      case 1 -> b.op(GE_U, own, turn);
      case 2 -> b.op(LT_U, turn, own);
      case PARTITIONED_REDUCE -> inPartition(i, turn);
      case PARTITIONED_REDUCE + 1 -> b.op(B_AND, inPartition(i, turn), b.op(GE_U, own, turn));
      case PARTITIONED_REDUCE + 2 -> b.op(B_AND, inPartition(i, turn), b.op(LT_U, turn, own));
      case CLUSTERED_REDUCE -> b.op(LT_U, b.op(XOR, turn, own), Constant.i32(clusterSize(i)));
      default ->
          throw SpirvErrors.at(
              i.location(), "group operation %d is not supported; reduce or scan", i.operand(1));
    };
  }

  private int clusterSize(SpirvInstruction i) {
    int size = ids.constantInt(i.operand(3));
    if (size < 1 || Integer.bitCount(size) != 1) {
      throw SpirvErrors.at(
          i.location(), "cluster size %d; a cluster has a power of two of lanes", size);
    }
    return size;
  }

  private Value fromLane(Value value, Value lane) {
    Value control = control(SHUFFLE_INDEX, lane);
    Value other = b.make(SHUFFLE_INDEX, Type.I32, null, word(value), control);
    return typed(other, value.type());
  }

  private Value typed(Value word, Type type) {
    return switch (type) {
      case I32 -> word;
      case F32 -> b.op(BITS_TO_F, word);
      case BOOL -> b.op(NE, word, ZERO);
    };
  }

  /** The SHFL control word: no segments, and no clamp but the warp's size. */
  private Value control(Opcode opcode, Value lanes) {
    Value field = b.op(AND, lanes, Constant.i32(63));
    return opcode == SHUFFLE_UP ? field : b.op(OR, field, Constant.i32(CLAMP_ALL));
  }
}
