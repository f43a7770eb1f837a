package dev.zhulong.compiler.analysis;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.IndexBound;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.link.HostExpression;
import dev.zhulong.firmware.link.HostExpression.Operation;
import dev.zhulong.firmware.link.KernelInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds, for the indices that a kernel checks, the largest that each can be, as an expression over
 * what the driver knows at launch. Conditions that enclose a check count, and so do those that keep
 * a loop going; operations only make numbers larger, so that the largest operands give the largest
 * result. An expression whose value does not fit 32 bits has none, which covers what would wrap.
 */
public final class IndexLimits {
  private static final int MAXIMUM_DEPTH = 24;
  private static final int MAXIMUM_SIZE = 64;
  private static final int MAXIMUM_LIMITS = 32;
  private static final int MAXIMUM_WORK = 20_000;

  /** A comparison that is known to hold, or known not to. */
  private record Fact(Instruction comparison, boolean holds) {}

  /** A loop whose body is being looked at. */
  private record Loop(Instruction loop, int outerFacts) {}

  /**
   * What was found.
   *
   * @param proven numbers of the checks that hold if the limits do
   * @param limits conditions on the launch
   */
  public record Found(Set<Integer> proven, List<KernelInfo.Limit> limits) {}

  private final List<Integer> group;
  private final List<Fact> facts = new ArrayList<>();
  private final Map<Argument, Loop> loops = new IdentityHashMap<>();
  private final Map<Argument, Integer> positions = new IdentityHashMap<>();
  private final Set<Integer> proven = new TreeSet<>();
  private final Map<KernelInfo.Limit, Boolean> limits = new HashMap<>();
  private int work;

  private IndexLimits(List<Integer> group) {
    this.group = group;
  }

  /** Looks at a kernel in SSA form, before its checks are lowered. */
  public static Found find(Kernel kernel) {
    IndexLimits search = new IndexLimits(kernel.group());
    search.visit(kernel.body());
    return new Found(search.proven, List.copyOf(search.limits.keySet()));
  }

  private void visit(Region region) {
    for (Instruction i : region.instructions()) {
      switch (i.opcode()) {
        case INSIDE -> check(i);
        case IF -> {
          int before = facts.size();
          learn(i.operand(0), true);
          visit(i.regions().get(0));
          forget(before);
          learn(i.operand(0), false);
          visit(i.regions().get(1));
          forget(before);
        }
        case LOOP -> {
          Region body = i.regions().getFirst();
          Loop loop = new Loop(i, facts.size());
          for (int n = 0; n < body.arguments().size(); n++) {
            loops.put(body.arguments().get(n), loop);
            positions.put(body.arguments().get(n), n);
          }
          visit(body);
        }
        default -> {}
      }
    }
  }

  private void forget(int size) {
    while (facts.size() > size) {
      facts.removeLast();
    }
  }

  /** Notes what follows from a truth value. */
  private void learn(Value condition, boolean holds) {
    if (!(condition instanceof Result r)) {
      return;
    }
    Instruction i = r.instruction();
    switch (i.opcode()) {
      case B_NOT -> learn(i.operand(0), !holds);
      case B_AND -> {
        if (holds) {
          learn(i.operand(0), true);
          learn(i.operand(1), true);
        }
      }
      case B_OR -> {
        if (!holds) {
          learn(i.operand(0), false);
          learn(i.operand(1), false);
        }
      }
      case SELECT -> {
        if (holds && i.operand(2).equals(Constant.FALSE)) {
          learn(i.operand(0), true);
          learn(i.operand(1), true);
        } else if (!holds && i.operand(1).equals(Constant.TRUE)) {
          learn(i.operand(0), false);
          learn(i.operand(2), false);
        }
      }
      case IF -> {
        int index = i.results().indexOf(r);
        Value then = i.regions().get(0).terminator().operand(index);
        Value otherwise = i.regions().get(1).terminator().operand(index);
        if (otherwise.equals(Constant.bool(!holds))) {
          learn(i.operand(0), true);
          learn(then, holds);
        } else if (then.equals(Constant.bool(!holds))) {
          learn(i.operand(0), false);
          learn(otherwise, holds);
        }
      }
      case LT_U, LT_S, GE_U, GE_S, EQ, INSIDE -> facts.add(new Fact(i, holds));
      default -> {}
    }
  }

  private void check(Instruction i) {
    IndexBound bound = (IndexBound) i.attribute();
    HostExpression largest = largest(i.operand(0), 0);
    if (largest == null || largest.size() > MAXIMUM_SIZE) {
      return;
    }
    if (bound.count() >= 0) {
      if (largest.isConstant() && largest.value() < bound.count()) {
        proven.add(bound.id());
      }
      return;
    }
    if (bound.sizeOffset() < 0) {
      return;
    }
    KernelInfo.Limit limit =
        new KernelInfo.Limit(
            bound.sizeOffset(), bound.arrayOffset(), Math.max(1, bound.stride()), largest);
    if (limits.containsKey(limit) || limits.size() < MAXIMUM_LIMITS) {
      limits.put(limit, true);
      proven.add(bound.id());
    }
  }

  private static HostExpression of(Operation operation, HostExpression... operands) {
    for (HostExpression operand : operands) {
      if (operand == null) {
        return null;
      }
    }
    return HostExpression.of(operation, operands);
  }

  private static HostExpression number(long value) {
    return HostExpression.constant(value);
  }

  private static HostExpression smaller(HostExpression x, HostExpression y) {
    return x == null ? y : y == null ? x : of(Operation.MIN, x, y);
  }

  /** The largest that a value can be without a sign, or null. */
  private HostExpression largest(Value value, int depth) {
    if (value instanceof Constant c) {
      return c.type() == Type.I32 ? number(c.bits() & 0xffffffffL) : null;
    }
    if (depth > MAXIMUM_DEPTH || ++work > MAXIMUM_WORK) {
      return null;
    }
    HostExpression known = byFacts(value, depth);
    HostExpression defined =
        switch (value) {
          case Argument argument -> carried(argument, depth);
          case Result result -> defined(result, depth);
          default -> null;
        };
    return smaller(known, defined);
  }

  /** What the conditions around say. */
  private HostExpression byFacts(Value value, int depth) {
    HostExpression best = null;
    for (int n = 0; n < facts.size(); n++) {
      Fact fact = facts.get(n);
      best = smaller(best, upper(fact, value, depth));
    }
    return best;
  }

  private HostExpression upper(Fact fact, Value value, int depth) {
    Value x = fact.comparison.operand(0);
    Value y = fact.comparison.operand(1);
    boolean holds = fact.holds;
    boolean isX = x.equals(value);
    if (!isX && !y.equals(value)) {
      return null;
    }
    Value other = isX ? y : x;
    return switch (fact.comparison.opcode()) {
      case EQ -> holds ? largest(other, depth + 1) : null;
      case INSIDE, LT_U -> unsigned(isX, holds, true, other, depth);
      case GE_U -> unsigned(isX, holds, false, other, depth);
      case LT_S -> natural(value, depth) ? signed(unsigned(isX, holds, true, other, depth)) : null;
      case GE_S -> natural(value, depth) ? signed(unsigned(isX, holds, false, other, depth)) : null;
      default -> null;
    };
  }

  private static HostExpression signed(HostExpression x) {
    return of(Operation.SIGNED, x);
  }

  /** What {@code value < other} and its kin say of the value; less tells LT from GE. */
  private HostExpression unsigned(
      boolean isX, boolean holds, boolean less, Value other, int depth) {
    if (isX && holds == less) {
      return of(Operation.SUB, largest(other, depth + 1), number(1));
    }
    if (!isX && holds != less) {
      return largest(other, depth + 1);
    }
    return null;
  }

  /** Of a counter its own limit, which stands beside what is concluded, shows that much. */
  private boolean natural(Value value, int depth) {
    return isNatural(value, depth)
        || value instanceof Argument argument && carried(argument, depth + 1) != null;
  }

  /** Whether a value is not negative, read with a sign. */
  private boolean isNatural(Value value, int depth) {
    if (value instanceof Constant c) {
      return c.bits() >= 0;
    }
    for (Fact fact : facts) {
      Instruction i = fact.comparison;
      boolean atLeast =
          i.opcode() == Opcode.GE_S && fact.holds || i.opcode() == Opcode.LT_S && !fact.holds;
      if (atLeast && i.operand(0).equals(value) && isNaturalConstant(i.operand(1))) {
        return true;
      }
      boolean above = i.opcode() == Opcode.LT_S && fact.holds;
      if (above
          && i.operand(1).equals(value)
          && i.operand(0) instanceof Constant c
          && c.bits() >= -1) {
        return true;
      }
    }
    if (depth > MAXIMUM_DEPTH || !(value instanceof Result r)) {
      return false;
    }
    Instruction i = r.instruction();
    return switch (i.opcode()) {
      case MAX_S -> isNaturalConstant(i.operand(0)) || isNaturalConstant(i.operand(1));
      case MIN_S -> isNatural(i.operand(0), depth + 1) && isNatural(i.operand(1), depth + 1);
      case SHR_U -> i.operand(1) instanceof Constant c && (c.bits() & 31) > 0;
      case AND -> isNaturalConstant(i.operand(0)) || isNaturalConstant(i.operand(1));
      default -> false;
    };
  }

  private static boolean isNaturalConstant(Value value) {
    return value instanceof Constant c && c.bits() >= 0;
  }

  /** The constant that a counter grows by, or 0. */
  private static int step(Loop loop, Argument argument, int position) {
    Value next = loop.loop.regions().getFirst().terminator().operand(position + 1);
    if (next instanceof Result r && r.instruction().opcode() == Opcode.ADD) {
      Instruction add = r.instruction();
      Value other =
          add.operand(0) == argument
              ? add.operand(1)
              : add.operand(1) == argument ? add.operand(0) : null;
      return other instanceof Constant c && c.bits() > 0 && c.bits() < 1 << 16 ? c.bits() : 0;
    }
    return 0;
  }

  /**
   * A counter: it begins somewhere, and each further turn follows a comparison of its next value.
   * Where the comparison has signs, a sum that wraps must not look small: the largest value and a
   * step must fit.
   */
  private HostExpression carried(Argument argument, int depth) {
    Loop loop = loops.get(argument);
    if (loop == null || depth > MAXIMUM_DEPTH) {
      return null;
    }
    int position = positions.get(argument);
    int step = step(loop, argument, position);
    if (step == 0) {
      return null;
    }
    Instruction next = loop.loop.regions().getFirst().terminator();
    Value following = next.operand(position + 1);
    List<Fact> all = List.copyOf(facts);
    // Only what holds at the loop's entry is known of the bound and of the first value.
    forget(loop.outerFacts);
    HostExpression first = largest(loop.loop.operand(position), depth + 1);
    int before = facts.size();
    learn(next.operand(0), true);
    List<Fact> kept = List.copyOf(facts.subList(before, facts.size()));
    forget(before);
    HostExpression limit = null;
    for (Fact fact : kept) {
      limit = smaller(limit, continued(fact, following, first, step, depth));
    }
    facts.clear();
    facts.addAll(all);
    return limit;
  }

  private HostExpression continued(
      Fact fact, Value following, HostExpression first, int step, int depth) {
    Instruction i = fact.comparison;
    boolean signed = i.opcode() == Opcode.LT_S;
    if (!fact.holds || !i.operand(0).equals(following) || !signed && i.opcode() != Opcode.LT_U) {
      return null;
    }
    HostExpression bound = of(Operation.MAX, largest(i.operand(1), depth + 1), number(1));
    HostExpression most = of(Operation.MAX, first, of(Operation.SUB, bound, number(1)));
    return signed
        ? of(Operation.SUB, signed(of(Operation.ADD, most, number(step))), number(step))
        : most;
  }

  private HostExpression both(Operation operation, Instruction i, int depth) {
    return of(operation, largest(i.operand(0), depth + 1), largest(i.operand(1), depth + 1));
  }

  private HostExpression defined(Result result, int depth) {
    Instruction i = result.instruction();
    return switch (i.opcode()) {
      case READ_CSR -> register((Csr) i.attribute());
      case LOAD -> loaded(i);
      case ADD -> sum(i, depth);
      case SUB -> exact(i, depth);
      case MUL -> both(Operation.MUL, i, depth);
      case SHL ->
          i.operand(1) instanceof Constant c
              ? of(Operation.MUL, largest(i.operand(0), depth + 1), number(1L << (c.bits() & 31)))
              : null;
      case SHR_U ->
          i.operand(1) instanceof Constant c
              ? of(Operation.DIV, largestOrAny(i.operand(0), depth), number(1L << (c.bits() & 31)))
              : null;
      case SHR_S ->
          i.operand(1) instanceof Constant c
              ? of(
                  Operation.DIV,
                  signed(largest(i.operand(0), depth + 1)),
                  number(1L << (c.bits() & 31)))
              : null;
      case AND -> smaller(largest(i.operand(0), depth + 1), largest(i.operand(1), depth + 1));
      case OR, XOR -> both(Operation.ADD, i, depth);
      case MIN_U -> smaller(largest(i.operand(0), depth + 1), largest(i.operand(1), depth + 1));
      case MIN_S -> signedMinimum(i, depth);
      case MAX_U -> both(Operation.MAX, i, depth);
      case MAX_S -> signedMaximum(i, depth);
      case REM_U ->
          smaller(
              largest(i.operand(0), depth + 1),
              isPositive(i.operand(1)) ? number(((Constant) i.operand(1)).bits() - 1L) : null);
      case DIV_U -> isPositive(i.operand(1)) ? both(Operation.DIV, i, depth) : null;
      case SELECT -> chosen(i, depth);
      case BOOL_TO_INT -> number(1);
      case CLZ, CTZ, POPCOUNT -> number(32);
      case EXTEND_U16 -> number(0xffff);
      case IF -> joined(i, i.results().indexOf(result), depth);
      default -> null;
    };
  }

  /** The machine's quotient by zero is the largest number, its remainder the dividend. */
  private static boolean isPositive(Value value) {
    return value instanceof Constant c && c.bits() > 0;
  }

  private HostExpression largestOrAny(Value value, int depth) {
    HostExpression known = largest(value, depth + 1);
    return known == null ? number(0xffffffffL) : known;
  }

  private HostExpression register(Csr csr) {
    return switch (csr) {
      case GROUP_ID_X -> of(Operation.SUB, HostExpression.grid(0), number(1));
      case GROUP_ID_Y -> of(Operation.SUB, HostExpression.grid(1), number(1));
      case GROUP_ID_Z -> of(Operation.SUB, HostExpression.grid(2), number(1));
      case GRID_SIZE_X -> HostExpression.grid(0);
      case GRID_SIZE_Y -> HostExpression.grid(1);
      case GRID_SIZE_Z -> HostExpression.grid(2);
      case LOCAL_ID_X -> number(group.get(0) - 1L);
      case LOCAL_ID_Y -> number(group.get(1) - 1L);
      case LOCAL_ID_Z -> number(group.get(2) - 1L);
      case LANE_ID -> number(31);
      case LANES -> number(32);
      default -> null;
    };
  }

  private static HostExpression loaded(Instruction i) {
    Access access = i.access();
    if (access.bytes() < 4) {
      return access.signed() ? null : number((1L << 8 * access.bytes()) - 1);
    }
    boolean argument =
        access.space() == Space.ARGUMENTS
            && i.result().type() == Type.I32
            && i.operand(0) instanceof Result r
            && r.instruction().opcode() == Opcode.READ_CSR;
    return argument ? HostExpression.argument(access.offset()) : null;
  }

  /** Whether a value is the same for all invocations and known exactly. */
  private static boolean isExact(Value value) {
    if (value instanceof Constant) {
      return true;
    }
    if (!(value instanceof Result r)) {
      return false;
    }
    Instruction i = r.instruction();
    return switch (i.opcode()) {
      case LOAD -> loaded(i) != null && i.access().bytes() == 4;
      case READ_CSR ->
          i.attribute() == Csr.GRID_SIZE_X
              || i.attribute() == Csr.GRID_SIZE_Y
              || i.attribute() == Csr.GRID_SIZE_Z;
      case ADD, SUB, MUL -> i.operands().stream().allMatch(IndexLimits::isExact);
      case SHL, SHR_U -> isExact(i.operand(0)) && i.operand(1) instanceof Constant;
      default -> false;
    };
  }

  /** A sum; what is added may be a negative number, which needs an exact other operand. */
  private HostExpression sum(Instruction i, int depth) {
    for (int n = 0; n < 2; n++) {
      if (i.operand(n) instanceof Constant c && c.bits() < 0) {
        Value other = i.operand(1 - n);
        return isExact(other)
            ? of(Operation.SUB, largest(other, depth + 1), number(-(long) c.bits()))
            : null;
      }
    }
    return both(Operation.ADD, i, depth);
  }

  private HostExpression exact(Instruction i, int depth) {
    return isExact(i.operand(0)) && isExact(i.operand(1)) ? both(Operation.SUB, i, depth) : null;
  }

  private HostExpression signedMinimum(Instruction i, int depth) {
    HostExpression x = largest(i.operand(0), depth + 1);
    HostExpression y = largest(i.operand(1), depth + 1);
    boolean naturalX = isNatural(i.operand(0), depth + 1);
    boolean naturalY = isNatural(i.operand(1), depth + 1);
    // The bound of the one counts if the other cannot be negative, and itself is not.
    HostExpression byX = naturalY ? signed(x) : null;
    HostExpression byY = naturalX ? signed(y) : null;
    HostExpression byBoth = of(Operation.MIN, signed(x), signed(y));
    return smaller(smaller(byX, byY), byX == null && byY == null ? byBoth : null);
  }

  /** Of a negative number and another the other is the larger: what is below that is no matter. */
  private HostExpression signedMaximum(Instruction i, int depth) {
    for (int n = 0; n < 2; n++) {
      Value other = i.operand(1 - n);
      if (isNaturalConstant(i.operand(n))
          && other instanceof Result r
          && r.instruction().opcode() == Opcode.MIN_S) {
        HostExpression x = largest(r.instruction().operand(0), depth + 1);
        HostExpression y = largest(r.instruction().operand(1), depth + 1);
        HostExpression bound = smaller(x == null ? null : signed(x), y == null ? null : signed(y));
        return of(Operation.MAX, bound, largest(i.operand(n), depth + 1));
      }
    }
    return signed(both(Operation.MAX, i, depth));
  }

  private HostExpression chosen(Instruction i, int depth) {
    int before = facts.size();
    learn(i.operand(0), true);
    HostExpression x = largest(i.operand(1), depth + 1);
    forget(before);
    learn(i.operand(0), false);
    HostExpression y = largest(i.operand(2), depth + 1);
    forget(before);
    return of(Operation.MAX, x, y);
  }

  private HostExpression joined(Instruction i, int index, int depth) {
    int before = facts.size();
    learn(i.operand(0), true);
    HostExpression x = largest(i.regions().get(0).terminator().operand(index), depth + 1);
    forget(before);
    learn(i.operand(0), false);
    HostExpression y = largest(i.regions().get(1).terminator().operand(index), depth + 1);
    forget(before);
    return of(Operation.MAX, x, y);
  }
}
