package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Local;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Completes a translated body: arms of IF that simply end get their YIELD, and a value that is used
 * outside the region that defines it goes through a local. In SPIR-V a definition may be used
 * wherever it dominates, which reaches further than a region does.
 */
final class ScopeRepair {
  private final Set<Result> visible = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Result, Local> escaped = new IdentityHashMap<>();

  private ScopeRepair() {}

  static void run(Region body) {
    ScopeRepair repair = new ScopeRepair();
    repair.scan(body);
    if (!repair.escaped.isEmpty()) {
      repair.rewrite(body);
    }
  }

  private void scan(Region region) {
    List<Result> defined = new ArrayList<>();
    for (Instruction i : region.instructions()) {
      for (Value v : i.operands()) {
        if (v instanceof Result r && !visible.contains(r)) {
          escaped.computeIfAbsent(r, x -> new Local("escaped." + escaped.size(), x.type()));
        }
      }
      for (Region nested : i.regions()) {
        scan(nested);
        if (i.opcode() == Opcode.IF && !ended(nested)) {
          nested
              .instructions()
              .add(new Instruction(Opcode.YIELD, List.of(), List.of(), null, i.location()));
        }
      }
      visible.addAll(i.results());
      defined.addAll(i.results());
    }
    defined.forEach(visible::remove);
  }

  private void rewrite(Region region) {
    List<Instruction> made = new ArrayList<>();
    List<Result> defined = new ArrayList<>();
    for (Instruction i : region.instructions()) {
      for (int n = 0; n < i.operands().size(); n++) {
        if (i.operand(n) instanceof Result r && !visible.contains(r)) {
          Instruction get =
              new Instruction(
                  Opcode.LOCAL_GET, List.of(), List.of(r.type()), escaped.get(r), i.location());
          made.add(get);
          i.operands().set(n, get.result());
        }
      }
      i.regions().forEach(this::rewrite);
      made.add(i);
      visible.addAll(i.results());
      defined.addAll(i.results());
      for (Result r : i.results()) {
        if (escaped.containsKey(r)) {
          made.add(
              new Instruction(
                  Opcode.LOCAL_SET, List.of(r), List.of(), escaped.get(r), i.location()));
        }
      }
    }
    defined.forEach(visible::remove);
    region.instructions().clear();
    region.instructions().addAll(made);
  }

  private static boolean ended(Region region) {
    return !region.instructions().isEmpty()
        && region.instructions().getLast().opcode() == Opcode.YIELD;
  }
}
