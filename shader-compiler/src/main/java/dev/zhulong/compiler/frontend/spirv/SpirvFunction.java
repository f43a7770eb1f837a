package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A function with a body.
 *
 * @param id its id
 * @param resultType id of the result's type
 * @param parameters its OpFunctionParameter instructions
 * @param entry label of its first block
 * @param blocks its blocks by label, in order
 * @param routes numbers that blocks note when they are left, by label; see {@link #route}
 */
record SpirvFunction(
    int id,
    int resultType,
    List<SpirvInstruction> parameters,
    int entry,
    Map<Integer, Block> blocks,
    Map<Integer, Integer> routes) {

  /** In place of a condition's id: whether the number noted last is this one. */
  static int route(int number) {
    return -1 - number;
  }

  /** Instructions after the label, the terminator last. */
  record Block(int label, List<SpirvInstruction> instructions, Location location) {
    /** The instruction that ends it. */
    SpirvInstruction terminator() {
      return instructions.getLast();
    }

    /** The OpLoopMerge or OpSelectionMerge before the terminator, or null. */
    SpirvInstruction merge() {
      if (instructions.size() < 2) {
        return null;
      }
      SpirvInstruction candidate = instructions.get(instructions.size() - 2);
      return candidate.op() == SpirvOp.LOOP_MERGE || candidate.op() == SpirvOp.SELECTION_MERGE
          ? candidate
          : null;
    }
  }

  /** The block with a label. */
  Block block(int label) {
    Block block = blocks.get(label);
    if (block == null) {
      throw SpirvErrors.at(
          null, "a branch goes to id %d, which is not a block of the function", label);
    }
    return block;
  }

  /** Collects a function's instructions. */
  static SpirvFunction of(SpirvInstruction function, List<SpirvInstruction> body) {
    List<SpirvInstruction> parameters =
        body.stream().takeWhile(i -> i.op() == SpirvOp.FUNCTION_PARAMETER).toList();
    Map<Integer, Block> blocks = new LinkedHashMap<>();
    int entry = 0;
    int at = parameters.size();
    while (at < body.size()) {
      SpirvInstruction label = body.get(at);
      if (label.op() != SpirvOp.LABEL) {
        throw SpirvErrors.at(label.location(), "%s stands outside a block", label.op());
      }
      int end = at + 1;
      while (end < body.size() && !body.get(end).op().terminator()) {
        if (body.get(end).op() == SpirvOp.LABEL) {
          throw SpirvErrors.at(label.location(), "block %d does not end", label.id());
        }
        end++;
      }
      if (end == body.size()) {
        throw SpirvErrors.at(label.location(), "block %d does not end", label.id());
      }
      blocks.put(
          label.id(), new Block(label.id(), body.subList(at + 1, end + 1), label.location()));
      entry = entry == 0 ? label.id() : entry;
      at = end + 1;
    }
    return new SpirvFunction(function.id(), function.type(), parameters, entry, blocks, Map.of());
  }
}
