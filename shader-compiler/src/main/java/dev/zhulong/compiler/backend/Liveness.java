package dev.zhulong.compiler.backend;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/** Which virtual registers are live at the ends of blocks. */
final class Liveness {
  private final BitSet[] liveIn;
  private final BitSet[] liveOut;

  Liveness(MachineFunction function) {
    int count = function.blocks.size();
    liveIn = new BitSet[count];
    liveOut = new BitSet[count];
    BitSet[] uses = new BitSet[count];
    BitSet[] defines = new BitSet[count];
    for (MachineBlock block : function.blocks) {
      BitSet use = new BitSet();
      BitSet define = new BitSet();
      for (MachineInstruction i : block.instructions) {
        forEachUse(
            i,
            register -> {
              if (!define.get(register)) {
                use.set(register);
              }
            });
        if (Register.virtual(i.rd)) {
          define.set(i.rd);
        }
      }
      uses[block.index] = use;
      defines[block.index] = define;
      liveIn[block.index] = (BitSet) use.clone();
      liveOut[block.index] = new BitSet();
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (MachineBlock block : function.blocks.reversed()) {
        BitSet out = liveOut[block.index];
        int before = out.cardinality();
        function.successors(block, next -> out.or(liveIn[next.index]));
        if (out.cardinality() != before) {
          changed = true;
          BitSet in = (BitSet) out.clone();
          in.andNot(defines[block.index]);
          in.or(uses[block.index]);
          liveIn[block.index] = in;
        }
      }
    }
  }

  BitSet liveOut(MachineBlock block) {
    return liveOut[block.index];
  }

  /** Calls back for each virtual register that the instruction reads. */
  static void forEachUse(MachineInstruction i, IntConsumer action) {
    if (Register.virtual(i.rs1)) {
      action.accept(i.rs1);
    }
    if (Register.virtual(i.rs2)) {
      action.accept(i.rs2);
    }
    if (Register.virtual(i.rs3)) {
      action.accept(i.rs3);
    }
  }

  /** Removes instructions whose results nothing reads, with what only they need. */
  static void removeDead(MachineFunction function) {
    boolean again = true;
    while (again) {
      again = false;
      Liveness liveness = new Liveness(function);
      for (MachineBlock block : function.blocks) {
        BitSet live = (BitSet) liveness.liveOut(block).clone();
        List<MachineInstruction> kept = new ArrayList<>(block.instructions.size());
        for (MachineInstruction i : block.instructions.reversed()) {
          if (Register.virtual(i.rd) && !live.get(i.rd) && i.removable()) {
            again = true;
            continue;
          }
          if (Register.virtual(i.rd)) {
            live.clear(i.rd);
          }
          forEachUse(i, live::set);
          kept.add(i);
        }
        block.instructions.clear();
        block.instructions.addAll(kept.reversed());
      }
    }
  }
}
