package dev.zhulong.compiler.backend;

import java.util.ArrayList;
import java.util.List;

/** A straight run of machine instructions; only its last two may branch. */
final class MachineBlock {
  final List<MachineInstruction> instructions = new ArrayList<>();

  /** Place in the layout, set when the function is complete. */
  int index;

  /** Loops around it. */
  int loopDepth;

  /** Whether control can reach the block that follows in the layout. */
  boolean fallsThrough() {
    return instructions.isEmpty() || !instructions.getLast().endsFlow();
  }
}
