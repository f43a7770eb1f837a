package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
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

  private final Ids ids;
  private final Builder b;
  private final SubgroupTranslator subgroup;
  private final List<Integer> group;
  private int scratch;
  private int scratchBytes;

  GroupFunctions(Ids ids, Builder builder, SubgroupTranslator subgroup, List<Integer> group) {
    this.ids = ids;
    this.b = builder;
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
      case GROUP_ALL -> vote(ids.scalar(i.operand(1)), MIN_U);
      case GROUP_ANY -> vote(ids.scalar(i.operand(1)), MAX_U);
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
      default -> null;
    };
  }

  private Value[] vote(Value truth, Opcode opcode) {
    Value all = overGroup(b.op(BOOL_TO_INT, truth), opcode, Constant.i32(0), REDUCE);
    return new Value[] {b.op(NE, all, Constant.i32(0))};
  }

  private Value[] broadcast(Value[] values, Value[] place) {
    Value from = Constant.i32(0);
    for (int n = place.length - 1; n >= 0; n--) {
      from = b.op(ADD, b.op(MUL, from, Constant.i32(group.get(n))), place[n]);
    }
    Value[] made = new Value[values.length];
    for (int n = 0; n < made.length; n++) {
      publish(values[n]);
      made[n] = read(values[n].type(), from);
      b.effect(BARRIER, null);
    }
    return made;
  }

  private Value[] combine(SpirvInstruction i) {
    Value[] x = ids.value(i.operand(2));
    SpirvType.Scalar type = Ids.component(ids.type(i.type()));
    if (type == null || type.bits() != 32) {
      throw SpirvErrors.at(i.location(), "%s of a workgroup takes values of 32 bits here", i.op());
    }
    int operation = i.operand(1);
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] =
          switch (i.op()) {
            case GROUP_I_ADD -> overGroup(x[n], ADD, Constant.i32(0), operation);
            case GROUP_F_ADD -> overGroup(x[n], F_ADD, Constant.f32(0), operation);
            case GROUP_F_MIN ->
                overGroup(x[n], F_MIN, Constant.f32(Float.POSITIVE_INFINITY), operation);
            case GROUP_F_MAX ->
                overGroup(x[n], F_MAX, Constant.f32(Float.NEGATIVE_INFINITY), operation);
            case GROUP_U_MIN -> overGroup(x[n], MIN_U, Constant.i32(-1), operation);
            case GROUP_S_MIN -> overGroup(x[n], MIN_S, Constant.i32(Integer.MAX_VALUE), operation);
            case GROUP_U_MAX -> overGroup(x[n], MAX_U, Constant.i32(0), operation);
            default -> overGroup(x[n], MAX_S, Constant.i32(Integer.MIN_VALUE), operation);
          };
    }
    return made;
  }

  private void publish(Value value) {
    scratchBytes = 4 * groupSize();
    b.effect(STORE, access(), address(localIndex()), value);
    b.effect(BARRIER, null);
  }

  private Value read(Type type, Value index) {
    return b.make(LOAD, type, access(), address(index));
  }

  private Access access() {
    return new Access(Space.SHARED, 4, false, scratch, -1, false);
  }

  private Value address(Value index) {
    Value base = b.make(READ_CSR, Type.I32, Csr.GROUP_LOCAL_BASE);
    return b.op(ADD, base, b.op(SHL, index, Constant.i32(2)));
  }

  /** Goes through the values of all invocations, or of those before. */
  private Value overGroup(Value value, Opcode opcode, Constant identity, int operation) {
    publish(value);
    Value self = localIndex();
    Constant first = Constant.i32(0);
    // Votes of all begin with the first value, which is as good as an identity.
    Value start = opcode == MIN_U && identity.bits() == 0 ? read(Type.I32, first) : identity;
    Type type = value.type();
    Instruction loop = b.append(LOOP, List.of(first, start), List.of(Type.I32, type), null);
    Region before = b.region();
    Region body = new Region();
    loop.regions().add(body);
    Argument index = new Argument(Type.I32);
    Argument sum = new Argument(type);
    body.arguments().add(index);
    body.arguments().add(sum);
    b.region(body);
    Value other = read(type, index);
    if (operation != REDUCE) {
      Value counts =
          operation == INCLUSIVE_SCAN ? b.op(GE_U, self, index) : b.op(LT_U, index, self);
      other = b.op(SELECT, counts, other, identity);
    }
    Value made = b.op(opcode, sum, other);
    Value next = b.op(ADD, index, Constant.i32(1));
    Value more = b.op(LT_U, next, Constant.i32(groupSize()));
    b.append(NEXT, List.of(more, next, made), List.of(), null);
    b.region(before);
    Value result = loop.results().get(1);
    b.effect(BARRIER, null);
    return result;
  }
}
