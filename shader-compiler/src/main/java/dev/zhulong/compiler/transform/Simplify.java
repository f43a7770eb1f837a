package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Folding;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * One walk that folds constants, applies {@link Rules}, merges equal values (global value numbering
 * over the region tree), forwards stores to loads, moves constants of addresses into accesses, and
 * takes trivial constructs apart.
 */
public final class Simplify {
  private static final int MAXIMUM_ROUNDS = 4;

  /** What makes two instructions equal; state is the memory state of a load. */
  private record Key(Opcode opcode, List<Value> operands, Object attribute, Type type, int state) {}

  private final Map<Value, Value> replaced = new IdentityHashMap<>();
  private final Map<Value, Integer> order = new IdentityHashMap<>();
  private final Map<Key, Value> available = new HashMap<>();
  private List<Key> scope = new ArrayList<>();
  private final MemoryState memory = new MemoryState();
  private List<Instruction> out = new ArrayList<>();
  private boolean changed;

  private Simplify() {}

  /** Runs the pass until it finds nothing more, a few times at most. */
  public static void run(Region body) {
    for (int round = 0; round < MAXIMUM_ROUNDS; round++) {
      Simplify pass = new Simplify();
      pass.region(body);
      DeadCode.run(body);
      if (!pass.changed) {
        return;
      }
    }
  }

  private Value resolve(Value value) {
    Value at = value;
    for (Value next = replaced.get(at); next != null; next = replaced.get(at)) {
      at = next;
    }
    return at;
  }

  private void replace(Value from, Value to) {
    replaced.put(from, to);
    changed = true;
  }

  private void region(Region region) {
    List<Instruction> outerOut = out;
    List<Key> outerScope = scope;
    out = new ArrayList<>(region.instructions().size());
    scope = new ArrayList<>();
    region.instructions().forEach(this::visit);
    region.instructions().clear();
    region.instructions().addAll(out);
    scope.forEach(available::remove);
    scope = outerScope;
    out = outerOut;
  }

  private void visit(Instruction i) {
    i.operands().replaceAll(this::resolve);
    switch (i.opcode()) {
      case IF -> branch(i);
      case LOOP -> loop(i);
      case LOAD -> load(i);
      case STORE -> store(i);
      default -> {
        if (i.opcode().pure()) {
          pure(i);
        } else {
          memory.note(i);
          out.add(i);
        }
      }
    }
  }

  private void remember(Key key, Value value) {
    if (available.putIfAbsent(key, value) == null) {
      scope.add(key);
    }
  }

  // Pure instructions.

  private void pure(Instruction i) {
    canonicalize(i);
    var folded = Folding.fold(i.opcode(), i.operands());
    if (folded.isPresent()) {
      replace(i.result(), folded.get());
      return;
    }
    Value simpler = applyRules(i);
    if (simpler != null) {
      replace(i.result(), simpler);
      return;
    }
    Key key = new Key(i.opcode(), List.copyOf(i.operands()), i.attribute(), i.result().type(), 0);
    Value equal = available.get(key);
    if (equal != null) {
      replace(i.result(), equal);
      return;
    }
    remember(key, i.result());
    order.put(i.result(), order.size());
    out.add(i);
  }

  /** The simpler value, with the new instructions it needs simplified in turn. */
  private Value applyRules(Instruction i) {
    Region scratch = new Region();
    Builder builder = new Builder(scratch);
    builder.location(i.location());
    int count = i.operands().size();
    if (count == 0) {
      return null;
    }
    Value simpler =
        new Rules(builder)
            .apply(
                i.opcode(),
                i.operand(0),
                count > 1 ? i.operand(1) : null,
                count > 2 ? i.operand(2) : null);
    if (simpler != null) {
      scratch.instructions().forEach(this::visit);
      simpler = resolve(simpler);
    }
    return simpler;
  }

  /** Puts a constant second, else the older value first. */
  private void canonicalize(Instruction i) {
    if (!Rules.commutative(i.opcode())) {
      return;
    }
    Value x = i.operand(0);
    Value y = i.operand(1);
    boolean swap =
        x instanceof Constant
            ? !(y instanceof Constant)
            : !(y instanceof Constant) && order.getOrDefault(x, -1) > order.getOrDefault(y, -1);
    if (swap) {
      i.operands().set(0, y);
      i.operands().set(1, x);
    }
  }

  // Memory.

  /** The same access with the constant part of its address in the offset. */
  private Instruction absorbOffset(Instruction i) {
    if (i.operand(0) instanceof Result r
        && r.instruction().opcode() == Opcode.ADD
        && r.instruction().operand(1) instanceof Constant c) {
      Access a = i.access();
      Access moved =
          new Access(
              a.space(), a.bytes(), a.signed(), a.offset() + c.bits(), a.resource(), a.readOnly());
      List<Value> operands = new ArrayList<>(i.operands());
      operands.set(0, r.instruction().operand(0));
      changed = true;
      return new Instruction(
          i.opcode(),
          operands,
          i.results().stream().map(Value::type).toList(),
          moved,
          i.location());
    }
    return i;
  }

  private Key loadKey(Value address, Access access, Type type) {
    return new Key(Opcode.LOAD, List.of(address), access, type, memory.seen(address, access));
  }

  private void load(Instruction original) {
    Instruction i = absorbOffset(original);
    Key key = loadKey(i.operand(0), i.access(), i.result().type());
    Value equal = available.get(key);
    if (equal != null) {
      replace(original.result(), equal);
      return;
    }
    if (i != original) {
      replace(original.result(), i.result());
    }
    remember(key, i.result());
    order.put(i.result(), order.size());
    out.add(i);
  }

  private void store(Instruction original) {
    Instruction i = absorbOffset(original);
    memory.note(i);
    out.add(i);
    if (i.access().bytes() == 4) {
      remember(loadKey(i.operand(0), i.access(), i.operand(1).type()), i.operand(1));
    }
  }

  // Constructs.

  /** Puts a region's instructions, but its terminator, in place of the construct. */
  private void splice(Region region) {
    List<Instruction> instructions = List.copyOf(region.instructions());
    instructions.subList(0, instructions.size() - 1).forEach(this::visit);
    changed = true;
  }

  private void branch(Instruction i) {
    if (i.operand(0) instanceof Result r && r.instruction().opcode() == Opcode.B_NOT) {
      turn(i, r.instruction().operand(0));
    }
    Value neither = neither(i);
    if (neither != null) {
      turn(i, neither);
    }
    // What the condition became may be known here, so this comes last.
    if (i.operand(0) instanceof Constant c) {
      Region taken = i.regions().get(c.bits() != 0 ? 0 : 1);
      splice(taken);
      for (int n = 0; n < i.results().size(); n++) {
        replace(i.results().get(n), resolve(taken.terminator().operand(n)));
      }
      return;
    }
    arm(i, 0, Constant.TRUE);
    arm(i, 1, Constant.FALSE);
    Instruction then = i.regions().get(0).terminator();
    Instruction otherwise = i.regions().get(1).terminator();
    boolean empty = i.regions().stream().allMatch(r -> r.instructions().size() == 1);
    for (int n = i.results().size() - 1; n >= 0; n--) {
      Value x = then.operand(n);
      Value y = otherwise.operand(n);
      Value simpler = null;
      if (x.equals(y)) {
        simpler = x;
      } else if (x.equals(Constant.TRUE) && y.equals(Constant.FALSE)) {
        simpler = i.operand(0);
      } else if (x.equals(Constant.FALSE) && y.equals(Constant.TRUE)) {
        simpler = emit(Opcode.B_NOT, i, i.operand(0));
      } else if (empty) {
        simpler = emit(Opcode.SELECT, i, i.operand(0), x, y);
      }
      if (simpler != null) {
        replace(i.results().get(n), simpler);
        i.results().remove(n);
        then.operands().remove(n);
        otherwise.operands().remove(n);
      }
    }
    out.add(i);
  }

  /** Gives a branch the opposite of its condition. */
  private void turn(Instruction i, Value condition) {
    i.operands().set(0, resolve(condition));
    i.regions().add(i.regions().removeFirst());
    changed = true;
  }

  /** {@code a < b && c < d} where the condition is {@code a >= b || c >= d}, else null. */
  private Value neither(Instruction i) {
    if (!(i.operand(0) instanceof Result r)
        || r.instruction().opcode() != Opcode.B_OR
        || !r.instruction().operands().stream().allMatch(Simplify::greaterOrEqual)) {
      return null;
    }
    Value x = emit(Opcode.B_NOT, i, r.instruction().operand(0));
    Value y = emit(Opcode.B_NOT, i, r.instruction().operand(1));
    return emit(Opcode.B_AND, i, x, y);
  }

  /** Whether the value is a comparison that the machine has only as the opposite of another. */
  private static boolean greaterOrEqual(Value value) {
    return value instanceof Result r
        && (r.instruction().opcode() == Opcode.GE_S || r.instruction().opcode() == Opcode.GE_U);
  }

  /** A value computed before the construct that is being visited. */
  private Value emit(Opcode opcode, Instruction place, Value... operands) {
    Region scratch = new Region();
    Builder builder = new Builder(scratch);
    builder.location(place.location());
    Value made = builder.op(opcode, operands);
    scratch.instructions().forEach(this::visit);
    return resolve(made);
  }

  /** Inside an arm the condition is known, and with it the opposite comparison. */
  private void arm(Instruction i, int n, Constant known) {
    Value condition = i.operand(0);
    Value opposite = opposite(condition);
    replaced.put(condition, known);
    if (opposite != null) {
      replaced.put(opposite, Constant.bool(known.bits() == 0));
    }
    region(i.regions().get(n));
    replaced.remove(condition);
    if (opposite != null) {
      replaced.remove(opposite);
    }
  }

  /** The value computed before that is the negation of another, or null. */
  private Value opposite(Value condition) {
    if (!(condition instanceof Result r)) {
      return null;
    }
    Opcode inverse = Rules.inverse(r.instruction().opcode());
    return inverse == null
        ? null
        : available.get(
            new Key(inverse, List.copyOf(r.instruction().operands()), null, Type.BOOL, 0));
  }

  private void loop(Instruction i) {
    Region body = i.regions().getFirst();
    Instruction next = body.terminator();
    if (next.operand(0).equals(Constant.FALSE)) {
      for (int n = 0; n < i.operands().size(); n++) {
        replace(body.arguments().get(n), i.operand(n));
      }
      splice(body);
      for (int n = 0; n < i.results().size(); n++) {
        replace(i.results().get(n), resolve(next.operand(n + 1)));
      }
      return;
    }
    for (int n = i.operands().size() - 1; n >= 0; n--) {
      Argument argument = body.arguments().get(n);
      Value carried = next.operand(n + 1);
      if (carried == argument || resolve(carried).equals(i.operand(n))) {
        replace(argument, i.operand(n));
        replace(i.results().get(n), i.operand(n));
        body.arguments().remove(n);
        i.operands().remove(n);
        i.results().remove(n);
        next.operands().remove(n + 1);
      }
    }
    memory.note(i);
    region(body);
    out.add(i);
  }
}
