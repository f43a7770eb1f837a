package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Value;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** The values that a region and those nested there define; all others are invariant in it. */
final class Definitions {
  private final Set<Value> inside = Collections.newSetFromMap(new IdentityHashMap<>());

  private Definitions() {}

  static Definitions in(Region region) {
    Definitions definitions = new Definitions();
    definitions.add(region);
    return definitions;
  }

  private void add(Region region) {
    inside.addAll(region.arguments());
    for (Instruction i : region.instructions()) {
      inside.addAll(i.results());
      i.regions().forEach(this::add);
    }
  }

  boolean invariant(Value value) {
    return value instanceof Constant || !inside.contains(value);
  }

  boolean invariantOperands(Instruction i) {
    for (Value operand : i.operands()) {
      if (!invariant(operand)) {
        return false;
      }
    }
    return true;
  }

  /** Notes that the instruction has been moved out of the region. */
  void moveOut(Instruction i) {
    i.results().forEach(inside::remove);
  }
}
