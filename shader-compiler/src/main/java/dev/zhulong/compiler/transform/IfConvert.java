package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.analysis.Uniformity;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Kernel;
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
 * Replaces short conditionals without effects by both sides and a SELECT for each result.
 *
 * <p>That is done where it takes no longer than the control flow would: a divergent IF costs a SPLIT,
 * two JOINs, their refetches and often both sides anyway; a uniform one costs a branch.
 */
public final class IfConvert {
  private static final int DIVERGENT_COST = 12;
  private static final int UNIFORM_COST = 4;

  private final Uniformity uniformity;
  private final Map<Value, Value> replaced = new IdentityHashMap<>();

  private IfConvert(Uniformity uniformity) {
    this.uniformity = uniformity;
  }

  /** Runs the pass, inner conditionals first. */
  public static void run(Kernel kernel) {
    new IfConvert(Uniformity.of(kernel)).region(kernel.body());
  }

  private void region(Region region) {
    List<Instruction> made = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      i.operands().replaceAll(v -> replaced.getOrDefault(v, v));
      i.regions().forEach(this::region);
      if (i.opcode() == Opcode.IF && !testsLoop(i, region) && worthwhile(i)) {
        convert(i, made);
      } else {
        made.add(i);
      }
    }
    region.instructions().clear();
    region.instructions().addAll(made);
  }

  /** Whether this is the test of a loop at its end, which rotation takes away better. */
  private static boolean testsLoop(Instruction i, Region region) {
    Instruction next = region.terminator();
    return next.opcode() == Opcode.NEXT
        && region.instructions().get(region.instructions().size() - 2) == i
        && (next.operand(0) == i.operand(0) || i.results().contains(next.operand(0)));
  }

  private boolean worthwhile(Instruction i) {
    int limit = uniformity.uniform(i.operand(0)) ? UNIFORM_COST : DIVERGENT_COST;
    int cost = 0;
    for (Region side : i.regions()) {
      for (Instruction n : side.instructions()) {
        cost += n.opcode() == Opcode.YIELD ? 0 : cost(n, limit);
      }
    }
    Instruction whenTrue = i.regions().get(0).terminator();
    Instruction whenFalse = i.regions().get(1).terminator();
    for (int n = 0; n < i.results().size(); n++) {
      cost += selectCost(whenTrue.operand(n), whenFalse.operand(n));
    }
    return cost <= limit;
  }

  /** About the cycles that the instruction takes, more than {@code limit} where it must not run. */
  private static int cost(Instruction i, int limit) {
    return switch (i.opcode()) {
      case DIV_S, DIV_U, REM_S, REM_U, F_DIV, F_SQRT -> limit + 1;
      case LOAD -> i.access().space() == Space.ARGUMENTS ? 2 : limit + 1;
      default -> i.opcode().pure() && !i.opcode().expanded() ? 1 : limit + 1;
    };
  }

  private static int selectCost(Value a, Value b) {
    if (a == b || a.equals(b)) {
      return 0;
    }
    if (change(a, b) != null || change(b, a) != null) {
      return 2;
    }
    boolean zero =
        a instanceof Constant x && x.bits() == 0 || b instanceof Constant y && y.bits() == 0;
    int cost = zero || a.type() == Type.BOOL ? 1 : 3;
    return a.type() == Type.F32 ? cost + 2 : cost;
  }

  private void convert(Instruction i, List<Instruction> out) {
    for (Region side : i.regions()) {
      out.addAll(side.instructions().subList(0, side.instructions().size() - 1));
    }
    for (int n = 0; n < i.results().size(); n++) {
      Value a = i.regions().get(0).terminator().operand(n);
      Value b = i.regions().get(1).terminator().operand(n);
      replaced.put(i.results().get(n), choose(i, a, b, out));
    }
  }

  private static Value choose(Instruction i, Value a, Value b, List<Instruction> out) {
    if (a == b || a.equals(b)) {
      return a;
    }
    Instruction whenTrue = change(a, b);
    if (whenTrue != null) {
      Value by =
          make(Opcode.SELECT, i, out, i.operand(0), whenTrue.operand(1), Constant.i32(0));
      return make(whenTrue.opcode(), i, out, b, by);
    }
    Instruction whenFalse = change(b, a);
    if (whenFalse != null) {
      Value by =
          make(Opcode.SELECT, i, out, i.operand(0), Constant.i32(0), whenFalse.operand(1));
      return make(whenFalse.opcode(), i, out, a, by);
    }
    return make(Opcode.SELECT, i, out, i.operand(0), a, b);
  }

  private static Value make(
      Opcode opcode, Instruction place, List<Instruction> out, Value... operands) {
    Type type = operands[operands.length - 1].type();
    Instruction made =
        new Instruction(opcode, List.of(operands), List.of(type), null, place.location());
    out.add(made);
    return made.result();
  }

  /**
   * The instruction that makes {@code changed} of {@code plain} and an operand whose zero would leave
   * it as it is, or null. {@code c ? x + y : x} is {@code x + (c ? y : 0)}, two instructions.
   */
  private static Instruction change(Value changed, Value plain) {
    if (!(changed instanceof Result r)) {
      return null;
    }
    Instruction i = r.instruction();
    return switch (i.opcode()) {
      case ADD, SUB, OR, XOR, SHL, SHR_S, SHR_U, ROTL -> i.operand(0) == plain ? i : null;
      default -> null;
    };
  }
}
