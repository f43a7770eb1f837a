package dev.zhulong.compiler.transform;

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

/**
 * Joins an IF with the one before it where the arm that ran says which arm will run.
 *
 * <p>Structured code leaves loops and functions by flags: {@code f = if (c) { a; yield false } else
 * { yield true }; if (f) { b } else { d }} becomes {@code if (c) { a; d } else { b }}. The same
 * invocations run each part as before. An arm that does not know takes the whole second IF with it
 * if what the other arm copies of it is empty.
 */
public final class JumpThreading {
  private JumpThreading() {}

  /** Runs the pass on all regions. */
  public static void run(Region body) {
    List<Instruction> made = new ArrayList<>(body.instructions().size());
    Map<Value, Value> replaced = new IdentityHashMap<>();
    for (Instruction i : body.instructions()) {
      rename(i, replaced);
      i.regions().forEach(JumpThreading::run);
      Pair pair = made.isEmpty() ? null : Pair.match(made.getLast(), i);
      if (pair == null) {
        made.add(i);
      } else {
        made.set(made.size() - 1, pair.join(replaced));
      }
    }
    body.instructions().clear();
    body.instructions().addAll(made);
  }

  private static void rename(Instruction i, Map<Value, Value> replaced) {
    if (!replaced.isEmpty()) {
      i.operands().replaceAll(v -> replaced.getOrDefault(v, v));
      i.regions().forEach(r -> r.instructions().forEach(n -> rename(n, replaced)));
    }
  }

  /**
   * Two IFs that can be joined.
   *
   * @param chosen for each arm of the first one the arm of the second, or −1 where it is not known
   */
  private record Pair(Instruction first, Instruction second, int[] chosen) {
    static Pair match(Instruction first, Instruction second) {
      if (first.opcode() != Opcode.IF || second.opcode() != Opcode.IF) {
        return null;
      }
      int[] chosen = {chosen(first, second, 0), chosen(first, second, 1)};
      boolean both = chosen[0] >= 0 && chosen[1] >= 0;
      if (both) {
        return chosen[0] == chosen[1] ? null : new Pair(first, second, chosen);
      }
      int known = Math.max(chosen[0], chosen[1]);
      boolean free = known >= 0 && second.regions().get(known).instructions().size() == 1;
      return free ? new Pair(first, second, chosen) : null;
    }

    private static int chosen(Instruction first, Instruction second, int arm) {
      Value asked = second.operand(0);
      if (asked.equals(first.operand(0))) {
        return arm;
      }
      if (!(asked instanceof Result r) || r.instruction() != first) {
        return -1;
      }
      Value said = first.regions().get(arm).terminator().operand(r.index());
      return said.equals(Constant.TRUE) ? 0 : said.equals(Constant.FALSE) ? 1 : -1;
    }

    /** The IF that takes the place of both. */
    Instruction join(Map<Value, Value> replaced) {
      Instruction made =
          new Instruction(Opcode.IF, List.of(first.operand(0)), List.of(), null, first.location());
      made.regions().add(arm(0));
      made.regions().add(arm(1));
      Map<Value, Value> fresh = new IdentityHashMap<>();
      first.results().forEach(r -> fresh.put(r, made.addResult(r.type())));
      second.results().forEach(r -> fresh.put(r, made.addResult(r.type())));
      replaced.replaceAll((original, now) -> fresh.getOrDefault(now, now));
      replaced.putAll(fresh);
      return made;
    }

    private Region arm(int number) {
      Region arm = first.regions().get(number);
      List<Instruction> all = arm.instructions();
      Instruction end = all.removeLast();
      Cloner cloner = new Cloner();
      for (Result r : first.results()) {
        cloner.map(r, end.operand(r.index()));
      }
      List<Value> results = new ArrayList<>(end.operands());
      if (chosen[number] < 0) {
        Instruction whole = cloner.copy(second);
        all.add(whole);
        results.addAll(whole.results());
      } else {
        List<Instruction> taken = second.regions().get(chosen[number]).instructions();
        taken.subList(0, taken.size() - 1).forEach(i -> all.add(cloner.copy(i)));
        results.addAll(cloner.values(taken.getLast().operands()));
      }
      all.add(new Instruction(Opcode.YIELD, results, List.of(), null, end.location()));
      return arm;
    }
  }
}
