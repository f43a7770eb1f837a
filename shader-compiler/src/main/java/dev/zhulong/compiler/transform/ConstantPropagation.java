package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Folding;
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
 * Sparse conditional constant propagation.
 *
 * <p>Carried values are taken for the constants that they start as until an iteration says
 * otherwise, and arms that a constant condition rules out say nothing. So a flag that only a branch
 * would change that the flag itself rules out stays the constant that it is. {@link Simplify} takes
 * the branches away afterwards.
 */
public final class ConstantPropagation {
  /**
   * What is known: a constant, or empty for many values. A value without an entry has none yet. An
   * entry goes from a constant to many values and never back, so that this ends.
   */
  private final Map<Value, Constant> constants = new IdentityHashMap<>();

  private final Map<Value, Boolean> varying = new IdentityHashMap<>();

  private ConstantPropagation() {}

  /** Runs the pass. */
  public static void run(Region body) {
    ConstantPropagation pass = new ConstantPropagation();
    pass.region(body);
    pass.constants.keySet().removeAll(pass.varying.keySet());
    if (!pass.constants.isEmpty()) {
      pass.replace(body);
    }
  }

  /** The constant that a value is as far as is known, or null if it varies. */
  private Constant known(Value value) {
    if (value instanceof Constant constant) {
      return constant;
    }
    return varying.containsKey(value) ? null : constants.get(value);
  }

  /** Adds what a value may be; null for anything. Says whether that is news. */
  private boolean meet(Value value, Constant constant) {
    if (varying.containsKey(value)) {
      return false;
    }
    Constant before = constants.get(value);
    if (constant == null || before != null && !before.equals(constant)) {
      varying.put(value, true);
      return true;
    }
    constants.put(value, constant);
    return before == null;
  }

  private void region(Region region) {
    for (Instruction i : region.instructions()) {
      switch (i.opcode()) {
        case IF -> branch(i);
        case LOOP -> loop(i);
        default -> {
          if (!i.results().isEmpty()) {
            meet(i.result(), i.opcode().pure() ? fold(i) : null);
          }
        }
      }
    }
  }

  private Constant fold(Instruction i) {
    List<Value> operands = new ArrayList<>(i.operands().size());
    for (Value operand : i.operands()) {
      Constant constant = known(operand);
      operands.add(constant == null ? operand : constant);
    }
    if (i.opcode() == Opcode.SELECT && operands.getFirst() instanceof Constant c) {
      return operands.get(c.bits() != 0 ? 1 : 2) instanceof Constant chosen ? chosen : null;
    }
    return Folding.fold(i.opcode(), operands).orElse(null) instanceof Constant made ? made : null;
  }

  private void branch(Instruction i) {
    Constant condition = known(i.operand(0));
    for (int arm = 0; arm < 2; arm++) {
      if (condition == null || condition.bits() != 0 == (arm == 0)) {
        Region region = i.regions().get(arm);
        region(region);
        yields(region.terminator().operands(), i.results());
      }
    }
  }

  private boolean yields(List<Value> values, List<? extends Value> receivers) {
    boolean news = false;
    for (int n = 0; n < receivers.size(); n++) {
      news |= meet(receivers.get(n), known(values.get(n)));
    }
    return news;
  }

  private void loop(Instruction i) {
    Region body = i.regions().getFirst();
    List<Argument> arguments = body.arguments();
    yields(i.operands(), arguments);
    boolean again = true;
    while (again) {
      region(body);
      List<Value> next = body.terminator().operands();
      Constant condition = known(next.getFirst());
      boolean goesOn = condition == null || condition.bits() != 0;
      again = goesOn && yields(next.subList(1, next.size()), arguments);
    }
    List<Value> next = body.terminator().operands();
    yields(next.subList(1, next.size()), i.results());
  }

  private void replace(Region region) {
    for (Instruction i : region.instructions()) {
      i.operands().replaceAll(this::constantOr);
      i.regions().forEach(this::replace);
    }
    region.instructions().removeIf(i -> i.opcode().pure() && known(i.result()) != null);
  }

  private Value constantOr(Value value) {
    Constant constant = value instanceof Result || value instanceof Argument ? known(value) : null;
    return constant == null ? value : constant;
  }
}
