package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Value;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Compares a loop's counter in place of the counter plus a constant: {@code i + 2 < n} becomes
 * {@code i < n - 2}, and {@code n - 2} is computed once before the loop.
 *
 * <p>For an order that holds only while {@code i + 2} does not wrap, which the maker of an unrolled
 * loop knows, and {@code n - 2} stops at the least number there is.
 */
final class CounterComparisons {
  /** Each bound wants a register throughout the loop. */
  private static final int MAXIMUM_BOUNDS = 8;

  private record Bound(Opcode order, Value value, int offset) {}

  private final Definitions definitions;
  private final boolean signed;
  private final int reach;
  private final Builder before;
  private final Map<Value, Integer> offsets = new IdentityHashMap<>();
  private final Map<Bound, Value> bounds = new HashMap<>();

  private CounterComparisons(Region body, boolean signed, int reach, Builder before) {
    this.definitions = Definitions.in(body);
    this.signed = signed;
    this.reach = reach;
    this.before = before;
  }

  /**
   * Runs on one loop's body.
   *
   * @param signed in which order the counter is known not to wrap
   * @param reach the greatest constant that may be added to the counter without wrapping
   * @param before where the loop stands
   */
  static void run(Region body, Argument counter, boolean signed, int reach, Builder before) {
    CounterComparisons pass = new CounterComparisons(body, signed, reach, before);
    pass.offsets.put(counter, 0);
    pass.region(body, counter);
  }

  private void region(Region region, Argument counter) {
    for (Instruction i : region.instructions()) {
      i.regions().forEach(r -> region(r, counter));
      switch (i.opcode()) {
        case ADD -> {
          if (i.operand(1) instanceof Constant c && offsets.containsKey(i.operand(0))) {
            offsets.put(i.result(), offsets.get(i.operand(0)) + c.bits());
          }
        }
        case EQ, NE -> {
          compare(i, 0, counter, Opcode.EQ);
          compare(i, 1, counter, Opcode.EQ);
        }
        case LT_S, GE_S -> compare(i, signed ? 0 : -1, counter, Opcode.LT_S);
        case LT_U, GE_U -> compare(i, signed ? -1 : 0, counter, Opcode.LT_U);
        default -> {}
      }
    }
  }

  /** Rewrites a comparison whose operand at an index is the counter plus a constant. */
  private void compare(Instruction i, int at, Argument counter, Opcode order) {
    if (at < 0) {
      return;
    }
    Integer offset = offsets.get(i.operand(at));
    Value other = i.operand(1 - at);
    if (offset == null || offset < 1 || offset > reach || !definitions.invariant(other)) {
      return;
    }
    Bound key = new Bound(order, other, offset);
    Value bound = bounds.get(key);
    if (bound == null) {
      if (bounds.size() == MAXIMUM_BOUNDS) {
        return;
      }
      bound = less(key);
      bounds.put(key, bound);
    }
    i.operands().set(at, counter);
    i.operands().set(1 - at, bound);
  }

  private Value less(Bound bound) {
    Value value = bound.value();
    int offset = bound.offset();
    value =
        switch (bound.order()) {
          case LT_S -> before.op(Opcode.MAX_S, value, Constant.i32(Integer.MIN_VALUE + offset));
          case LT_U -> before.op(Opcode.MAX_U, value, Constant.i32(offset));
          default -> value;
        };
    return before.op(Opcode.SUB, value, Constant.i32(offset));
  }
}
