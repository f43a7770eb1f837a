package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Translates the OpGroup instructions. Those of the subgroup are the warp's. Those of the workgroup
 * go through local memory: every invocation puts its value there, waits for the others, and takes
 * from theirs what it needs.
 */
final class GroupFunctions {
  private static final int SUBGROUP = 3;
  private static final int REDUCE = 0;
  private static final int INCLUSIVE_SCAN = 1;
  private static final SpirvType.Scalar BOOLEAN = new SpirvType.Scalar(Type.BOOL, 32, false);

  private final Ids ids;
  private final Builder b;
  private final ValueTranslator arithmetic;
  private final SubgroupTranslator subgroup;
  private final List<Integer> group;
  private int scratch;
  private int scratchBytes;

  GroupFunctions(
      Ids ids,
      Builder builder,
      ValueTranslator arithmetic,
      SubgroupTranslator subgroup,
      List<Integer> group) {
    this.ids = ids;
    this.b = builder;
    this.arithmetic = arithmetic;
    this.subgroup = subgroup;
    this.group = group;
  }

  /** Begins the local memory for these operations. */
  void scratchFrom(int offset) {
    scratch = offset + 3 & ~3;
  }

  /** Bytes of local memory used. */
  int scratchBytes() {
    return scratchBytes;
  }

  /** Invocations of a workgroup. */
  int groupSize() {
    return group.get(0) * group.get(1) * group.get(2);
  }

  /** The number of the invocation in its workgroup. */
  Value localIndex() {
    Value index = Constant.i32(0);
    Csr[] places = {Csr.LOCAL_ID_X, Csr.LOCAL_ID_Y, Csr.LOCAL_ID_Z};
    for (int n = 2; n >= 0; n--) {
      if (group.get(n) > 1) {
        Value place = b.make(READ_CSR, Type.I32, places[n]);
        index = b.op(ADD, b.op(MUL, index, Constant.i32(group.get(n))), place);
      }
    }
    return index;
  }

  /** The result's scalars, or null if it is no such instruction. */
  Value[] translate(SpirvInstruction i) {
    SpirvOp alike = inSubgroup(i.op());
    if (alike == null) {
      return null;
    }
    if (ids.constantInt(i.operand(0)) == SUBGROUP) {
      return subgroup.translate(
          new SpirvInstruction(alike, i.type(), i.id(), i.operands(), i.location()));
    }
    return switch (i.op()) {
      case GROUP_ALL -> vote(ids.scalar(i.operand(1)), B_AND);
      case GROUP_ANY -> vote(ids.scalar(i.operand(1)), B_OR);
      case GROUP_BROADCAST -> broadcast(ids.value(i.operand(1)), ids.value(i.operand(2)));
      default -> combine(i);
    };
  }

  private static SpirvOp inSubgroup(SpirvOp op) {
    return switch (op) {
      case GROUP_ALL -> SpirvOp.GROUP_NON_UNIFORM_ALL;
      case GROUP_ANY -> SpirvOp.GROUP_NON_UNIFORM_ANY;
      case GROUP_BROADCAST -> SpirvOp.GROUP_NON_UNIFORM_BROADCAST;
      case GROUP_I_ADD -> SpirvOp.GROUP_NON_UNIFORM_I_ADD;
      case GROUP_F_ADD -> SpirvOp.GROUP_NON_UNIFORM_F_ADD;
      case GROUP_F_MIN -> SpirvOp.GROUP_NON_UNIFORM_F_MIN;
      case GROUP_U_MIN -> SpirvOp.GROUP_NON_UNIFORM_U_MIN;
      case GROUP_S_MIN -> SpirvOp.GROUP_NON_UNIFORM_S_MIN;
      case GROUP_F_MAX -> SpirvOp.GROUP_NON_UNIFORM_F_MAX;
      case GROUP_U_MAX -> SpirvOp.GROUP_NON_UNIFORM_U_MAX;
      case GROUP_S_MAX -> SpirvOp.GROUP_NON_UNIFORM_S_MAX;
      case GROUP_I_MUL -> SpirvOp.GROUP_NON_UNIFORM_I_MUL;
      case GROUP_F_MUL -> SpirvOp.GROUP_NON_UNIFORM_F_MUL;
      case GROUP_BITWISE_AND -> SpirvOp.GROUP_NON_UNIFORM_BITWISE_AND;
      case GROUP_BITWISE_OR -> SpirvOp.GROUP_NON_UNIFORM_BITWISE_OR;
      case GROUP_BITWISE_XOR -> SpirvOp.GROUP_NON_UNIFORM_BITWISE_XOR;
      case GROUP_LOGICAL_AND -> SpirvOp.GROUP_NON_UNIFORM_LOGICAL_AND;
      case GROUP_LOGICAL_OR -> SpirvOp.GROUP_NON_UNIFORM_LOGICAL_OR;
      case GROUP_LOGICAL_XOR -> SpirvOp.GROUP_NON_UNIFORM_LOGICAL_XOR;
      default -> null;
    };
  }

  private static Opcode combination(SpirvOp op) {
    return switch (op) {
      case GROUP_I_ADD -> ADD;
      case GROUP_F_ADD -> F_ADD;
      case GROUP_F_MIN -> F_MIN;
      case GROUP_U_MIN -> MIN_U;
      case GROUP_S_MIN -> MIN_S;
      case GROUP_F_MAX -> F_MAX;
      case GROUP_U_MAX -> MAX_U;
      case GROUP_S_MAX -> MAX_S;
      case GROUP_I_MUL -> MUL;
      case GROUP_F_MUL -> F_MUL;
      case GROUP_BITWISE_AND -> AND;
      case GROUP_BITWISE_OR -> OR;
      case GROUP_BITWISE_XOR -> XOR;
      case GROUP_LOGICAL_AND -> B_AND;
      case GROUP_LOGICAL_OR -> B_OR;
      case GROUP_LOGICAL_XOR -> B_XOR;
      default -> throw new IllegalStateException("no combination of a workgroup by " + op);
    };
  }

  private Value[] vote(Value truth, Opcode opcode) {
    return overGroup(new Value[] {truth}, BOOLEAN, opcode, REDUCE);
  }

  private Value[] broadcast(Value[] values, Value[] place) {
    Value from = Constant.i32(0);
    for (int n = place.length - 1; n >= 0; n--) {
      from = b.op(ADD, b.op(MUL, from, Constant.i32(group.get(n))), place[n]);
    }
    Value[] made = new Value[values.length];
    for (int n = 0; n < made.length; n++) {
      publish(values[n]);
      made[n] = read(values[n].type(), from, 0, 1);
      b.effect(BARRIER, null);
    }
    return made;
  }

  private Value[] combine(SpirvInstruction i) {
    SpirvType.Scalar type = Ids.component(ids.type(i.type()));
    if (type == null) {
      throw SpirvErrors.at(i.location(), "%s needs scalars or vectors", i.op());
    }
    Opcode opcode = combination(i.op());
    boolean signed = SubgroupTranslator.signed(opcode, type);
    Value[] x = arithmetic.extended(type, ids.value(i.operand(2)), signed);
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n += type.words()) {
      Value[] component = Arrays.copyOfRange(x, n, n + type.words());
      Value[] all = overGroup(component, type, opcode, i.operand(1));
      for (int w = 0; w < all.length; w++) {
        made[n + w] = arithmetic.fit(type, all[w]);
      }
    }
    return made;
  }

  /** Puts the words of a value where all invocations find them. */
  private void publish(Value... words) {
    scratchBytes = Math.max(scratchBytes, 4 * words.length * groupSize());
    for (int n = 0; n < words.length; n++) {
      Value word = words[n].type() == Type.BOOL ? b.op(BOOL_TO_INT, words[n]) : words[n];
      b.effect(STORE, access(n), address(localIndex(), words.length), word);
    }
    b.effect(BARRIER, null);
  }

  private Value read(Type type, Value index, int word, int words) {
    Type stored = type == Type.BOOL ? Type.I32 : type;
    Value value = b.make(LOAD, stored, access(word), address(index, words));
    return type == Type.BOOL ? b.op(NE, value, Constant.i32(0)) : value;
  }

  private Access access(int word) {
    return new Access(Space.SHARED, 4, false, scratch + 4 * word, -1, false);
  }

  private Value address(Value index, int words) {
    Value base = b.make(READ_CSR, Type.I32, Csr.GROUP_LOCAL_BASE);
    return b.op(ADD, base, b.op(MUL, index, Constant.i32(4 * words)));
  }

  /** Goes through the values of all invocations, or of those before. */
  private Value[] overGroup(Value[] value, SpirvType.Scalar type, Opcode opcode, int operation) {
    publish(value);
    Value self = localIndex();
    Value[] identity =
        opcode == F_ADD ? new Value[] {Constant.f32(0)} : SubgroupTranslator.identity(opcode, type);
    List<Value> initial = new ArrayList<>(List.of(Constant.i32(0)));
    initial.addAll(List.of(identity));
    Value[] found =
        Structured.loop(
            b,
            initial,
            carried -> {
              Value index = carried.getFirst();
              Value[] sum = carried.subList(1, carried.size()).toArray(Value[]::new);
              Value[] other = new Value[sum.length];
              for (int n = 0; n < other.length; n++) {
                other[n] = read(sum[n].type(), index, n, other.length);
              }
              Value[] made = subgroup.combined(opcode, type, sum, other);
              if (operation != REDUCE) {
                Value counts =
                    operation == INCLUSIVE_SCAN ? b.op(GE_U, self, index) : b.op(LT_U, index, self);
                for (int n = 0; n < made.length; n++) {
                  made[n] = b.op(SELECT, counts, made[n], sum[n]);
                }
              }
              List<Value> next = new ArrayList<>(List.of(b.op(ADD, index, Constant.i32(1))));
              next.addAll(List.of(made));
              Value more = b.op(LT_U, next.getFirst(), Constant.i32(groupSize()));
              return new Structured.Iteration(more, next);
            });
    b.effect(BARRIER, null);
    return Arrays.copyOfRange(found, 1, found.length);
  }
}
