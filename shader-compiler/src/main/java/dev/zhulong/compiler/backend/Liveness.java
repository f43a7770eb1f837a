package dev.zhulong.compiler.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Which virtual registers are live at the ends of blocks. Most registers live in one block only and
 * have no part in this: sets are over the others, by their place among them.
 */
final class Liveness {
  /** Blocks times registers that live in several; a set has a bit for each, and there are two. */
  private static final long MOST_BITS = 1L << 30;

  private static final int UNSEEN = -1;
  private static final int SEVERAL = -2;

  /** The registers that live in several blocks, ascending. */
  private final int[] registers;

  private final BitSet[] liveIn;
  private final BitSet[] liveOut;

  Liveness(MachineFunction function) {
    int count = function.blocks.size();
    int[] places = places(function);
    registers = IntStream.range(0, places.length).filter(r -> places[r] == SEVERAL).toArray();
    if ((long) count * registers.length > MOST_BITS) {
      throw new CodeGenException(
          registers.length
              + " values live across branches, in "
              + count
              + " blocks, are more than can be followed; split the kernel");
    }
    for (int n = 0; n < registers.length; n++) {
      places[registers[n]] = n;
    }
    liveIn = new BitSet[count];
    liveOut = new BitSet[count];
    BitSet shared = new BitSet();
    for (int register : registers) {
      shared.set(register);
    }
    BitSet[] defines = new BitSet[count];
    for (MachineBlock block : function.blocks) {
      BitSet use = new BitSet();
      BitSet define = new BitSet();
      for (MachineInstruction i : block.instructions) {
        forEachUse(
            i,
            register -> {
              if (shared.get(register) && !define.get(places[register])) {
                use.set(places[register]);
              }
            });
        if (Register.virtual(i.rd) && shared.get(i.rd)) {
          define.set(places[i.rd]);
        }
      }
      defines[block.index] = define;
      liveIn[block.index] = use;
      liveOut[block.index] = new BitSet();
    }
    solve(function, defines);
  }

  /** The only block of each register, or that there are several, or a value from before. */
  private static int[] places(MachineFunction function) {
    int[] places = new int[function.registerCount()];
    Arrays.fill(places, UNSEEN);
    for (MachineBlock block : function.blocks) {
      for (MachineInstruction i : block.instructions) {
        forEachUse(
            i,
            register -> {
              if (places[register] != block.index) {
                places[register] = SEVERAL;
              }
            });
        if (Register.virtual(i.rd)) {
          boolean alone = places[i.rd] == UNSEEN || places[i.rd] == block.index;
          places[i.rd] = alone ? block.index : SEVERAL;
        }
      }
    }
    return places;
  }

  private void solve(MachineFunction function, BitSet[] defines) {
    List<List<MachineBlock>> successors = new ArrayList<>();
    for (MachineBlock block : function.blocks) {
      List<MachineBlock> next = new ArrayList<>(2);
      function.successors(block, next::add);
      successors.add(next);
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (MachineBlock block : function.blocks.reversed()) {
        BitSet out = liveOut[block.index];
        int before = out.cardinality();
        successors.get(block.index).forEach(next -> out.or(liveIn[next.index]));
        if (out.cardinality() != before) {
          changed = true;
          BitSet through = (BitSet) out.clone();
          through.andNot(defines[block.index]);
          liveIn[block.index].or(through);
        }
      }
    }
  }

  /** The registers that are live where a block ends. */
  BitSet liveOut(MachineBlock block) {
    BitSet live = new BitSet();
    liveOut[block.index].stream().forEach(n -> live.set(registers[n]));
    return live;
  }

  /**
   * Calls back for each register that is live where one block ends and not where another begins.
   */
  void liveOutOnly(MachineBlock ends, MachineBlock begins, IntConsumer action) {
    difference(liveOut[ends.index], liveIn[begins.index], action);
  }

  /**
   * Calls back for each register that is live where one block begins and not where another ends.
   */
  void liveInOnly(MachineBlock begins, MachineBlock ends, IntConsumer action) {
    difference(liveIn[begins.index], liveOut[ends.index], action);
  }

  private void difference(BitSet some, BitSet others, IntConsumer action) {
    BitSet only = (BitSet) some.clone();
    only.andNot(others);
    only.stream().forEach(n -> action.accept(registers[n]));
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
        BitSet live = liveness.liveOut(block);
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
