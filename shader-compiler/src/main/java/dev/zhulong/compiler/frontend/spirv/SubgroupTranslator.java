package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;

/** Translates operations between the invocations of a subgroup, which is a warp. */
final class SubgroupTranslator {
  private static final Constant ZERO = Constant.i32(0);

  /** Clamp field of a SHFL control word that lets every lane of the largest warp through. */
  private static final int CLAMP_ALL = 63 << 6;

  private final Ids ids;
  private final Builder b;

  SubgroupTranslator(Ids ids, Builder builder) {
    this.ids = ids;
    this.b = builder;
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
          new Value[] {
            b.make(BALLOT, Type.I32, null, ids.scalar(i.operand(1))), ZERO, ZERO, ZERO
          };
      case GROUP_NON_UNIFORM_INVERSE_BALLOT ->
          one(bitOf(ids.value(i.operand(1))[0], lane()));
      case GROUP_NON_UNIFORM_BALLOT_BIT_EXTRACT ->
          one(bitOf(ids.value(i.operand(1))[0], ids.scalar(i.operand(2))));
      case GROUP_NON_UNIFORM_BALLOT_BIT_COUNT -> one(bitCount(i));
      case GROUP_NON_UNIFORM_BALLOT_FIND_LSB ->
          one(b.op(CTZ, ids.value(i.operand(1))[0]));
      case GROUP_NON_UNIFORM_BALLOT_FIND_MSB ->
          one(b.op(SUB, Constant.i32(31), b.op(CLZ, ids.value(i.operand(1))[0])));
      case GROUP_NON_UNIFORM_BROADCAST, GROUP_NON_UNIFORM_SHUFFLE ->
          exchange(SHUFFLE_INDEX, i, ids.scalar(i.operand(2)));
      case GROUP_NON_UNIFORM_BROADCAST_FIRST -> {
        Value active = b.make(BALLOT, Type.I32, null, Constant.TRUE);
        yield exchange(SHUFFLE_INDEX, i, b.op(CTZ, active));
      }
      case GROUP_NON_UNIFORM_SHUFFLE_XOR ->
          exchange(SHUFFLE_XOR, i, ids.scalar(i.operand(2)));
      case GROUP_NON_UNIFORM_SHUFFLE_DOWN ->
          exchange(SHUFFLE_DOWN, i, ids.scalar(i.operand(2)));
      case GROUP_NON_UNIFORM_SHUFFLE_UP -> exchange(SHUFFLE_UP, i, ids.scalar(i.operand(2)));
      default -> null;
    };
  }

  private static Value[] one(Value value) {
    return new Value[] {value};
  }

  private Value lane() {
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
    Value[] values = ids.value(i.operand(1));
    Value control = control(opcode, lanes);
    Value[] made = new Value[values.length];
    for (int n = 0; n < made.length; n++) {
      Value other = b.make(opcode, Type.I32, null, word(values[n]), control);
      made[n] =
          switch (values[n].type()) {
            case I32 -> other;
            case F32 -> b.op(BITS_TO_F, other);
            case BOOL -> b.op(NE, other, ZERO);
          };
    }
    return made;
  }

  /** The SHFL control word: no segments, and no clamp but the warp's size. */
  private Value control(Opcode opcode, Value lanes) {
    Value field = b.op(AND, lanes, Constant.i32(63));
    return opcode == SHUFFLE_UP ? field : b.op(OR, field, Constant.i32(CLAMP_ALL));
  }
}
