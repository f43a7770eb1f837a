package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Local;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Replaces local variables by values: what an IF sets becomes its results, what a LOOP sets its
 * carried values. A local that was never set reads as zero. Carries more than needed; {@link
 * DeadCode} takes the rest away.
 */
public final class Ssa {
  private final Map<Local, Value> current = new IdentityHashMap<>();
  private final Map<Value, Value> replaced = new IdentityHashMap<>();
  private final Map<Instruction, Set<Local>> assigned = new IdentityHashMap<>();

  private Ssa() {}

  /** Runs the pass. */
  public static void run(Region body) {
    Ssa ssa = new Ssa();
    ssa.collect(body);
    ssa.rename(body);
  }

  /** Notes for each construct which locals it sets. */
  private Set<Local> collect(Region region) {
    Set<Local> all = new LinkedHashSet<>();
    for (Instruction i : region.instructions()) {
      if (i.opcode() == Opcode.LOCAL_SET) {
        all.add((Local) i.attribute());
      } else if (!i.regions().isEmpty()) {
        Set<Local> inside = new LinkedHashSet<>();
        i.regions().forEach(r -> inside.addAll(collect(r)));
        assigned.put(i, inside);
        all.addAll(inside);
      }
    }
    return all;
  }

  private void rename(Region region) {
    List<Instruction> kept = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      i.operands().replaceAll(this::resolve);
      switch (i.opcode()) {
        case LOCAL_GET -> replaced.put(i.result(), value((Local) i.attribute()));
        case LOCAL_SET -> current.put((Local) i.attribute(), i.operand(0));
        case IF -> {
          branch(i);
          kept.add(i);
        }
        case LOOP -> {
          loop(i);
          kept.add(i);
        }
        default -> kept.add(i);
      }
    }
    region.instructions().clear();
    region.instructions().addAll(kept);
  }

  private Value resolve(Value value) {
    return replaced.getOrDefault(value, value);
  }

  private Value value(Local local) {
    return current.getOrDefault(local, new Constant(local.type(), 0));
  }

  private List<Value> values(Set<Local> locals) {
    List<Value> made = new ArrayList<>(locals.size());
    locals.forEach(l -> made.add(value(l)));
    return made;
  }

  private void branch(Instruction i) {
    List<Local> locals = new ArrayList<>(assigned.get(i));
    List<Value> before = values(assigned.get(i));
    rename(i.regions().get(0));
    List<Value> then = values(assigned.get(i));
    for (int n = 0; n < locals.size(); n++) {
      current.put(locals.get(n), before.get(n));
    }
    rename(i.regions().get(1));
    List<Value> otherwise = values(assigned.get(i));
    for (int n = 0; n < locals.size(); n++) {
      if (then.get(n).equals(otherwise.get(n))) {
        current.put(locals.get(n), then.get(n));
      } else {
        current.put(locals.get(n), i.addResult(locals.get(n).type()));
        i.regions().get(0).terminator().operands().add(then.get(n));
        i.regions().get(1).terminator().operands().add(otherwise.get(n));
      }
    }
  }

  private void loop(Instruction i) {
    Region body = i.regions().getFirst();
    Set<Local> locals = assigned.get(i);
    for (Local local : locals) {
      i.operands().add(value(local));
      Argument argument = new Argument(local.type());
      body.arguments().add(argument);
      current.put(local, argument);
    }
    rename(body);
    body.terminator().operands().addAll(values(locals));
    for (Local local : locals) {
      current.put(local, i.addResult(local.type()));
    }
  }
}
