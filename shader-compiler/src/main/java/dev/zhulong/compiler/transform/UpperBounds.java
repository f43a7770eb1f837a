package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The largest that integers can be as unsigned numbers, from how they are made. */
final class UpperBounds {
  private static final long MOST = 0xffffffffL;
  private static final int DEPTH = 12;

  /**
   * A value that a loop carries.
   *
   * @param first what its first value does not exceed
   */
  private record Carried(Instruction loop, int number, long first) {}

  private final Map<Argument, Carried> carried = new IdentityHashMap<>();

  /** Conditions that hold where the pass is. */
  private final List<Value> facts = new ArrayList<>();

  /** A condition holds from here on. */
  void enter(Value condition) {
    facts.add(condition);
  }

  /** The last condition holds no more. */
  void leave() {
    facts.removeLast();
  }

  /** Learns about a loop, before its body. */
  void note(Instruction loop) {
    Region body = loop.regions().getFirst();
    for (int n = 0; n < body.arguments().size(); n++) {
      Value first = loop.operand(n);
      long most = of(first);
      if (most <= Integer.MAX_VALUE) {
        for (Value fact : facts) {
          most = Math.min(most, below(fact, first) - 1);
        }
      }
      carried.put(body.arguments().get(n), new Carried(loop, n, most));
    }
  }

  /** A number that the value does not exceed. */
  long of(Value value) {
    return of(value, 0);
  }

  private long of(Value value, int depth) {
    if (value instanceof Constant c) {
      return Integer.toUnsignedLong(c.bits());
    }
    if (value instanceof Argument a) {
      Carried place = carried.get(a);
      return place == null ? MOST : counter(place);
    }
    if (depth >= DEPTH || !(value instanceof Result r)) {
      return MOST;
    }
    Instruction i = r.instruction();
    int next = depth + 1;
    return switch (i.opcode()) {
      case LOOP -> of(i.regions().getFirst().terminator().operand(r.index() + 1), next);
      case IF ->
          Math.max(
              of(i.regions().get(0).terminator().operand(r.index()), next),
              of(i.regions().get(1).terminator().operand(r.index()), next));
      case AND, MIN_U -> Math.min(of(i.operand(0), next), of(i.operand(1), next));
      case ADD -> fits(of(i.operand(0), next) + of(i.operand(1), next));
      case MUL -> product(of(i.operand(0), next), of(i.operand(1), next));
      case SHL ->
          i.operand(1) instanceof Constant c
              ? product(of(i.operand(0), next), 1L << (c.bits() & 31))
              : MOST;
      case SHR_U ->
          i.operand(1) instanceof Constant c ? of(i.operand(0), next) >> (c.bits() & 31) : MOST;
      case REM_U -> i.operand(1) instanceof Constant c && c.bits() != 0 ? of(c) - 1 : MOST;
      case SELECT -> Math.max(of(i.operand(1), next), of(i.operand(2), next));
      case LOAD ->
          i.access().bytes() < 4 && !i.access().signed()
              ? (1L << 8 * i.access().bytes()) - 1
              : MOST;
      default -> MOST;
    };
  }

  private static long product(long a, long b) {
    return a == 0 || b <= MOST / a ? a * b : MOST;
  }

  private static long fits(long value) {
    return Math.min(value, MOST);
  }

  /** A counter that grows by a constant and goes on while it is below another. */
  private static long counter(Carried carried) {
    Region body = carried.loop().regions().getFirst();
    Instruction end = body.terminator();
    Value next = end.operand(carried.number() + 1);
    boolean grows =
        next instanceof Result r
            && r.instruction().opcode() == Opcode.ADD
            && r.instruction().operand(0).equals(body.arguments().get(carried.number()))
            && r.instruction().operand(1) instanceof Constant step
            && step.bits() > 0;
    long below = below(end.operand(0), next);
    return grows && carried.first() <= Integer.MAX_VALUE && below <= Integer.MAX_VALUE
        ? Math.max(carried.first(), below - 1)
        : MOST;
  }

  /** A limit that a value is below where a condition holds. */
  private static long below(Value condition, Value value) {
    if (!(condition instanceof Result r)) {
      return MOST;
    }
    Instruction i = r.instruction();
    return switch (i.opcode()) {
      case B_AND -> Math.min(below(i.operand(0), value), below(i.operand(1), value));
      case LT_U, LT_S ->
          i.operand(0).equals(value) && i.operand(1) instanceof Constant c && c.bits() > 0
              ? c.bits()
              : MOST;
      default -> MOST;
    };
  }
}
