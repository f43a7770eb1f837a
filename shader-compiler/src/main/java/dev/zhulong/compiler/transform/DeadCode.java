package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes what no effect depends on: instructions, results of IF, carried values of LOOP, and
 * constructs that have neither effects nor used results.
 *
 * <p>A loop without effects and used results is removed even if it would not end, as SPIR-V allows.
 */
public final class DeadCode {
  /** By an instruction's number: whether it is needed, and the construct that it is in. */
  private final BitSet live = new BitSet();

  private final List<Instruction> owners = new ArrayList<>();
  private final List<Instruction> roots = new ArrayList<>();

  /** What IF and LOOP make and carry, as far as it is needed. */
  private final Set<Value> liveValues = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Map<Argument, Instruction> loops = new IdentityHashMap<>();
  private final Deque<Value> work = new ArrayDeque<>();

  private DeadCode() {}

  /** Runs the pass. */
  public static void run(Region body) {
    DeadCode pass = new DeadCode();
    pass.scan(body, null);
    pass.roots.forEach(pass::markInstruction);
    while (!pass.work.isEmpty()) {
      pass.visit(pass.work.pop());
    }
    pass.sweep(body);
  }

  private void scan(Region region, Instruction owner) {
    for (Argument argument : region.arguments()) {
      loops.put(argument, owner);
    }
    for (Instruction i : region.instructions()) {
      i.number(owners.size());
      owners.add(owner);
      for (Region inner : i.regions()) {
        scan(inner, i);
      }
      if (isRoot(i)) {
        roots.add(i);
      }
    }
  }

  /** Whether an instruction must stay whoever uses it. */
  private static boolean isRoot(Instruction i) {
    return switch (i.opcode()) {
      case LOAD, VOTE_ALL, VOTE_ANY, VOTE_EQUAL, BALLOT, COVER_ANY -> false;
      case SHUFFLE_UP, SHUFFLE_DOWN, SHUFFLE_XOR, SHUFFLE_INDEX, LOCAL_GET -> false;
      case IF, LOOP, YIELD, NEXT -> false;
      default -> !i.opcode().pure();
    };
  }

  private void markInstruction(Instruction i) {
    if (live.get(i.number())) {
      return;
    }
    live.set(i.number());
    switch (i.opcode()) {
      case IF -> markValue(i.operand(0));
      case LOOP -> {
        Instruction next = i.regions().getFirst().terminator();
        live.set(next.number());
        markValue(next.operand(0));
      }
      default -> i.operands().forEach(this::markValue);
    }
    Instruction owner = owners.get(i.number());
    if (owner != null) {
      markInstruction(owner);
    }
  }

  /** What is made in one place lives when its instruction does; only the others are noted. */
  private void markValue(Value value) {
    switch (value) {
      case Result r when r.instruction().regions().isEmpty() -> {
        if (!live.get(r.instruction().number())) {
          work.push(value);
        }
      }
      case Constant _ -> {}
      default -> {
        if (liveValues.add(value)) {
          work.push(value);
        }
      }
    }
  }

  private void visit(Value value) {
    switch (value) {
      case Result r -> {
        Instruction i = r.instruction();
        markInstruction(i);
        if (i.opcode() == Opcode.IF) {
          int n = r.index();
          i.regions().forEach(region -> markValue(region.terminator().operand(n)));
        } else if (i.opcode() == Opcode.LOOP) {
          markValue(i.regions().getFirst().arguments().get(r.index()));
          markValue(i.regions().getFirst().terminator().operand(r.index() + 1));
        }
      }
      case Argument a -> {
        Instruction loop = loops.get(a);
        markInstruction(loop);
        int n = loop.regions().getFirst().arguments().indexOf(a);
        markValue(loop.operand(n));
        markValue(loop.regions().getFirst().terminator().operand(n + 1));
      }
      default -> {}
    }
  }

  private void sweep(Region region) {
    region.instructions().removeIf(i -> !i.opcode().terminator() && !live.get(i.number()));
    for (Instruction i : region.instructions()) {
      if (i.opcode() == Opcode.IF) {
        narrowBranch(i);
      } else if (i.opcode() == Opcode.LOOP) {
        narrowLoop(i);
      }
      i.regions().forEach(this::sweep);
    }
  }

  private void narrowBranch(Instruction i) {
    List<Integer> dead = new ArrayList<>();
    for (int n = i.results().size() - 1; n >= 0; n--) {
      if (!liveValues.contains(i.results().get(n))) {
        dead.add(n);
      }
    }
    for (int n : dead) {
      i.results().remove(n);
      i.regions().forEach(r -> r.terminator().operands().remove(n));
    }
  }

  private void narrowLoop(Instruction i) {
    Region body = i.regions().getFirst();
    for (int n = i.results().size() - 1; n >= 0; n--) {
      if (!liveValues.contains(body.arguments().get(n))
          && !liveValues.contains(i.results().get(n))) {
        i.results().remove(n);
        i.operands().remove(n);
        body.arguments().remove(n);
        body.terminator().operands().remove(n + 1);
      }
    }
  }
}
