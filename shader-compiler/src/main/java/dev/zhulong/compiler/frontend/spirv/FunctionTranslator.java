package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Local;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Translates one call of a function in place: its blocks become a tree of IF and LOOP.
 *
 * <p>A sequence of blocks is translated up to its natural end, the block where its construct goes
 * on. A branch to anywhere else (a break, a continue, a case that falls through, a return) is an
 * exit: it sets the target's flag and ends the sequence. Where only one of two arms goes on, what
 * follows is put inside that arm, so that no flag is asked; where exits and normal ends meet, what
 * follows is guarded by the flags. Flags that nobody asks cost nothing after the SSA pass.
 */
final class FunctionTranslator {
  private static final int MAXIMUM_NESTING = 200;

  /** The exit of a return, which has no label. */
  private static final int RETURN_TARGET = 0;

  /** The natural end of a function body, which none of its blocks is. */
  private static final int NOWHERE = -1;

  /** More arms than this are tested one after the other instead of nested. */
  private static final int MAXIMUM_NESTED_CASES = 16;

  private final Translation t;
  private final SpirvFunction function;
  private final Builder b;
  private final Set<Integer> open = new HashSet<>();
  private final Set<Integer> visited = new HashSet<>();
  private final Map<Integer, Local> flags = new HashMap<>();
  private final Map<Integer, Local[]> phis = new HashMap<>();
  private final Local route = new Local("route", Type.I32);
  private Local[] result = {};

  FunctionTranslator(Translation translation, SpirvFunction function) {
    this.t = translation;
    this.function = translation.structured(function);
    this.b = translation.builder();
  }

  /**
   * How a sequence ends.
   *
   * @param end where it goes on if it reaches its natural end, else null
   * @param exits other targets that it may have gone to
   */
  private record Flow(Region end, Set<Integer> exits) {
    boolean falls() {
      return end != null;
    }
  }

  /** Translates the body at the builder's place and returns the result's scalars. */
  Value[] translate() {
    Region start = b.region();
    int startIndex = start.instructions().size();
    SpirvType resultType = t.ids().type(function.resultType());
    result = new Local[(int) resultType.scalars()];
    Type[] types = t.ids().scalarTypes(resultType);
    for (int n = 0; n < result.length; n++) {
      result[n] = new Local("return." + n, types[n]);
    }
    open.add(RETURN_TARGET);
    sequence(function.entry(), NOWHERE);
    initialize(RETURN_TARGET, start, startIndex);
    if (b.region() != start) {
      at(start);
    }
    Value[] made = new Value[result.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = t.memory().get(result[n]);
    }
    return made;
  }

  private void at(Region region) {
    b.region(region);
    t.memory().forget();
  }

  // Exits.

  private Local flag(int target) {
    return flags.computeIfAbsent(
        target, label -> new Local(label == RETURN_TARGET ? "returned" : "to." + label, Type.BOOL));
  }

  /** Clears a target's flag at a place before all exits to it, if there are any. */
  private void initialize(int target, Region region, int index) {
    Local flag = flags.get(target);
    if (flag != null) {
      Instruction clear =
          new Instruction(LOCAL_SET, List.of(Constant.FALSE), List.of(), flag, null);
      region.instructions().add(index, clear);
    }
  }

  /** Goes on at a region, under the condition that no exit of a set was taken. */
  private void guardedAt(Region region, Set<Integer> exits) {
    at(region);
    Value left = null;
    for (int exit : exits) {
      Value taken = b.make(LOCAL_GET, Type.BOOL, flag(exit));
      left = left == null ? taken : b.op(B_OR, left, taken);
    }
    if (left != null) {
      Region otherwise = new Region();
      branch(left, new Region(), otherwise);
      at(otherwise);
    }
  }

  private void branch(Value condition, Region then, Region otherwise) {
    Instruction made = b.append(IF, List.of(condition), List.of(), null);
    made.regions().add(then);
    made.regions().add(otherwise);
  }

  private static Set<Integer> union(Set<Integer> a, Set<Integer> c) {
    Set<Integer> made = new TreeSet<>(a);
    made.addAll(c);
    return made;
  }

  private static Set<Integer> without(Set<Integer> exits, int... targets) {
    Set<Integer> made = new TreeSet<>(exits);
    for (int target : targets) {
      made.remove(target);
    }
    return made;
  }

  // Sequences.

  /** Translates from a block to a natural end, at the builder's place. */
  private Flow sequence(int first, int naturalEnd) {
    t.enter(MAXIMUM_NESTING);
    Set<Integer> exits = new TreeSet<>();
    int label = first;
    while (true) {
      SpirvFunction.Block block = function.block(label);
      SpirvInstruction merge = block.merge();
      Flow flow;
      int next;
      if (merge != null && merge.op() == SpirvOp.LOOP_MERGE) {
        next = merge.operand(0);
        flow = loop(block, merge);
      } else {
        enter(block);
        SpirvInstruction terminator = block.terminator();
        b.location(terminator.location());
        switch (branch(terminator)) {
          case BRANCH -> {
            next = target(terminator);
            if (merge != null) {
              flow = construct(block, next, merge.operand(0));
              next = merge.operand(0);
            } else {
              flow = transfer(block, next, naturalEnd);
              if (flow == null) {
                label = next;
                continue;
              }
              next = naturalEnd;
            }
          }
          case BRANCH_CONDITIONAL -> {
            next = merge == null ? naturalEnd : merge.operand(0);
            flow = selection(block, next, merge != null);
          }
          case SWITCH -> {
            next = merge == null ? naturalEnd : merge.operand(0);
            flow = switchOver(block, next, merge != null);
          }
          default -> {
            next = naturalEnd;
            flow = end(terminator);
          }
        }
      }
      exits.addAll(flow.exits);
      if (!flow.falls() || next == naturalEnd) {
        t.leave();
        return new Flow(flow.end, exits);
      }
      if (b.region() != flow.end) {
        at(flow.end);
      }
      label = next;
    }
  }

  /** What a terminator does: of two targets that are the same it branches to one. */
  private static SpirvOp branch(SpirvInstruction terminator) {
    boolean one =
        terminator.op() == SpirvOp.BRANCH_CONDITIONAL
            && terminator.operand(1) == terminator.operand(2);
    return one ? SpirvOp.BRANCH : terminator.op();
  }

  /** The target of what {@link #branch} calls a branch. */
  private static int target(SpirvInstruction terminator) {
    return terminator.operand(terminator.op() == SpirvOp.BRANCH ? 0 : 1);
  }

  /** Translates a block's instructions up to its merge and terminator. */
  private void enter(SpirvFunction.Block block) {
    if (!visited.add(block.label())) {
      throw SpirvErrors.at(
          block.location(),
          "control flow is not structured: block %d is reached from two constructs",
          block.label());
    }
    t.spend(block.instructions().size());
    for (SpirvInstruction i : block.instructions()) {
      b.location(i.location());
      switch (i.op()) {
        case PHI -> {
          Local[] locals = phi(i);
          Value[] values = new Value[locals.length];
          for (int n = 0; n < values.length; n++) {
            values[n] = b.make(LOCAL_GET, locals[n].type(), locals[n]);
          }
          t.ids().set(i.id(), values);
        }
        case LOOP_MERGE, SELECTION_MERGE -> {}
        default -> {
          if (!i.op().terminator()) {
            t.translate(i);
          }
        }
      }
    }
  }

  private Local[] phi(SpirvInstruction i) {
    return phis.computeIfAbsent(
        i.id(),
        id -> {
          Type[] types = t.ids().scalarTypes(t.ids().type(i.type()));
          Local[] locals = new Local[types.length];
          for (int n = 0; n < locals.length; n++) {
            locals[n] = new Local("phi" + id + "." + n, types[n]);
          }
          return locals;
        });
  }

  private void setPhis(SpirvFunction.Block from, int target) {
    Integer number = function.routes().get(from.label());
    if (number != null) {
      b.effect(LOCAL_SET, route, Constant.i32(number));
    }
    for (SpirvInstruction i : function.block(target).instructions()) {
      if (i.op() != SpirvOp.PHI) {
        break;
      }
      for (int n = 0; n + 1 < i.operands().length; n += 2) {
        if (i.operand(n + 1) == from.label()) {
          Local[] locals = phi(i);
          Value[] values = t.ids().value(i.operand(n));
          t.ids().requireCount(i, t.ids().type(i.type()), values.length);
          for (int k = 0; k < locals.length; k++) {
            b.effect(LOCAL_SET, locals[k], values[k]);
          }
          break;
        }
      }
    }
  }

  /** Goes to a target from the builder's place; null if the target's block simply follows. */
  private Flow transfer(SpirvFunction.Block from, int target, int naturalEnd) {
    setPhis(from, target);
    if (target == naturalEnd) {
      return new Flow(b.region(), Set.of());
    }
    if (open.contains(target)) {
      b.effect(LOCAL_SET, flag(target), Constant.TRUE);
      return new Flow(null, Set.of(target));
    }
    return null;
  }

  /** What a target does, in a region of its own. */
  private Flow arm(SpirvFunction.Block from, int target, int naturalEnd, Region region) {
    at(region);
    Flow flow = transfer(from, target, naturalEnd);
    return flow == null ? sequence(target, naturalEnd) : flow;
  }

  private Flow end(SpirvInstruction terminator) {
    switch (terminator.op()) {
      case RETURN, RETURN_VALUE -> {
        if (terminator.op() == SpirvOp.RETURN_VALUE) {
          Value[] values = t.ids().value(terminator.operand(0));
          t.ids().requireCount(terminator, t.ids().type(function.resultType()), values.length);
          for (int n = 0; n < values.length; n++) {
            t.memory().set(result[n], values[n]);
          }
        }
        b.effect(LOCAL_SET, flag(RETURN_TARGET), Constant.TRUE);
        return new Flow(null, Set.of(RETURN_TARGET));
      }
      case UNREACHABLE -> {
        return new Flow(null, Set.of());
      }
      default ->
          throw SpirvErrors.at(
              terminator.location(), "%s is not for compute shaders", terminator.op());
    }
  }

  // Constructs.

  /** Blocks from one on to where they meet, which some of them may jump to. */
  private Flow construct(SpirvFunction.Block block, int first, int meeting) {
    Region before = b.region();
    int start = before.instructions().size();
    boolean added = open.add(meeting);
    Flow flow = transfer(block, first, meeting);
    if (flow == null) {
      flow = sequence(first, meeting);
    }
    if (added) {
      open.remove(meeting);
      initialize(meeting, before, start);
    }
    Set<Integer> rest = without(flow.exits, meeting);
    if (!flow.exits.contains(meeting)) {
      return new Flow(flow.end, rest);
    }
    guardedAt(before, rest);
    return new Flow(b.region(), rest);
  }

  /** Two arms that meet at a block, or, where none is declared, end where the sequence ends. */
  private Flow selection(SpirvFunction.Block block, int meeting, boolean declared) {
    SpirvInstruction terminator = block.terminator();
    Value condition = condition(terminator.operand(0));
    Region before = b.region();
    boolean added = declared && open.add(meeting);
    Region then = new Region();
    Region otherwise = new Region();
    Flow first = arm(block, terminator.operand(1), meeting, then);
    Flow second = arm(block, terminator.operand(2), meeting, otherwise);
    at(before);
    b.location(terminator.location());
    Set<Integer> exits = union(first.exits, second.exits);
    if (added) {
      open.remove(meeting);
      initialize(meeting, before, before.instructions().size());
    }
    branch(condition, then, otherwise);
    boolean exitsHere = declared && exits.contains(meeting);
    Set<Integer> rest = declared ? without(exits, meeting) : exits;
    if (exitsHere || first.falls() && second.falls()) {
      guardedAt(before, rest);
      return new Flow(b.region(), rest);
    }
    return new Flow(first.falls() ? first.end : second.end, rest);
  }

  private Value condition(int id) {
    if (id > 0) {
      return t.ids().scalar(id);
    }
    Value noted = b.make(LOCAL_GET, Type.I32, route);
    return b.op(EQ, noted, Constant.i32(SpirvFunction.route(id)));
  }

  private Flow loop(SpirvFunction.Block header, SpirvInstruction mergeInstruction) {
    int meeting = mergeInstruction.operand(0);
    int continuing = mergeInstruction.operand(1);
    Region before = b.region();
    Region body = new Region();
    Local again = new Local("again." + header.label(), Type.BOOL);
    at(body);
    b.location(mergeInstruction.location());
    b.effect(LOCAL_SET, again, Constant.FALSE);
    open.add(meeting);
    // Where no block continues, the header is where branches out of inner constructs go.
    boolean separate = continuing != header.label();
    open.add(continuing);
    Flow flow = headerSequence(header, continuing);
    open.remove(continuing);
    Set<Integer> exits = flow.exits;
    boolean continues = true;
    if (exits.contains(continuing)) {
      guardedAt(body, without(exits, continuing));
      initialize(continuing, body, 0);
    } else if (flow.falls()) {
      at(flow.end);
    } else {
      continues = false;
    }
    if (continues && separate) {
      Flow tail = sequence(continuing, header.label());
      exits = union(exits, tail.exits);
      continues = tail.falls();
      if (continues) {
        at(tail.end);
      }
    }
    if (continues) {
      b.effect(LOCAL_SET, again, Constant.TRUE);
    }
    at(body);
    b.location(mergeInstruction.location());
    b.append(NEXT, List.of(b.make(LOCAL_GET, Type.BOOL, again)), List.of(), null);
    open.remove(meeting);
    initialize(meeting, body, 0);
    at(before);
    b.append(LOOP, List.of(), List.of(), null).regions().add(body);
    Set<Integer> rest = without(exits, meeting, continuing);
    if (!exits.contains(meeting)) {
      return new Flow(null, rest);
    }
    guardedAt(before, rest);
    return new Flow(b.region(), rest);
  }

  /** A loop's blocks from its header to the continue target. */
  private Flow headerSequence(SpirvFunction.Block header, int continuing) {
    enter(header);
    SpirvInstruction terminator = header.terminator();
    b.location(terminator.location());
    return switch (branch(terminator)) {
      case BRANCH -> {
        Flow flow = transfer(header, target(terminator), continuing);
        yield flow == null ? sequence(target(terminator), continuing) : flow;
      }
      case BRANCH_CONDITIONAL -> selection(header, continuing, false);
      case SWITCH -> switchOver(header, continuing, false);
      default -> end(terminator);
    };
  }

  private Flow switchOver(SpirvFunction.Block block, int meeting, boolean declared) {
    SpirvInstruction terminator = block.terminator();
    Value[] selector = t.ids().value(terminator.operand(0));
    int defaultLabel = terminator.operand(1);
    Map<Integer, List<Value[]>> literals = new LinkedHashMap<>();
    literals.put(defaultLabel, new ArrayList<>());
    SpirvType.Scalar type = Ids.component(t.ids().typeOf(terminator.operand(0)));
    int words = selector.length;
    for (int n = 2; n + words < terminator.operands().length; n += words + 1) {
      literals
          .computeIfAbsent(terminator.operand(n + words), _ -> new ArrayList<>())
          .add(Ids.literal(type, terminator.operand(n), terminator.operand(n + words - 1)));
    }
    Region before = b.region();
    boolean added = declared && open.add(meeting);
    Set<Integer> cases = new TreeSet<>();
    for (int label : literals.keySet()) {
      setPhis(block, label);
      if (label != meeting && open.add(label)) {
        cases.add(label);
      }
    }
    Map<Integer, Region> regions = new LinkedHashMap<>();
    Map<Integer, Flow> flows = new HashMap<>();
    for (int label : literals.keySet()) {
      Region region = new Region();
      regions.put(label, region);
      at(region);
      flows.put(
          label,
          cases.contains(label) ? sequence(label, meeting) : transfer(block, label, meeting));
    }
    at(before);
    b.location(terminator.location());
    Set<Integer> exits = new TreeSet<>();
    flows.values().forEach(f -> exits.addAll(f.exits));
    boolean sequential = literals.size() > MAXIMUM_NESTED_CASES;
    for (int label : cases) {
      open.remove(label);
      sequential |= exits.contains(label);
      initialize(label, before, before.instructions().size());
    }
    exits.removeAll(cases);
    if (added) {
      open.remove(meeting);
      initialize(meeting, before, before.instructions().size());
    }
    if (sequential) {
      testInOrder(selector, defaultLabel, literals, regions, flows);
    } else {
      testNested(selector, defaultLabel, literals, regions);
    }
    boolean exitsHere = declared && exits.remove(meeting);
    List<Flow> falling = flows.values().stream().filter(Flow::falls).toList();
    if (!exitsHere && falling.isEmpty()) {
      return new Flow(null, exits);
    }
    if (!exitsHere && !sequential && falling.size() == 1) {
      return new Flow(falling.getFirst().end, exits);
    }
    guardedAt(before, exits);
    return new Flow(b.region(), exits);
  }

  private Value matches(Value[] selector, List<Value[]> literals) {
    Value any = Constant.FALSE;
    for (Value[] literal : literals) {
      Value match = b.op(EQ, selector[0], literal[0]);
      if (selector.length > 1) {
        match = b.op(B_AND, match, b.op(EQ, selector[1], literal[1]));
      }
      any = any == Constant.FALSE ? match : b.op(B_OR, any, match);
    }
    return any;
  }

  private void testNested(
      Value[] selector,
      int defaultLabel,
      Map<Integer, List<Value[]>> literals,
      Map<Integer, Region> regions) {
    List<Integer> labels = new ArrayList<>(literals.keySet());
    labels.remove((Integer) defaultLabel);
    if (labels.isEmpty()) {
      branch(Constant.TRUE, regions.get(defaultLabel), new Region());
      return;
    }
    for (int label : labels) {
      boolean last = label == labels.getLast();
      Region otherwise = last ? regions.get(defaultLabel) : new Region();
      branch(matches(selector, literals.get(label)), regions.get(label), otherwise);
      at(otherwise);
    }
  }

  /** Tests every case, so that a case may also be entered by the flag of one that falls into it. */
  private void testInOrder(
      Value[] selector,
      int defaultLabel,
      Map<Integer, List<Value[]>> literals,
      Map<Integer, Region> regions,
      Map<Integer, Flow> flows) {
    Value listed = Constant.FALSE;
    Map<Integer, Value> conditions = new HashMap<>();
    for (int label : literals.keySet()) {
      Value match = matches(selector, literals.get(label));
      conditions.put(label, match);
      if (label != defaultLabel) {
        listed = b.op(B_OR, listed, match);
      }
    }
    conditions.put(defaultLabel, b.op(B_NOT, listed));
    Set<Integer> waiting = new TreeSet<>(literals.keySet());
    while (!waiting.isEmpty()) {
      int label =
          waiting.stream()
              .filter(l -> waiting.stream().noneMatch(o -> !o.equals(l) && entersFrom(flows, o, l)))
              .findFirst()
              .orElseThrow(
                  () -> SpirvErrors.at(b.location(), "cases of a switch fall in a circle"));
      waiting.remove(label);
      Value condition = conditions.get(label);
      if (flags.containsKey(label)) {
        condition = b.op(B_OR, condition, b.make(LOCAL_GET, Type.BOOL, flags.get(label)));
      }
      branch(condition, regions.get(label), new Region());
    }
  }

  private static boolean entersFrom(Map<Integer, Flow> flows, int from, int to) {
    return flows.get(from).exits.contains(to);
  }
}
