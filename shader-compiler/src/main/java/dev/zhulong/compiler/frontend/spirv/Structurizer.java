package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * Gives any control-flow graph the constructs that {@link FunctionTranslator} walks, for modules
 * whose branches carry no merge instructions (OpenCL kernels).
 *
 * <p>A block with several ways in is placed after the block that dominates it, which becomes the
 * header of a construct that ends there; what a loop's blocks dominate but the loop does not hold
 * is placed after the loop, so that lanes meet before they go on. A header of several constructs is
 * preceded by blocks of their own, outermost first: an OpSelectionMerge before a plain OpBranch,
 * which no module can contain, opens a construct. The phis of the header stand in each of them, as
 * each may be where a branch goes.
 *
 * <p>Loops that are entered at several blocks get a dispatcher first.
 *
 * <p>Natural loops and dominators: A. Aho, M. Lam, R. Sethi, J. Ullman, Compilers, section 9.6.
 */
final class Structurizer {
  /** Labels of blocks that are made here count down from this one. */
  private static final int FIRST_LABEL = -2;

  private static final int MAXIMUM_BLOCKS = 20_000;
  private static final int MAXIMUM_DISPATCHERS = 64;

  private final SpirvFunction function;
  private final IntUnaryOperator selectorWords;
  private final List<Integer> order = new ArrayList<>();
  private final Map<Integer, Integer> number = new HashMap<>();
  private final Map<Integer, List<Integer>> predecessors = new HashMap<>();
  private final Map<Integer, Set<Integer>> loops = new HashMap<>();
  private final Map<Integer, List<Integer>> meetings = new HashMap<>();
  private final Map<Integer, List<Integer>> exits = new HashMap<>();
  private final Map<Integer, Integer> entries = new HashMap<>();
  private final Map<Integer, Integer> headers = new HashMap<>();
  private int[] dominator;
  private int nextLabel = FIRST_LABEL;

  private Structurizer(SpirvFunction function, IntUnaryOperator selectorWords) {
    this.function = function;
    this.selectorWords = selectorWords;
  }

  /**
   * The function with constructs in place of any merge instructions that it has.
   *
   * @param selectorWords words of the value with an id, which those of a switch's literals are
   * @throws dev.zhulong.compiler.ir.Rejection if it has too many blocks, or too many loops with
   *     several entries
   */
  static SpirvFunction run(SpirvFunction function, IntUnaryOperator selectorWords) {
    SpirvFunction reducible = function;
    for (int n = 0; n <= MAXIMUM_DISPATCHERS; n++) {
      Structurizer graph = new Structurizer(reducible, selectorWords);
      if (graph.analyze()) {
        return graph.run();
      }
      reducible = Dispatchers.insert(reducible, graph.order, graph);
    }
    throw SpirvErrors.at(
        function.block(function.entry()).location(),
        "a function has more than %d loops that are entered at several places; avoid goto into"
            + " loops",
        MAXIMUM_DISPATCHERS);
  }

  /** Finds dominators and loops; false if a loop has several entries. */
  private boolean analyze() {
    if (function.blocks().size() > MAXIMUM_BLOCKS) {
      throw SpirvErrors.at(
          null, "a function has more than %d blocks; split the kernel", MAXIMUM_BLOCKS);
    }
    number();
    findDominators();
    return findLoops();
  }

  private SpirvFunction run() {
    for (int block : order) {
      place(block);
    }
    Comparator<Integer> byNumber = Comparator.comparing(number::get);
    meetings.values().forEach(list -> list.sort(byNumber));
    exits.values().forEach(list -> list.sort(byNumber));
    for (int block : order) {
      name(block);
    }
    Map<Integer, SpirvFunction.Block> blocks = new LinkedHashMap<>();
    for (int block : order) {
      emit(block, blocks);
    }
    return new SpirvFunction(
        function.id(),
        function.resultType(),
        function.parameters(),
        entries.get(function.entry()),
        blocks,
        function.routes());
  }

  // The graph.

  /** Where a block goes, each target once. */
  List<Integer> next(int block) {
    return targets(function.block(block).terminator());
  }

  /** Where a terminator goes, each target once. */
  private List<Integer> targets(SpirvInstruction terminator) {
    Set<Integer> made = new LinkedHashSet<>();
    switch (terminator.op()) {
      case BRANCH -> made.add(terminator.operand(0));
      case BRANCH_CONDITIONAL -> {
        made.add(terminator.operand(1));
        made.add(terminator.operand(2));
      }
      case SWITCH -> {
        made.add(terminator.operand(1));
        int words = literalWords(terminator);
        for (int n = 2 + words; n < terminator.operands().length; n += words + 1) {
          made.add(terminator.operand(n));
        }
      }
      default -> {}
    }
    return List.copyOf(made);
  }

  private int literalWords(SpirvInstruction terminator) {
    return selectorWords.applyAsInt(terminator.operand(0));
  }

  /** Numbers the blocks that can be reached, in reverse postorder. */
  private void number() {
    Set<Integer> seen = new HashSet<>();
    List<Integer> path = new ArrayList<>();
    List<Integer> turns = new ArrayList<>();
    path.add(function.entry());
    turns.add(0);
    seen.add(function.entry());
    while (!path.isEmpty()) {
      int top = path.size() - 1;
      List<Integer> next = next(path.get(top));
      int turn = turns.get(top);
      if (turn == next.size()) {
        order.add(path.removeLast());
        turns.removeLast();
        continue;
      }
      turns.set(top, turn + 1);
      // The last way first, so that the first one comes first in the reversed order.
      int target = next.get(next.size() - 1 - turn);
      if (seen.add(target)) {
        path.add(target);
        turns.add(0);
      }
    }
    Collections.reverse(order);
    for (int n = 0; n < order.size(); n++) {
      number.put(order.get(n), n);
    }
    for (int block : order) {
      for (int target : next(block)) {
        predecessors.computeIfAbsent(target, _ -> new ArrayList<>()).add(block);
      }
    }
  }

  private List<Integer> before(int block) {
    return predecessors.getOrDefault(block, List.of());
  }

  private void findDominators() {
    dominator = new int[order.size()];
    Arrays.fill(dominator, -1);
    dominator[0] = 0;
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int n = 1; n < order.size(); n++) {
        int common = -1;
        for (int block : before(order.get(n))) {
          int other = number.get(block);
          if (dominator[other] >= 0) {
            common = common < 0 ? other : common(common, other);
          }
        }
        changed |= dominator[n] != common;
        dominator[n] = common;
      }
    }
  }

  private int common(int a, int b) {
    int x = a;
    int y = b;
    while (x != y) {
      while (x > y) {
        x = dominator[x];
      }
      while (y > x) {
        y = dominator[y];
      }
    }
    return x;
  }

  private boolean dominates(int block, int other) {
    int n = number.get(other);
    int wanted = number.get(block);
    while (n > wanted) {
      n = dominator[n];
    }
    return n == wanted;
  }

  private boolean isBackEdge(int from, int to) {
    return number.get(to) <= number.get(from) && dominates(to, from);
  }

  private boolean findLoops() {
    for (int block : order) {
      for (int target : next(block)) {
        if (number.get(target) > number.get(block)) {
          continue;
        }
        if (!dominates(target, block)) {
          return false;
        }
        Set<Integer> loop = loops.computeIfAbsent(target, t -> new HashSet<>(Set.of(t)));
        List<Integer> waiting = new ArrayList<>(List.of(block));
        while (!waiting.isEmpty()) {
          int member = waiting.removeLast();
          if (loop.add(member)) {
            waiting.addAll(before(member));
          }
        }
      }
    }
    return true;
  }

  // Where blocks go.

  /** Decides after which block another is placed, unless it simply follows its only way in. */
  private void place(int block) {
    if (block == function.entry()) {
      return;
    }
    int above = order.get(dominator[number.get(block)]);
    // The outermost loop that holds the dominator but not the block.
    Integer left = null;
    for (int at = above; ; at = order.get(dominator[number.get(at)])) {
      Set<Integer> loop = loops.get(at);
      if (loop != null && loop.contains(above) && !loop.contains(block)) {
        left = at;
      }
      if (at == function.entry()) {
        break;
      }
    }
    if (left != null) {
      exits.computeIfAbsent(left, _ -> new ArrayList<>()).add(block);
      return;
    }
    long waysIn = before(block).stream().filter(p -> !isBackEdge(p, block)).count();
    SpirvInstruction end = function.block(above).terminator();
    boolean twice = end.op() == SpirvOp.BRANCH_CONDITIONAL && end.operand(1) == end.operand(2);
    if (waysIn > 1 || twice) {
      meetings.computeIfAbsent(above, _ -> new ArrayList<>()).add(block);
    }
  }

  // New blocks.

  private int fresh() {
    return nextLabel--;
  }

  /** Chooses the labels at which a block is entered from before and, if a loop, from inside. */
  private void name(int block) {
    int header = block;
    if (loops.containsKey(block)) {
      header = fresh();
      headers.put(block, header);
    }
    int outer = Math.max(exitsOf(block).size() - 1, 0);
    int entry = header;
    for (int n = 0; n < outer; n++) {
      entry = fresh();
    }
    if (!loops.containsKey(block)) {
      int inner = Math.max(meetingsOf(block).size() - 1, 0);
      for (int n = 0; n < inner; n++) {
        entry = fresh();
      }
    }
    entries.put(block, entry);
  }

  private List<Integer> exitsOf(int block) {
    return exits.getOrDefault(block, List.of());
  }

  private List<Integer> meetingsOf(int block) {
    return meetings.getOrDefault(block, List.of());
  }

  private void emit(int block, Map<Integer, SpirvFunction.Block> blocks) {
    SpirvFunction.Block source = function.block(block);
    Location place = source.terminator().location();
    // Debug information stands before some phis.
    List<SpirvInstruction> phis =
        source.instructions().stream().filter(i -> i.op() == SpirvOp.PHI).toList();
    List<SpirvInstruction> rest =
        source.instructions().stream()
            .filter(i -> i.op() != SpirvOp.PHI && !i.op().terminator())
            .filter(i -> i.op() != SpirvOp.LOOP_MERGE && i.op() != SpirvOp.SELECTION_MERGE)
            .toList();
    List<Integer> ends = meetingsOf(block);
    boolean loop = loops.containsKey(block);
    int label = entries.get(block);
    if (loop) {
      List<Integer> after = exitsOf(block);
      for (int n = after.size() - 1; n > 0; n--) {
        int inner = n == 1 ? headers.get(block) : label + 1;
        blocks.put(label, opening(label, phis, after.get(n), inner, place));
        label = inner;
      }
      int header = headers.get(block);
      int meeting = after.isEmpty() ? unreachable(blocks, place) : entries.get(after.getFirst());
      int inside = ends.size() > 1 ? fresh() : block;
      List<SpirvInstruction> made = new ArrayList<>(phis);
      made.add(instruction(SpirvOp.LOOP_MERGE, place, meeting, header, 0));
      made.add(instruction(SpirvOp.BRANCH, place, inside));
      blocks.put(header, new SpirvFunction.Block(header, made, place));
      label = inside;
      for (int n = ends.size() - 1; n > 0; n--) {
        int inner = n == 1 ? block : fresh();
        blocks.put(label, opening(label, List.of(), ends.get(n), inner, place));
        label = inner;
      }
    } else {
      for (int n = ends.size() - 1; n > 0; n--) {
        int inner = n == 1 ? block : label + 1;
        blocks.put(label, opening(label, phis, ends.get(n), inner, place));
        label = inner;
      }
    }
    boolean first = !loop && entries.get(block) == block;
    List<SpirvInstruction> made = new ArrayList<>(first ? phis : List.of());
    made.addAll(rest);
    if (!ends.isEmpty()) {
      int meeting = entries.get(ends.getFirst());
      made.add(instruction(SpirvOp.SELECTION_MERGE, place, meeting, 0));
    }
    made.add(
        retargeted(
            source.terminator(), to -> isBackEdge(block, to) ? headers.get(to) : entries.get(to)));
    blocks.put(block, new SpirvFunction.Block(block, made, source.location()));
  }

  private SpirvFunction.Block opening(
      int label, List<SpirvInstruction> phis, int meeting, int inner, Location place) {
    List<SpirvInstruction> made = new ArrayList<>(phis);
    made.add(instruction(SpirvOp.SELECTION_MERGE, place, entries.get(meeting), 0));
    made.add(instruction(SpirvOp.BRANCH, place, inner));
    return new SpirvFunction.Block(label, made, place);
  }

  /** The end of a loop that is only left to blocks further out. */
  private int unreachable(Map<Integer, SpirvFunction.Block> blocks, Location place) {
    int label = fresh();
    SpirvInstruction end = instruction(SpirvOp.UNREACHABLE, place);
    blocks.put(label, new SpirvFunction.Block(label, List.of(end), place));
    return label;
  }

  private static SpirvInstruction instruction(SpirvOp op, Location place, int... operands) {
    return new SpirvInstruction(op, 0, 0, operands, place);
  }

  /** A terminator that goes elsewhere. */
  SpirvInstruction retargeted(SpirvInstruction terminator, IntUnaryOperator to) {
    int[] operands = terminator.operands().clone();
    switch (terminator.op()) {
      case BRANCH -> operands[0] = to.applyAsInt(operands[0]);
      case BRANCH_CONDITIONAL -> {
        operands[1] = to.applyAsInt(operands[1]);
        operands[2] = to.applyAsInt(operands[2]);
      }
      case SWITCH -> {
        operands[1] = to.applyAsInt(operands[1]);
        int words = literalWords(terminator);
        for (int n = 2 + words; n < operands.length; n += words + 1) {
          operands[n] = to.applyAsInt(operands[n]);
        }
      }
      default -> {}
    }
    return new SpirvInstruction(
        terminator.op(), terminator.type(), terminator.id(), operands, terminator.location());
  }
}
