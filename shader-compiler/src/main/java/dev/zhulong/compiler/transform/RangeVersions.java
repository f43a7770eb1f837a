package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the body of an unrolled loop three times: for when its counter is below some value in all
 * iterations at hand, for when it is in none, and for when that differs.
 *
 * <p>Where each iteration asks {@code i < x}, all but one of the loop's rounds know the answer
 * beforehand. The lanes of a warp vote, so that they stay together:
 *
 * <pre>
 *   if (all lanes: i + 7 &lt; x) { body with true }
 *   else if (no lane: i &lt; x) { body with false }
 *   else { body }
 * </pre>
 */
final class RangeVersions {
  private final Region body;
  private final Argument counter;
  private final boolean signed;
  private final int reach;

  /** The comparisons of the counter with one value, and whether each is true below it. */
  private final Map<Instruction, Boolean> comparisons = new IdentityHashMap<>();

  private Value bound;

  private RangeVersions(Region body, Argument counter, boolean signed, int reach) {
    this.body = body;
    this.counter = counter;
    this.signed = signed;
    this.reach = reach;
  }

  /**
   * Runs on one loop's body, which has no terminator yet.
   *
   * @param signed in which order the counter is known not to wrap
   * @param factor how many iterations the body does; each must have its comparison
   * @param step what the counter grows by in each of them
   * @param current the carried values after the body
   * @return the carried values after what the body has become
   */
  static List<Value> run(
      Region body, Argument counter, boolean signed, int factor, int step, List<Value> current) {
    RangeVersions pass = new RangeVersions(body, counter, signed, (factor - 1) * step);
    pass.find();
    return pass.comparisons.size() < factor ? current : pass.write(current, factor * step);
  }

  private void find() {
    Opcode less = signed ? Opcode.LT_S : Opcode.LT_U;
    Opcode notLess = signed ? Opcode.GE_S : Opcode.GE_U;
    Definitions definitions = Definitions.in(body);
    for (Instruction i : body.instructions()) {
      if (i.opcode() != less && i.opcode() != notLess) {
        continue;
      }
      Integer offset = growth(i.operand(0), counter);
      Value other = i.operand(1);
      if (offset != null
          && offset >= 0
          && offset <= reach
          && definitions.invariant(other)
          && (bound == null || bound.equals(other))) {
        bound = other;
        comparisons.put(i, i.opcode() == less);
      }
    }
  }

  /** What is added to the argument to give the value, or null if it is something else. */
  private static Integer growth(Value value, Argument argument) {
    int sum = 0;
    Value at = value;
    while (at != argument) {
      if (!(at instanceof Result r)
          || r.instruction().opcode() != Opcode.ADD
          || !(r.instruction().operand(1) instanceof Constant c)) {
        return null;
      }
      sum += c.bits();
      at = r.instruction().operand(0);
    }
    return sum;
  }

  private List<Value> write(List<Value> current, int growthOfCounter) {
    List<Instruction> original = List.copyOf(body.instructions());
    Builder builder = new Builder(body);
    builder.location(original.getLast().location());
    body.instructions().clear();
    // Carried values that grow evenly stay outside, where strength reduction sees them.
    List<Value> after = new ArrayList<>(current);
    List<Integer> chosen = new ArrayList<>();
    for (int n = 0; n < current.size(); n++) {
      Argument argument = body.arguments().get(n);
      Integer growth = argument.type() == Type.I32 ? growth(current.get(n), argument) : null;
      if (growth != null) {
        int sum = argument == counter ? growthOfCounter : growth;
        after.set(n, builder.op(Opcode.ADD, argument, Constant.i32(sum)));
      } else {
        chosen.add(n);
      }
    }
    List<Value> yielded = chosen.stream().map(current::get).toList();

    Opcode less = signed ? Opcode.LT_S : Opcode.LT_U;
    Value last = builder.op(Opcode.ADD, counter, Constant.i32(reach));
    Value below = builder.op(less, last, bound);
    Value allBelow = builder.make(Opcode.VOTE_ALL, Type.BOOL, null, below);
    Region otherwise = new Region();
    Instruction outer = branch(allBelow, version(original, yielded, true), otherwise, yielded);
    body.instructions().add(outer);

    builder.region(otherwise);
    Value started = builder.op(less, counter, bound);
    Value someBelow = builder.make(Opcode.VOTE_ANY, Type.BOOL, null, started);
    Region mixed = new Region();
    mixed.instructions().addAll(original);
    end(mixed, yielded);
    Instruction inner = branch(someBelow, mixed, version(original, yielded, false), yielded);
    otherwise.instructions().add(inner);
    end(otherwise, inner.results());
    for (int n = 0; n < chosen.size(); n++) {
      after.set(chosen.get(n), outer.results().get(n));
    }
    return after;
  }

  private Region version(List<Instruction> original, List<Value> yielded, boolean below) {
    Cloner cloner = new Cloner();
    Region made = new Region();
    for (Instruction i : original) {
      Boolean whenBelow = comparisons.get(i);
      if (whenBelow == null) {
        made.instructions().add(cloner.copy(i));
      } else {
        cloner.map(i.result(), Constant.bool(whenBelow == below));
      }
    }
    end(made, cloner.values(yielded));
    return made;
  }

  private static Instruction branch(
      Value condition, Region whenTrue, Region whenFalse, List<Value> yielded) {
    Instruction made =
        new Instruction(
            Opcode.IF,
            List.of(condition),
            yielded.stream().map(Value::type).toList(),
            null,
            whenTrue.instructions().getFirst().location());
    made.regions().add(whenTrue);
    made.regions().add(whenFalse);
    return made;
  }

  private static void end(Region region, List<? extends Value> values) {
    region.instructions().add(new Instruction(Opcode.YIELD, values, List.of(), null, null));
  }
}
