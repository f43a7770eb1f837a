package dev.zhulong.compiler.analysis;

import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Which values are uniform: the same in all lanes of a warp that are active where the value is
 * defined.
 *
 * <p>Values start uniform and become divergent by need, so a loop is visited until nothing changes.
 * A result of an IF on a divergent condition is divergent, as the lanes took it from different
 * regions; a result of a LOOP on a divergent condition is, as the lanes left after different
 * numbers of iterations. Inside such a loop only the lanes that are still in it count, so carried
 * values stay uniform there when what they are made of is.
 */
public final class Uniformity {
  private final Set<Value> divergent = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean changed;

  private Uniformity() {}

  /** Analyses a kernel without locals and early exits. */
  public static Uniformity of(Kernel kernel) {
    Uniformity analysis = new Uniformity();
    analysis.region(kernel.body());
    return analysis;
  }

  /** Whether active lanes hold the same value. */
  public boolean uniform(Value value) {
    return !divergent.contains(value);
  }

  private void region(Region region) {
    region.instructions().forEach(this::instruction);
  }

  private void instruction(Instruction i) {
    switch (i.opcode()) {
      case IF -> conditional(i);
      case LOOP -> loop(i);
      default -> {
        if (divergentResult(i)) {
          i.results().forEach(this::mark);
        }
      }
    }
  }

  private boolean divergentResult(Instruction i) {
    return switch (i.opcode()) {
      case READ_CSR -> ((Csr) i.attribute()).scope().equals("lane");
      case STACK_ADDRESS -> true;
      case LOAD -> i.access().space() == Space.PRIVATE || anyDivergent(i.operands());
      case VOTE_ALL, VOTE_ANY, VOTE_EQUAL, BALLOT, COVER_ANY -> false;
      case ATOMIC_ADD,
          ATOMIC_MIN_S,
          ATOMIC_MIN_U,
          ATOMIC_MAX_S,
          ATOMIC_MAX_U,
          ATOMIC_AND,
          ATOMIC_OR,
          ATOMIC_XOR,
          ATOMIC_EXCHANGE,
          ATOMIC_COMPARE_EXCHANGE,
          SHUFFLE_UP,
          SHUFFLE_DOWN,
          SHUFFLE_XOR,
          SHUFFLE_INDEX ->
          true;
      default -> anyDivergent(i.operands());
    };
  }

  private boolean anyDivergent(List<Value> values) {
    for (Value value : values) {
      if (divergent.contains(value)) {
        return true;
      }
    }
    return false;
  }

  private void conditional(Instruction i) {
    i.regions().forEach(this::region);
    boolean split = divergent.contains(i.operand(0));
    for (int n = 0; n < i.results().size(); n++) {
      Value a = i.regions().get(0).terminator().operand(n);
      Value b = i.regions().get(1).terminator().operand(n);
      if (divergent.contains(a) || divergent.contains(b) || split && !same(a, b)) {
        mark(i.results().get(n));
      }
    }
  }

  private static boolean same(Value a, Value b) {
    return a == b || a instanceof Constant && a.equals(b);
  }

  private void loop(Instruction i) {
    Region body = i.regions().getFirst();
    Instruction next = body.terminator();
    int carried = body.arguments().size();
    for (int n = 0; n < carried; n++) {
      markIf(divergent.contains(i.operand(n)), body.arguments().get(n));
    }
    boolean again;
    do {
      region(body);
      boolean before = changed;
      changed = false;
      for (int n = 0; n < carried; n++) {
        markIf(divergent.contains(next.operand(n + 1)), body.arguments().get(n));
      }
      again = changed;
      changed |= before;
    } while (again);
    boolean leavesApart = next.opcode() == Opcode.NEXT && divergent.contains(next.operand(0));
    for (int n = 0; n < carried; n++) {
      markIf(leavesApart || divergent.contains(next.operand(n + 1)), i.results().get(n));
    }
  }

  private void markIf(boolean condition, Value value) {
    if (condition) {
      mark(value);
    }
  }

  private void mark(Value value) {
    changed |= divergent.add(value);
  }
}
