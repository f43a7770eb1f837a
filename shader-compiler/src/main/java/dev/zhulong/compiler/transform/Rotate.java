package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves the test of a loop from its head to its end.
 *
 * <p>A loop that the front end made tests inside: {@code loop { head; if (c) { body; yield again }
 * else { yield false }; next again }}. It becomes {@code head; if (c) { loop { body; head; next
 * again and c } }}, which saves an IF an iteration. The head is written twice.
 */
public final class Rotate {
  /** A longer head is not worth its second copy. */
  private static final int MAXIMUM_HEAD = 24;

  private Rotate() {}

  /** Runs the pass on all loops, inner ones first. */
  public static void run(Region body) {
    List<Instruction> made = new ArrayList<>(body.instructions().size());
    Map<Value, Value> replaced = new IdentityHashMap<>();
    for (Instruction i : body.instructions()) {
      rename(i, replaced);
      i.regions().forEach(Rotate::run);
      Loop loop = i.opcode() == Opcode.LOOP ? Loop.match(i) : null;
      if (loop == null) {
        made.add(i);
      } else {
        loop.rotate(made, replaced);
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
   * A loop of the form that can be rotated.
   *
   * @param loop the LOOP
   * @param head instructions before the test
   * @param test the IF at its end
   * @param again index of the test's result that NEXT asks, or −1 where it asks the condition
   */
  private record Loop(Instruction loop, List<Instruction> head, Instruction test, int again) {

    static Loop match(Instruction loop) {
      List<Instruction> all = loop.regions().getFirst().instructions();
      if (all.size() < 2 || all.get(all.size() - 2).opcode() != Opcode.IF) {
        return null;
      }
      Instruction test = all.get(all.size() - 2);
      List<Instruction> head = List.copyOf(all.subList(0, all.size() - 2));
      if (head.size() > MAXIMUM_HEAD || head.stream().anyMatch(i -> !i.regions().isEmpty())) {
        return null;
      }
      Value asked = all.getLast().operand(0);
      Loop made;
      if (asked.equals(test.operand(0))) {
        made = new Loop(loop, head, test, -1);
      } else if (asked instanceof Result r && r.instruction() == test) {
        made = new Loop(loop, head, test, r.index());
        if (!made.leaving().terminator().operand(made.again).equals(Constant.FALSE)) {
          return null;
        }
      } else {
        return null;
      }
      return made.leavesPlainly() ? made : null;
    }

    private Region body() {
      return loop.regions().getFirst();
    }

    private Region staying() {
      return test.regions().get(0);
    }

    private Region leaving() {
      return test.regions().get(1);
    }

    /** Whether a body that leaves by itself and a test that fails give the same results. */
    private boolean leavesPlainly() {
      if (leaving().instructions().size() > 1) {
        return staysWhenThere();
      }
      if (staysWhenThere()) {
        return true;
      }
      Cloner none = new Cloner();
      for (int n = 0; n < body().arguments().size(); n++) {
        if (carried(n, leaving(), none) != body().arguments().get(n)) {
          return false;
        }
      }
      return head.stream().allMatch(Loop::speculative);
    }

    /** Whether an instruction may run although the program would not have reached it. */
    private static boolean speculative(Instruction i) {
      return i.opcode().pure()
          || i.opcode() == Opcode.LOAD && i.access().space() == Space.ARGUMENTS;
    }

    /** Whether the body always goes on, so that only the test leaves. */
    private boolean staysWhenThere() {
      return again < 0 || staying().terminator().operand(again).equals(Constant.TRUE);
    }

    /** The carried value that NEXT gets when an arm of the test ran. */
    private Value carried(int n, Region arm, Cloner cloner) {
      Value value = body().terminator().operand(n + 1);
      if (value instanceof Result r && r.instruction() == test) {
        return cloner.value(arm.terminator().operand(r.index()));
      }
      return cloner.value(value);
    }

    /** Values of the head that are used in or after the test. */
    private List<Result> headValuesUsed() {
      List<Result> used = new ArrayList<>();
      Map<Value, Boolean> ofHead = new IdentityHashMap<>();
      head.forEach(i -> i.results().forEach(r -> ofHead.put(r, false)));
      test.regions().forEach(r -> r.instructions().forEach(i -> note(i, ofHead, used)));
      note(body().terminator(), ofHead, used);
      return used;
    }

    private static void note(Instruction i, Map<Value, Boolean> ofHead, List<Result> used) {
      for (Value v : i.operands()) {
        if (Boolean.FALSE.equals(ofHead.get(v))) {
          ofHead.put(v, true);
          used.add((Result) v);
        }
      }
      i.regions().forEach(r -> r.instructions().forEach(n -> note(n, ofHead, used)));
    }

    void rotate(List<Instruction> out, Map<Value, Value> replaced) {
      List<Argument> arguments = body().arguments();
      List<Result> headValues = headValuesUsed();
      headValues.remove(test.operand(0));

      Cloner first = new Cloner();
      for (int n = 0; n < arguments.size(); n++) {
        first.map(arguments.get(n), loop.operand(n));
      }
      head.forEach(i -> out.add(first.copy(i)));
      first.map(test.operand(0), first.value(test.operand(0)));

      Instruction rotated =
          new Instruction(Opcode.LOOP, List.of(), List.of(), null, loop.location());
      Region inner = new Region();
      rotated.regions().add(inner);
      Cloner inside = new Cloner();
      List<Value> initial = new ArrayList<>();
      List<Value> carriedOriginals = new ArrayList<>(arguments);
      carriedOriginals.addAll(headValues);
      for (Value original : carriedOriginals) {
        Argument argument = new Argument(original.type());
        inner.arguments().add(argument);
        inside.map(original, argument);
        initial.add(first.value(original));
        rotated.addResult(original.type());
      }
      rotated.operands().addAll(initial);
      if (!(test.operand(0) instanceof Argument)) {
        inside.map(test.operand(0), Constant.TRUE);
      }
      List<Instruction> stay = staying().instructions();
      stay.subList(0, stay.size() - 1).forEach(i -> inner.instructions().add(inside.copy(i)));
      Cloner second = new Cloner();
      List<Value> next = new ArrayList<>();
      for (int n = 0; n < arguments.size(); n++) {
        Value value = carried(n, staying(), inside);
        next.add(value);
        second.map(arguments.get(n), value);
      }
      head.forEach(i -> inner.instructions().add(second.copy(i)));
      Value condition = second.value(test.operand(0));
      if (!staysWhenThere()) {
        Value stays = inside.value(staying().terminator().operand(again));
        Instruction both =
            new Instruction(
                Opcode.B_AND, List.of(stays, condition), List.of(Type.BOOL), null, loop.location());
        inner.instructions().add(both);
        condition = both.result();
      }
      List<Value> operands = new ArrayList<>();
      operands.add(condition);
      operands.addAll(next);
      headValues.forEach(v -> operands.add(second.value(v)));
      inner
          .instructions()
          .add(new Instruction(Opcode.NEXT, operands, List.of(), null, loop.location()));

      Instruction guard =
          new Instruction(
              Opcode.IF, List.of(first.value(test.operand(0))), List.of(), null, test.location());
      Region then = new Region();
      then.instructions().add(rotated);
      then.instructions()
          .add(new Instruction(Opcode.YIELD, rotated.results(), List.of(), null, null));
      Region otherwise = new Region();
      otherwise.instructions().add(new Instruction(Opcode.YIELD, initial, List.of(), null, null));
      guard.regions().add(then);
      guard.regions().add(otherwise);
      Cloner after = new Cloner();
      for (Value original : carriedOriginals) {
        after.map(original, guard.addResult(original.type()));
      }
      out.add(guard);
      if (!(test.operand(0) instanceof Argument)) {
        after.map(test.operand(0), Constant.FALSE);
      }
      List<Instruction> leave = leaving().instructions();
      leave.subList(0, leave.size() - 1).forEach(i -> out.add(after.copy(i)));
      for (int n = 0; n < arguments.size(); n++) {
        replaced.put(loop.results().get(n), carried(n, leaving(), after));
      }
    }
  }
}
