package dev.zhulong.compiler.backend;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Builds the live intervals of a function and coalesces those that copies connect. */
final class LiveIntervals {
  private record Copy(int to, int from, double weight) {}

  private final MachineFunction function;
  private final LiveInterval[] byRegister;
  private final List<Copy> copies = new ArrayList<>();
  private final int[] definitions;

  /** Where the stretch ends in which a register is live, as the walk goes backward. */
  private final int[] ends;

  private LiveIntervals(MachineFunction function) {
    this.function = function;
    this.byRegister = new LiveInterval[function.registerCount()];
    this.definitions = new int[function.registerCount()];
    this.ends = new int[function.registerCount()];
  }

  /**
   * The intervals by register number; coalesced registers share one, unused ones have none.
   *
   * @param temporaries registers that the spiller made
   */
  static LiveInterval[] of(MachineFunction function, BitSet temporaries) {
    LiveIntervals intervals = new LiveIntervals(function);
    intervals.build();
    for (int n = 0; n < intervals.byRegister.length; n++) {
      LiveInterval interval = intervals.byRegister[n];
      if (interval != null) {
        interval.seal();
        interval.temporary = temporaries.get(n);
        if (intervals.definitions[n] != 1) {
          interval.source = null;
        }
      }
    }
    intervals.coalesce();
    return intervals.byRegister;
  }

  static double weightAt(MachineBlock block) {
    return Math.pow(8, Math.min(block.loopDepth, 6));
  }

  private LiveInterval interval(int register) {
    LiveInterval known = byRegister[register];
    if (known == null) {
      known = new LiveInterval(register, function.isFloat(register));
      byRegister[register] = known;
    }
    return known;
  }

  private void build() {
    Liveness liveness = new Liveness(function);
    int position = 0;
    for (MachineBlock block : function.blocks) {
      position += 2 * block.instructions.size();
    }
    BitSet live = new BitSet();
    MachineBlock after = null;
    for (MachineBlock block : function.blocks.reversed()) {
      int end = position;
      if (after == null) {
        live.or(liveness.liveOut(block));
        live.stream().forEach(register -> ends[register] = end);
      } else {
        liveness.liveInOnly(after, block, register -> close(live, register, end));
        liveness.liveOutOnly(block, after, register -> open(live, register, end));
      }
      double weight = weightAt(block);
      for (MachineInstruction i : block.instructions.reversed()) {
        position -= 2;
        final int at = position;
        if (Register.virtual(i.rd)) {
          if (live.get(i.rd)) {
            close(live, i.rd, at + 1);
          } else {
            interval(i.rd).prepend(at + 1, at + 2);
          }
          LiveInterval defined = interval(i.rd);
          defined.weight += weight;
          definitions[i.rd]++;
          defined.source = i;
          if (i.copySource() != Register.NONE) {
            copies.add(new Copy(i.rd, i.copySource(), weight));
          }
        }
        Liveness.forEachUse(
            i,
            register -> {
              if (!live.get(register)) {
                open(live, register, at + 1);
              }
              interval(register).weight += weight;
            });
      }
      after = block;
    }
    for (int register = live.nextSetBit(0); register >= 0; ) {
      close(live, register, 0);
      register = live.nextSetBit(register);
    }
  }

  /** Walking backward, a register becomes live, up to a position. */
  private void open(BitSet live, int register, int end) {
    live.set(register);
    ends[register] = end;
  }

  /** Walking backward, a register that is live was not so before a position. */
  private void close(BitSet live, int register, int begin) {
    live.clear(register);
    interval(register).prepend(begin, ends[register]);
  }

  private void coalesce() {
    copies.sort(Comparator.comparingDouble(Copy::weight).reversed());
    for (Copy copy : copies) {
      LiveInterval to = byRegister[copy.to()];
      LiveInterval from = byRegister[copy.from()];
      if (to != from && to.isFloat == from.isFloat && !to.overlaps(from)) {
        to.merge(from);
        for (int member : from.members) {
          byRegister[member] = to;
        }
      }
    }
  }
}
