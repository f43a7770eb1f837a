package dev.zhulong.fuzz.interpreter;

import dev.zhulong.fuzz.spirv.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * A subgroup, in lock-step: those that are furthest behind run, together, until they have caught
 * up. As a merge block is behind all of its construct in a function's order, invocations that have
 * parted meet again there, those that continue a loop at its continue target, and those that have
 * left a call early behind the call.
 */
final class Subgroup {
  private static final int WORKGROUP_SCOPE = 2;

  private final List<Invocation> invocations;
  private final SubgroupOperations operations;
  private long steps;

  Subgroup(Module module, List<Invocation> invocations, int size) {
    this.invocations = invocations;
    operations = new SubgroupOperations(module, size);
  }

  /** Instructions run, of all invocations. */
  long steps() {
    return steps;
  }

  /** Runs until all invocations have ended or wait at a barrier. */
  void run(long most) {
    while (true) {
      List<Invocation> group = behind();
      if (group.isEmpty()) {
        return;
      }
      boolean straight = true;
      while (straight) {
        Instruction i = group.getFirst().next();
        steps += group.size();
        if (steps > most) {
          throw new InterpreterException("no end after " + most + " instructions");
        }
        straight = step(group, i);
      }
    }
  }

  private boolean step(List<Invocation> group, Instruction i) {
    if (i.opcode() == Op.CONTROL_BARRIER) {
      boolean wait = group.getFirst().number(i.operand(0)) == WORKGROUP_SCOPE;
      for (Invocation invocation : group) {
        invocation.advance();
        invocation.waiting = wait;
      }
      return !wait;
    }
    if (i.opcode() >= Op.GROUP_ELECT && i.opcode() <= Op.GROUP_QUAD_SWAP) {
      operations.run(i, group);
      group.forEach(Invocation::advance);
      return true;
    }
    boolean straight = true;
    for (Invocation invocation : group) {
      if (invocation.control(i)) {
        straight = false;
      } else {
        invocation.execute(i);
        invocation.advance();
      }
    }
    return straight;
  }

  private List<Invocation> behind() {
    List<Invocation> group = new ArrayList<>();
    for (Invocation invocation : invocations) {
      if (invocation.ended() || invocation.waiting) {
        continue;
      }
      int order = group.isEmpty() ? 0 : Invocation.compare(invocation, group.getFirst());
      if (order < 0) {
        group.clear();
      }
      if (order <= 0) {
        group.add(invocation);
      }
    }
    return group;
  }
}
