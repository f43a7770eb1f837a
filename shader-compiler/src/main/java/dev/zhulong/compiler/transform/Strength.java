package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Strength reduction: addresses that grow evenly become pointers that a loop carries.
 *
 * <p>An address is brought into {@link LinearForm}. Those that depend on the loop's counters alike
 * share one pointer: constants apart they are offsets of loads, values apart they are a chain of
 * additions, and the pointer grows by one sum an iteration.
 */
public final class Strength {
  /** More pointers than these would want registers that the body needs. */
  private static final int MAXIMUM_POINTERS = 6;

  /** Places a pointer leads to, which are computed where an iteration begins. */
  private static final int MAXIMUM_PLACES = 64;

  private final Instruction loop;
  private final Region body;
  private final Definitions definitions;
  private final Builder before;
  private final LinearForms forms = new LinearForms();
  private final Map<Argument, LinearForm> steps = new IdentityHashMap<>();
  private final Map<LinearForm, Value> built = new HashMap<>();

  private Strength(Instruction loop, Builder before) {
    this.loop = loop;
    this.body = loop.regions().getFirst();
    this.definitions = Definitions.in(body);
    this.before = before;
  }

  /** Runs the pass on all loops, inner ones first. */
  public static void run(Region body) {
    Region made = new Region();
    for (Instruction i : body.instructions()) {
      i.regions().forEach(Strength::run);
      if (i.opcode() == Opcode.LOOP) {
        Builder before = new Builder(made);
        before.location(i.location());
        new Strength(i, before).reduce();
      }
      made.instructions().add(i);
    }
    body.instructions().clear();
    body.instructions().addAll(made.instructions());
  }

  private record Access(Instruction instruction, Region region, LinearForm address) {}

  private void reduce() {
    note(body);
    findCounters();
    if (steps.isEmpty()) {
      return;
    }
    Map<LinearForm, List<Access>> groups = new LinkedHashMap<>();
    collect(body, groups);
    groups.values().stream().limit(MAXIMUM_POINTERS).forEach(this::point);
  }

  private void findCounters() {
    Instruction next = body.terminator();
    for (int n = 0; n < body.arguments().size(); n++) {
      Argument argument = body.arguments().get(n);
      if (argument.type() != Type.I32) {
        continue;
      }
      LinearForm step = forms.of(next.operand(n + 1)).minus(forms.of(argument));
      boolean even =
          !step.equals(LinearForm.ZERO) && step.terms().keySet().stream().allMatch(this::invariant);
      if (even) {
        steps.put(argument, step);
      }
    }
  }

  /** Notes the forms of what an iteration computes. */
  private void note(Region region) {
    for (Instruction i : region.instructions()) {
      forms.note(i);
      if (i.opcode() == Opcode.IF) {
        i.regions().forEach(this::note);
      }
    }
  }

  private boolean invariant(LinearForm.Product product) {
    return product.factors().stream().allMatch(atom -> definitions.invariant(atom.value()));
  }

  private boolean counter(LinearForm.Atom atom) {
    return atom.value() instanceof Argument argument && steps.containsKey(argument);
  }

  /** Groups the accesses by the part of their addresses that the counters have. */
  private void collect(Region region, Map<LinearForm, List<Access>> groups) {
    for (Instruction i : region.instructions()) {
      if (LinearForms.accesses(i)) {
        LinearForm address = forms.of(i.operand(0));
        LinearForm counted = counted(address);
        if (counted != null && !counted.equals(LinearForm.ZERO)) {
          groups
              .computeIfAbsent(counted, key -> new ArrayList<>())
              .add(new Access(i, region, address));
        }
      }
      if (i.opcode() == Opcode.IF) {
        i.regions().forEach(r -> collect(r, groups));
      }
    }
  }

  /**
   * The terms with a counter, or null where two counters are multiplied or something else varies.
   */
  private LinearForm counted(LinearForm address) {
    LinearForm sum = LinearForm.ZERO;
    for (var term : address.terms().entrySet()) {
      long counters = 0;
      for (LinearForm.Atom atom : term.getKey().factors()) {
        if (counter(atom)) {
          counters++;
        } else if (!definitions.invariant(atom.value())) {
          return null;
        }
      }
      if (counters > 1) {
        return null;
      }
      if (counters == 1) {
        sum = sum.plus(LinearForm.of(term.getKey(), term.getValue()));
      }
    }
    return sum;
  }

  /** How much the counted terms grow in an iteration, or null if that is not of the form. */
  private LinearForm growth(LinearForm counted) {
    LinearForm sum = LinearForm.ZERO;
    for (var term : counted.terms().entrySet()) {
      for (var step : steps.entrySet()) {
        if (term.getKey().has(step.getKey())) {
          LinearForm rest = LinearForm.of(term.getKey().without(step.getKey()), term.getValue());
          LinearForm product = rest.times(step.getValue());
          if (product == null) {
            return null;
          }
          sum = sum.plus(product);
        }
      }
    }
    return sum;
  }

  /** Makes one pointer for a group and lets its accesses use it. */
  private void point(List<Access> group) {
    LinearForm first = group.getFirst().address().withoutConstant();
    LinearForm growth = growth(counted(first));
    if (growth == null) {
      return;
    }
    Map<Argument, Value> initial = new IdentityHashMap<>();
    for (int n = 0; n < body.arguments().size(); n++) {
      initial.put(body.arguments().get(n), loop.operand(n));
    }
    final Value start = first.build(before, v -> initial.getOrDefault(v, v));
    Argument pointer = new Argument(Type.I32);
    List<Instruction> head = new ArrayList<>();
    Map<LinearForm, Value> places = new HashMap<>();
    places.put(first, pointer);
    LinearForm last = first;
    Value lastValue = pointer;
    for (Access access : group) {
      LinearForm place = access.address().withoutConstant();
      Value value = places.get(place);
      if (value == null && places.size() == MAXIMUM_PLACES) {
        continue;
      }
      if (value == null) {
        value = add(head, lastValue, invariant(place.minus(last)));
        places.put(place, value);
        last = place;
        lastValue = value;
      }
      int offset = access.address().constantTerm();
      if (offset != 0) {
        Instruction sum = sum(value, Constant.i32(offset), access.instruction());
        int at = access.region().instructions().indexOf(access.instruction());
        access.region().instructions().add(at, sum);
        value = sum.result();
      }
      access.instruction().operands().set(0, value);
    }
    body.instructions().addAll(0, head);
    Instruction next = body.terminator();
    Instruction step = sum(pointer, invariant(growth), next);
    body.instructions().add(body.instructions().size() - 1, step);
    next.operands().add(step.result());
    loop.operands().add(start);
    body.arguments().add(pointer);
    loop.addResult(Type.I32);
  }

  private static Instruction sum(Value a, Value b, Instruction place) {
    return new Instruction(Opcode.ADD, List.of(a, b), List.of(Type.I32), null, place.location());
  }

  private Value add(List<Instruction> head, Value a, Value b) {
    Instruction made = sum(a, b, loop);
    head.add(made);
    return made.result();
  }

  /** The value of an invariant form, computed once before the loop. */
  private Value invariant(LinearForm form) {
    Value value = built.get(form);
    if (value == null) {
      value = form.build(before, v -> v);
      built.put(form, value);
    }
    return value;
  }
}
