package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives a loop that is entered at several blocks one header: a dispatcher, through which all ways
 * to those blocks go. Each way gets a block of its own, which notes where it leads, and the
 * dispatcher branches by that note. The phis of the entries stand in the dispatcher: a way to
 * another entry leaves them as they are, as nothing reads them then. What dominated a block of the
 * loop still does, as each entry could be reached from outside without any other.
 */
final class Dispatchers {
  /** Labels of new blocks count down from this one, below those of the structurizer. */
  private static final int FIRST_LABEL = -1_000_000_000;

  private final SpirvFunction function;
  private final Structurizer graph;
  private final Map<Integer, List<Integer>> predecessors = new HashMap<>();
  private int nextLabel;

  private Dispatchers(SpirvFunction function, Structurizer graph) {
    this.function = function;
    this.graph = graph;
    int lowest = function.blocks().keySet().stream().mapToInt(l -> l).min().orElse(0);
    this.nextLabel = Math.min(FIRST_LABEL, lowest - 1);
  }

  /**
   * The function with a dispatcher for one of its loops that have several entries.
   *
   * @param blocks the blocks that can be reached
   * @param graph knows where they go
   */
  static SpirvFunction insert(SpirvFunction function, List<Integer> blocks, Structurizer graph) {
    Dispatchers made = new Dispatchers(function, graph);
    for (int block : blocks) {
      for (int target : graph.next(block)) {
        made.predecessors.computeIfAbsent(target, _ -> new ArrayList<>()).add(block);
      }
    }
    return made.dispatch(made.find(new HashSet<>(blocks)));
  }

  private List<Integer> before(int block) {
    return predecessors.getOrDefault(block, List.of());
  }

  // Loops.

  /** The entries of an outermost loop that has several. */
  private List<Integer> find(Set<Integer> within) {
    List<Set<Integer>> waiting = new ArrayList<>(List.of(within));
    while (!waiting.isEmpty()) {
      Set<Integer> region = waiting.removeLast();
      for (Set<Integer> loop : loops(region)) {
        List<Integer> entries =
            loop.stream().filter(b -> !loop.containsAll(before(b))).sorted().toList();
        if (entries.size() > 1) {
          return entries;
        }
        Set<Integer> inside = new HashSet<>(loop);
        inside.remove(entries.getFirst());
        waiting.add(inside);
      }
    }
    throw new IllegalStateException("no loop has several entries");
  }

  /** The sets of blocks of a region that all reach each other within it. */
  private List<Set<Integer>> loops(Set<Integer> region) {
    List<Set<Integer>> made = new ArrayList<>();
    Set<Integer> left = new HashSet<>(region);
    // What cannot be on a circle goes first, so that few blocks are searched from.
    boolean changed = true;
    while (changed) {
      changed =
          left.removeIf(
              b ->
                  graph.next(b).stream().noneMatch(left::contains)
                      || before(b).stream().noneMatch(left::contains));
    }
    while (!left.isEmpty()) {
      int block = left.iterator().next();
      Set<Integer> loop = reached(block, left, true);
      loop.retainAll(reached(block, left, false));
      if (loop.size() > 1 || graph.next(block).contains(block)) {
        made.add(loop);
      }
      left.removeAll(loop);
    }
    return made;
  }

  private Set<Integer> reached(int from, Set<Integer> within, boolean forward) {
    Set<Integer> made = new HashSet<>(Set.of(from));
    List<Integer> waiting = new ArrayList<>(List.of(from));
    while (!waiting.isEmpty()) {
      int block = waiting.removeLast();
      for (int other : forward ? graph.next(block) : before(block)) {
        if (within.contains(other) && made.add(other)) {
          waiting.add(other);
        }
      }
    }
    return made;
  }

  // New blocks.

  private SpirvFunction dispatch(List<Integer> entries) {
    int dispatcher = nextLabel--;
    Map<Integer, SpirvFunction.Block> blocks = new LinkedHashMap<>();
    Map<Integer, Integer> routes = new HashMap<>(function.routes());
    Map<Integer, Map<Integer, Integer>> ways = new HashMap<>();
    for (SpirvFunction.Block block : function.blocks().values()) {
      Map<Integer, Integer> from = new HashMap<>();
      for (int entry : graph.next(block.label())) {
        if (entries.contains(entry)) {
          int way = nextLabel--;
          from.put(entry, way);
          ways.computeIfAbsent(entry, _ -> new HashMap<>()).put(block.label(), way);
          routes.put(way, entries.indexOf(entry));
          SpirvInstruction end = branch(block.terminator().location(), dispatcher);
          blocks.put(way, new SpirvFunction.Block(way, List.of(end), block.location()));
        }
      }
      List<SpirvInstruction> all = new ArrayList<>(block.instructions());
      if (entries.contains(block.label())) {
        all.removeIf(i -> i.op() == SpirvOp.PHI);
      }
      all.set(
          all.size() - 1,
          graph.retargeted(block.terminator(), target -> from.getOrDefault(target, target)));
      blocks.put(block.label(), new SpirvFunction.Block(block.label(), all, block.location()));
    }
    List<SpirvInstruction> phis = new ArrayList<>();
    for (int entry : entries) {
      for (SpirvInstruction i : function.block(entry).instructions()) {
        if (i.op() == SpirvOp.PHI) {
          phis.add(moved(i, ways.getOrDefault(entry, Map.of())));
        }
      }
    }
    Location place = function.block(entries.getFirst()).location();
    int label = dispatcher;
    for (int n = 0; n < entries.size() - 1; n++) {
      boolean last = n == entries.size() - 2;
      int otherwise = last ? entries.get(n + 1) : nextLabel--;
      List<SpirvInstruction> all = new ArrayList<>(n == 0 ? phis : List.of());
      int[] operands = {SpirvFunction.route(n), entries.get(n), otherwise};
      all.add(new SpirvInstruction(SpirvOp.BRANCH_CONDITIONAL, 0, 0, operands, place));
      blocks.put(label, new SpirvFunction.Block(label, all, place));
      label = otherwise;
    }
    return new SpirvFunction(
        function.id(),
        function.resultType(),
        function.parameters(),
        function.entry(),
        blocks,
        routes);
  }

  private static SpirvInstruction branch(Location place, int target) {
    return new SpirvInstruction(SpirvOp.BRANCH, 0, 0, new int[] {target}, place);
  }

  /** A phi whose values come by the new ways. */
  private static SpirvInstruction moved(SpirvInstruction phi, Map<Integer, Integer> ways) {
    int[] operands = phi.operands().clone();
    for (int n = 1; n < operands.length; n += 2) {
      operands[n] = ways.getOrDefault(operands[n], operands[n]);
    }
    return new SpirvInstruction(phi.op(), phi.type(), phi.id(), operands, phi.location());
  }
}
