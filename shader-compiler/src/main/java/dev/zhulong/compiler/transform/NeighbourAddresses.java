package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes an address from another one nearby where that is cheaper: after {@code p + 4·y·w} the
 * address {@code p + 4·(y + 1)·w} is the former plus {@code 4·w}, which one instruction adds.
 */
public final class NeighbourAddresses {
  /** So many addresses are looked back at. */
  private static final int REACH = 8;

  /** Offsets of accesses have twelve bits, and the accesses may have some already. */
  private static final int MAXIMUM_OFFSET = 1024;

  /** Whether two instructions can be saved shows within so many operands. */
  private static final int MAXIMUM_DEPTH = 4;

  private final LinearForms forms = new LinearForms();
  private final Map<Value, Integer> uses = new IdentityHashMap<>();
  private final Set<Value> addresses = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Value, Value> replaced = new IdentityHashMap<>();

  private NeighbourAddresses() {}

  /** Runs the pass. */
  public static void run(Region body) {
    NeighbourAddresses pass = new NeighbourAddresses();
    pass.count(body);
    pass.region(body, new ArrayList<>());
  }

  private void count(Region region) {
    for (Instruction i : region.instructions()) {
      i.operands().forEach(operand -> uses.merge(operand, 1, Integer::sum));
      if (LinearForms.accesses(i)) {
        addresses.add(i.operand(0));
      }
      i.regions().forEach(this::count);
    }
  }

  /** Rewrites a region; the addresses known there grow as it goes. */
  private void region(Region region, List<Value> known) {
    List<Instruction> made = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      i.operands().replaceAll(v -> replaced.getOrDefault(v, v));
      boolean loop = i.opcode() == Opcode.LOOP;
      // A pointer from outside would want a register throughout the loop.
      List<Value> outer = loop ? List.of() : nearest(known);
      i.regions().forEach(r -> region(r, new ArrayList<>(outer)));
      forms.note(i);
      if (i.opcode() != Opcode.ADD || !addresses.contains(i.result())) {
        made.add(i);
        continue;
      }
      Value cheaper = fromKnown(i, known, made);
      if (cheaper == null) {
        made.add(i);
        known.add(i.result());
      } else {
        replaced.put(i.result(), cheaper);
      }
    }
    region.instructions().clear();
    region.instructions().addAll(made);
  }

  private static List<Value> nearest(List<Value> known) {
    return known.subList(Math.max(0, known.size() - REACH), known.size());
  }

  private Value fromKnown(Instruction i, List<Value> known, List<Instruction> out) {
    if (cost(i, MAXIMUM_DEPTH) < 2) {
      return null;
    }
    LinearForm form = forms.of(i.result());
    for (Value base : nearest(known).reversed()) {
      LinearForm difference = form.minus(forms.of(base));
      var terms = LinearForms.variables(difference);
      int constant = difference.constantTerm();
      boolean near = Math.abs((long) constant) <= MAXIMUM_OFFSET;
      if (near && terms.size() == 1 && LinearForms.shiftOf(terms.getFirst()) >= 0) {
        Value pointer = LinearForms.sum(base, terms.getFirst(), 0, i, out);
        forms.note(pointer, form.minus(LinearForm.constant(constant)));
        known.add(pointer);
        return LinearForms.sum(pointer, null, constant, i, out);
      }
    }
    return null;
  }

  /** The instructions that compute an address and nothing else. */
  private int cost(Instruction i, int depth) {
    int sum = 0;
    for (Value operand : i.operands()) {
      boolean only = depth > 0 && uses.getOrDefault(operand, 0) == 1;
      if (only && operand instanceof Result r && r.type() == Type.I32) {
        sum +=
            switch (r.instruction().opcode()) {
              case SHL, ADD, SUB, MUL -> cost(r.instruction(), depth - 1);
              default -> 0;
            };
      }
    }
    // A shifted operand is part of the addition.
    return i.opcode() == Opcode.SHL ? sum : sum + 1;
  }
}
