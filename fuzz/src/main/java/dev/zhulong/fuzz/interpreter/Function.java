package dev.zhulong.fuzz.interpreter;

import dev.zhulong.fuzz.spirv.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A function: its blocks in an order in which every block of a construct comes before the
 * construct's merge block, and a loop's body before its continue target.
 */
final class Function {
  /** A block: the instructions behind its label. */
  record Block(int label, List<Instruction> body) {}

  final int id;
  final List<Integer> parameters = new ArrayList<>();
  final List<Block> order = new ArrayList<>();
  final Map<Integer, Integer> position = new HashMap<>();
  private final Map<Integer, Block> blocks = new HashMap<>();
  private Block first;

  Function(int id) {
    this.id = id;
  }

  List<Instruction> block(int label) {
    Block block = new Block(label, new ArrayList<>());
    blocks.put(label, block);
    if (first == null) {
      first = block;
    }
    return block.body;
  }

  /** Sorts the blocks that can be reached. */
  void finish() {
    Set<Integer> seen = new HashSet<>();
    visit(first.label, seen);
    Collections.reverse(order);
    for (int n = 0; n < order.size(); n++) {
      position.put(order.get(n).label, n);
    }
  }

  private void visit(int label, Set<Integer> seen) {
    if (!seen.add(label)) {
      return;
    }
    Block block = blocks.get(label);
    if (block == null) {
      throw new InterpreterException("a branch to %" + label + ", which is no block");
    }
    // What is visited first comes last.
    for (Instruction i : block.body) {
      switch (i.opcode()) {
        case Op.SELECTION_MERGE -> visit(i.operand(0), seen);
        case Op.LOOP_MERGE -> {
          visit(i.operand(0), seen);
          visit(i.operand(1), seen);
        }
        default -> {}
      }
    }
    Instruction last = block.body.getLast();
    switch (last.opcode()) {
      case Op.BRANCH -> visit(last.operand(0), seen);
      case Op.BRANCH_CONDITIONAL -> {
        visit(last.operand(2), seen);
        visit(last.operand(1), seen);
      }
      case Op.SWITCH -> targets(last).reversed().forEach(target -> visit(target, seen));
      default -> {}
    }
    order.add(block);
  }

  /** The default target and those of the cases; literals of 32 bits or fewer. */
  private static List<Integer> targets(Instruction choice) {
    List<Integer> targets = new ArrayList<>();
    for (int n = 3; n < choice.operands().length; n += 2) {
      targets.add(choice.operand(n));
    }
    targets.add(choice.operand(1));
    return targets;
  }
}
