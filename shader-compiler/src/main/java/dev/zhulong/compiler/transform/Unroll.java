package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.analysis.Uniformity;
import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
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
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Unrolls innermost loops that count upward by a constant to a bound.
 *
 * <p>Few iterations whose number is known are written out. Otherwise a loop of four iterations at a
 * time, or of eight short ones, runs while so many remain, and the loop as it was does the rest:
 *
 * <pre>
 *   if (start &lt; bound &amp;&amp; bound - start &gt; 3 step &amp;&amp; bound &lt; MAX - 4 step)
 *     loop { 4 × body } while (i &lt; bound - 3 step)
 *   if (there was none, or i &lt; bound) loop { body }
 * </pre>
 *
 * <p>Loops that lanes leave one by one are left alone: their number of iterations differs by lane.
 */
public final class Unroll {
  private static final int FACTOR = 4;
  private static final int SMALL_BODY_FACTOR = 8;
  private static final int SMALL_BODY = 16;
  private static final int MAXIMUM_BODY = 28;
  private static final int MAXIMUM_WRITTEN_OUT = 160;

  /** Where the counter indexes an array on the stack, whose elements then become values. */
  private static final int MAXIMUM_WRITTEN_OUT_WITH_ARRAY = 6000;

  private final Uniformity uniformity;
  private final Map<Value, Value> replaced = new IdentityHashMap<>();

  private Unroll(Uniformity uniformity) {
    this.uniformity = uniformity;
  }

  /** Runs the pass. */
  public static void run(Kernel kernel) {
    new Unroll(Uniformity.of(kernel)).region(kernel.body());
  }

  private void region(Region region) {
    List<Instruction> made = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      i.operands().replaceAll(v -> replaced.getOrDefault(v, v));
      i.regions().forEach(this::region);
      Counted counted = i.opcode() == Opcode.LOOP ? match(i) : null;
      if (counted == null || !unroll(counted, made)) {
        made.add(i);
      }
    }
    region.instructions().clear();
    region.instructions().addAll(made);
  }

  /**
   * A loop whose carried value {@code counter} starts at its operand, grows by {@code step} and
   * goes on while the sum is less than {@code bound}, or, if {@code inclusive}, not more.
   */
  private record Counted(
      Instruction loop,
      int counter,
      int step,
      Value bound,
      boolean inclusive,
      boolean signed,
      int size) {
    Region body() {
      return loop.regions().getFirst();
    }

    /** How many iterations the unrolled loop does at a time. */
    int factor() {
      return size > SMALL_BODY ? FACTOR : SMALL_BODY_FACTOR;
    }

    Opcode less() {
      return signed ? Opcode.LT_S : Opcode.LT_U;
    }

    /** How often the body runs, or −1 when that is not known or very often. */
    int trips() {
      if (inclusive
          || !(loop.operand(counter) instanceof Constant first)
          || !(bound instanceof Constant last)) {
        return -1;
      }
      long from = signed ? first.bits() : Integer.toUnsignedLong(first.bits());
      long to = signed ? last.bits() : Integer.toUnsignedLong(last.bits());
      long trips = Math.max(1, (to - from + step - 1) / step);
      long limit = signed ? Integer.MAX_VALUE : 0xffffffffL;
      return from + trips * step > limit || trips > 1 << 20 ? -1 : (int) trips;
    }
  }

  private Counted match(Instruction loop) {
    Region body = loop.regions().getFirst();
    Instruction next = body.terminator();
    int size = size(body);
    if (size < 0
        || !uniformity.uniform(next.operand(0))
        || !(next.operand(0) instanceof Result condition)) {
      return null;
    }
    Instruction compare = condition.instruction();
    if (!compare.opcode().signature().equals("ii:b")) {
      return null;
    }
    boolean inclusive = compare.opcode() == Opcode.GE_S || compare.opcode() == Opcode.GE_U;
    boolean signed = compare.opcode() == Opcode.LT_S || compare.opcode() == Opcode.GE_S;
    Value bound = compare.operand(inclusive ? 0 : 1);
    if (!inclusive && !signed && compare.opcode() != Opcode.LT_U
        || !(compare.operand(inclusive ? 1 : 0) instanceof Result sum)
        || sum.instruction().opcode() != Opcode.ADD
        || !(sum.instruction().operand(0) instanceof Argument argument)
        || !(sum.instruction().operand(1) instanceof Constant step)
        || step.bits() < 1
        || step.bits() > 4096) {
      return null;
    }
    int counter = body.arguments().indexOf(argument);
    if (counter < 0 || next.operand(counter + 1) != sum || !Definitions.in(body).invariant(bound)) {
      return null;
    }
    if (inclusive && bound instanceof Constant last) {
      bound = Constant.i32(last.bits() + 1);
      inclusive = last.bits() == (signed ? Integer.MAX_VALUE : -1);
    }
    return new Counted(loop, counter, step.bits(), bound, inclusive, signed, size);
  }

  /** Instructions in a body without loops and barriers, else −1. */
  private static int size(Region region) {
    int size = 0;
    for (Instruction i : region.instructions()) {
      size++;
      if (i.opcode() == Opcode.LOOP || i.opcode() == Opcode.BARRIER) {
        return -1;
      }
      for (Region side : i.regions()) {
        int inner = size(side);
        if (inner < 0) {
          return -1;
        }
        size += inner + 3;
      }
    }
    return size;
  }

  private boolean unroll(Counted loop, List<Instruction> out) {
    int trips = loop.trips();
    if (trips > 0 && trips * loop.size() <= mostWrittenOut(loop)) {
      writeOut(loop, trips, out);
      return true;
    }
    if (loop.size() > MAXIMUM_BODY || trips > 0 && trips < 2 * loop.factor()) {
      return false;
    }
    if (trips > 0 && trips % loop.factor() == 0) {
      Region here = new Region();
      Instruction main = several(loop, loop.bound(), here);
      out.addAll(here.instructions());
      out.add(main);
      replace(loop, main.results());
    } else {
      partially(loop, out);
    }
    return true;
  }

  private static int mostWrittenOut(Counted loop) {
    Set<Value> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    counted.add(loop.body().arguments().get(loop.counter()));
    return indexesStack(loop.body(), counted)
        ? MAXIMUM_WRITTEN_OUT_WITH_ARRAY
        : MAXIMUM_WRITTEN_OUT;
  }

  /** Whether an access to the stack has an address that is computed from the counted values. */
  private static boolean indexesStack(Region region, Set<Value> counted) {
    for (Instruction i : region.instructions()) {
      if (i.attribute() instanceof Access access
          && access.space() == Space.PRIVATE
          && counted.contains(i.operand(0))) {
        return true;
      }
      if (i.opcode().pure() && i.operands().stream().anyMatch(counted::contains)) {
        counted.add(i.result());
      }
      if (i.regions().stream().anyMatch(r -> indexesStack(r, counted))) {
        return true;
      }
    }
    return false;
  }

  private void replace(Counted loop, List<? extends Value> values) {
    for (int n = 0; n < loop.loop().results().size(); n++) {
      replaced.put(loop.loop().results().get(n), values.get(n));
    }
  }

  private void writeOut(Counted loop, int trips, List<Instruction> out) {
    List<Value> current = loop.loop().operands();
    for (int n = 0; n < trips; n++) {
      current = iteration(loop, current, out);
    }
    replace(loop, current);
  }

  /** One copy of the body; gives the carried values after it. */
  private static List<Value> iteration(
      Counted loop, List<? extends Value> carried, List<Instruction> out) {
    Cloner cloner = new Cloner();
    List<Instruction> all = loop.body().instructions();
    for (int n = 0; n < carried.size(); n++) {
      cloner.map(loop.body().arguments().get(n), carried.get(n));
    }
    all.subList(0, all.size() - 1).forEach(i -> out.add(cloner.copy(i)));
    return cloner.values(all.getLast().operands().subList(1, carried.size() + 1));
  }

  /**
   * A loop of several iterations at a time that goes on while the counter is below the limit.
   *
   * @param before what it needs is put here
   */
  private static Instruction several(Counted loop, Value limit, Region before) {
    Region body = new Region();
    List<Type> types = loop.body().arguments().stream().map(Value::type).toList();
    types.forEach(type -> body.arguments().add(new Argument(type)));
    List<Value> current = List.copyOf(body.arguments());
    for (int n = 0; n < loop.factor(); n++) {
      current = iteration(loop, current, body.instructions());
    }
    if (loop.factor() == SMALL_BODY_FACTOR) {
      Argument counter = body.arguments().get(loop.counter());
      current =
          RangeVersions.run(body, counter, loop.signed(), loop.factor(), loop.step(), current);
    }
    Builder outside = new Builder(before);
    outside.location(loop.loop().location());
    CounterComparisons.run(
        body,
        body.arguments().get(loop.counter()),
        loop.signed(),
        (loop.factor() - 1) * loop.step(),
        outside);
    Builder builder = new Builder(body);
    builder.location(loop.body().terminator().location());
    List<Value> operands = new ArrayList<>();
    operands.add(builder.op(loop.less(), current.get(loop.counter()), limit));
    operands.addAll(current);
    builder.append(Opcode.NEXT, operands, List.of(), null);
    Instruction made =
        new Instruction(Opcode.LOOP, loop.loop().operands(), types, null, loop.loop().location());
    made.regions().add(body);
    return made;
  }

  private void partially(Counted loop, List<Instruction> out) {
    Region here = new Region();
    Builder builder = new Builder(here);
    builder.location(loop.loop().location());
    Value start = loop.loop().operand(loop.counter());
    int step = loop.step();
    int factor = loop.factor();
    int highest = loop.signed() ? Integer.MAX_VALUE : -1;
    // One above the greatest number wraps to the least: then no start is below it.
    final Value bound =
        loop.inclusive() ? builder.op(Opcode.ADD, loop.bound(), Constant.i32(1)) : loop.bound();
    Value span = builder.op(Opcode.SUB, bound, start);
    Value many = builder.op(Opcode.GE_U, span, Constant.i32((factor - 1) * step + 1));
    Value runs = builder.op(loop.less(), start, bound);
    Value safe = builder.op(loop.less(), bound, Constant.i32(highest - factor * step));
    Value enough = builder.op(Opcode.B_AND, builder.op(Opcode.B_AND, many, runs), safe);

    Region whole = new Region();
    builder.region(whole);
    Value limit = builder.op(Opcode.SUB, bound, Constant.i32((factor - 1) * step));
    Instruction main = several(loop, limit, whole);
    whole.instructions().add(main);
    Value more = builder.op(loop.less(), main.results().get(loop.counter()), bound);
    Region none = new Region();
    Instruction first = choose(enough, whole, more, main.results(), none, loop);
    here.instructions().add(first);

    List<Result> carried = first.results().subList(1, first.results().size());
    loop.loop().operands().clear();
    loop.loop().operands().addAll(carried);
    Region rest = new Region();
    rest.instructions().add(loop.loop());
    Instruction second =
        new Instruction(
            Opcode.IF,
            List.of(first.results().getFirst()),
            carried.stream().map(Value::type).toList(),
            null,
            loop.loop().location());
    end(rest, loop.loop().results());
    Region done = new Region();
    end(done, carried);
    second.regions().add(rest);
    second.regions().add(done);
    here.instructions().add(second);
    out.addAll(here.instructions());
    replace(loop, second.results());
  }

  /** The IF around the unrolled loop: whether iterations remain, and the carried values. */
  private static Instruction choose(
      Value condition, Region whole, Value more, List<Result> results, Region none, Counted loop) {
    List<Type> types = new ArrayList<>();
    types.add(Type.BOOL);
    results.forEach(r -> types.add(r.type()));
    Instruction made =
        new Instruction(Opcode.IF, List.of(condition), types, null, loop.loop().location());
    List<Value> after = new ArrayList<>();
    after.add(more);
    after.addAll(results);
    end(whole, after);
    List<Value> before = new ArrayList<>();
    before.add(Constant.TRUE);
    before.addAll(loop.loop().operands());
    end(none, before);
    made.regions().add(whole);
    made.regions().add(none);
    return made;
  }

  private static void end(Region region, List<? extends Value> values) {
    region.instructions().add(new Instruction(Opcode.YIELD, values, List.of(), null, null));
  }
}
