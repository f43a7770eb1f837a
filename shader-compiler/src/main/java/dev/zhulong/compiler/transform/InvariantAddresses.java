package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds the parts of an address first that are the same in all iterations of a loop: of {@code p +
 * 4·(x + v)} with only {@code v} varying, {@code p + 4·x} moves in front of the loop.
 */
public final class InvariantAddresses {
  /** Each wants a register throughout the loop. */
  private static final int MAXIMUM_POINTERS = 6;

  private final Definitions definitions;
  private final Builder before;
  private final LinearForms forms = new LinearForms();
  private final Map<LinearForm, Value> pointers = new HashMap<>();

  private InvariantAddresses(Region body, Builder before) {
    this.definitions = Definitions.in(body);
    this.before = before;
  }

  /** Runs the pass on all loops, inner ones first. */
  public static void run(Region body) {
    Region made = new Region();
    for (Instruction i : body.instructions()) {
      i.regions().forEach(InvariantAddresses::run);
      if (i.opcode() == Opcode.LOOP) {
        Builder before = new Builder(made);
        before.location(i.location());
        Region inside = i.regions().getFirst();
        new InvariantAddresses(inside, before).region(inside);
      }
      made.instructions().add(i);
    }
    body.instructions().clear();
    body.instructions().addAll(made.instructions());
  }

  private void region(Region region) {
    List<Instruction> made = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      // A product stays one value: taken apart it would be computed in parts.
      if (i.opcode() != Opcode.MUL) {
        forms.note(i);
      }
      if (LinearForms.accesses(i)) {
        i.operands().set(0, address(i, made));
      }
      if (i.opcode() == Opcode.IF) {
        i.regions().forEach(this::region);
      }
      made.add(i);
    }
    region.instructions().clear();
    region.instructions().addAll(made);
  }

  private Value address(Instruction i, List<Instruction> out) {
    Value address = i.operand(0);
    if (address instanceof Constant || definitions.invariant(address)) {
      return address;
    }
    LinearForm invariant = LinearForm.ZERO;
    Map.Entry<LinearForm.Product, Integer> varying = null;
    for (var term : LinearForms.variables(forms.of(address))) {
      Value value = term.getKey().factors().getFirst().value();
      if (definitions.invariant(value)) {
        invariant = invariant.plus(LinearForm.of(term.getKey(), term.getValue()));
      } else if (varying == null) {
        varying = term;
      } else {
        return address;
      }
    }
    boolean worth = invariant.terms().size() > 1;
    if (!worth || varying == null || LinearForms.shiftOf(varying) < 0) {
      return address;
    }
    Value pointer = pointers.get(invariant);
    if (pointer == null) {
      if (pointers.size() == MAXIMUM_POINTERS) {
        return address;
      }
      pointer = invariant.build(before, v -> v);
      pointers.put(invariant, pointer);
    }
    return LinearForms.sum(pointer, varying, forms.of(address).constantTerm(), i, out);
  }
}
