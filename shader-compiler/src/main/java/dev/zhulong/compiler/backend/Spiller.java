package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.Space;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.MemoryMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Takes registers away from intervals: their values are made anew, or live on the stack.
 *
 * <p>A value that was just brought back serves the next uses too, if they follow closely. What
 * holds it may be taken away again, but then each use is served for itself.
 */
final class Spiller {
  /** Instructions from one use to the next across which a value is kept. */
  private static final int REACH = 24;

  /** A register with a spilled value, and where it was used last. */
  private record Held(int register, int at) {}

  private static final int MOST_SHARED = 64;

  private final MachineFunction function;
  private final BitSet temporaries = new BitSet();
  private final Map<Integer, LiveInterval> spilled = new HashMap<>();
  private final Map<LiveInterval, Integer> offsets = new HashMap<>();
  private final Map<LiveInterval, Held> held = new HashMap<>();
  private final BitSet serving = new BitSet();
  private List<MachineInstruction> rewritten;
  private int slotBase;

  Spiller(MachineFunction function) {
    this.function = function;
  }

  /** Registers that this class has made. */
  BitSet temporaries() {
    return temporaries;
  }

  /** Whether running the instruction again anywhere gives the same value. */
  static boolean rematerializable(MachineInstruction i) {
    if (i == null) {
      return false;
    }
    return switch (i.operation) {
      case null -> true;
      case CSRRS -> i.immediate != Csr.ACTIVE_LANES.address() && !i.readsCounter();
      case FMV_W_X -> i.floatConstant;
      case LW, FLW -> i.argumentBlock && i.access.space() == Space.ARGUMENTS;
      default -> false;
    };
  }

  /** Rewrites the function so that the intervals' registers occur no more. */
  void spill(List<LiveInterval> intervals) {
    spilled.clear();
    offsets.clear();
    for (LiveInterval interval : intervals) {
      interval.members.forEach(member -> spilled.put(member, interval));
    }
    chooseSlots(intervals);
    for (MachineBlock block : function.blocks) {
      rewritten = new ArrayList<>(block.instructions.size() + 16);
      held.clear();
      for (MachineInstruction i : block.instructions) {
        rewrite(i);
        if (i.isBarrier()) {
          // Lanes may come back for which the value was not made.
          held.clear();
        }
      }
      block.instructions.clear();
      block.instructions.addAll(rewritten);
    }
  }

  /** A slot of this round, and the end of the last interval in it. */
  private record Slot(int number, int end) {}

  /**
   * Intervals of one round that are never live together share a slot. The holes of intervals count
   * in the first slots only, as all are looked at for each interval.
   */
  private void chooseSlots(List<LiveInterval> intervals) {
    List<List<LiveInterval>> shared = new ArrayList<>();
    PriorityQueue<Slot> others = new PriorityQueue<>(Comparator.comparingInt(Slot::end));
    int count = 0;
    List<LiveInterval> stored =
        intervals.stream()
            .filter(interval -> !rematerializable(interval.source))
            .sorted(Comparator.comparingInt(LiveInterval::begin))
            .toList();
    for (LiveInterval interval : stored) {
      int n = 0;
      while (n < shared.size() && shared.get(n).stream().anyMatch(interval::overlaps)) {
        n++;
      }
      if (n == MOST_SHARED) {
        boolean free = !others.isEmpty() && others.peek().end() <= interval.begin();
        n = free ? others.poll().number() : count++;
        others.add(new Slot(n, interval.end()));
      } else {
        if (n == shared.size()) {
          shared.add(new ArrayList<>());
          count++;
        }
        shared.get(n).add(interval);
      }
      offsets.put(interval, function.frame.spillOffset(slotBase + n));
    }
    slotBase += count;
  }

  private void rewrite(MachineInstruction i) {
    LiveInterval result = spilled.get(i.rd);
    if (result != null && rematerializable(result.source)) {
      return;
    }
    int source = i.copySource();
    if (result != null && source != Register.NONE && spilled.get(source) == result) {
      return;
    }
    int rs1 = i.rs1;
    int rs2 = i.rs2;
    int rs3 = i.rs3;
    i.rs1 = reload(rs1, i);
    i.rs2 = rs2 == rs1 ? i.rs1 : reload(rs2, i);
    i.rs3 = rs3 == rs1 ? i.rs1 : rs3 == rs2 ? i.rs2 : reload(rs3, i);
    rewritten.add(i);
    if (result != null) {
      i.rd = temporary(result.isFloat);
      Place place = place(offsets.get(result), i);
      rewritten.add(
          MachineInstruction.store(result.isFloat, i.rd, place.base(), place.offset())
              .at(i.location));
      hold(result, i.rd);
    }
  }

  /** Keeps a spilled value for further uses, if its interval is none that did so already. */
  private void hold(LiveInterval interval, int register) {
    if (interval.members.stream().noneMatch(serving::get)) {
      held.put(interval, new Held(register, rewritten.size()));
    } else {
      held.remove(interval);
    }
  }

  private record Place(int base, int offset) {}

  /** A place on the stack; what no load reaches from the stack register needs another base. */
  private Place place(int offset, MachineInstruction user) {
    if (offset >= -Frame.BIAS) {
      return new Place(Register.STACK, offset);
    }
    int high = offset + 0x800 & ~0xfff;
    int distance = temporary(false);
    int base = temporary(false);
    rewritten.add(MachineInstruction.constant(distance, high).at(user.location));
    rewritten.add(
        MachineInstruction.of(Instruction.ADD, base, Register.STACK, distance).at(user.location));
    return new Place(base, offset - high);
  }

  private int temporary(boolean isFloat) {
    int register = function.newRegister(isFloat);
    temporaries.set(register);
    return register;
  }

  private int reload(int register, MachineInstruction user) {
    LiveInterval interval = spilled.get(register);
    if (interval == null) {
      return register;
    }
    Held known = held.get(interval);
    if (known != null && rewritten.size() - known.at <= REACH) {
      temporaries.clear(known.register);
      serving.set(known.register);
      held.put(interval, new Held(known.register, rewritten.size()));
      return known.register;
    }
    int rd = temporary(interval.isFloat);
    bringBack(interval, rd, user);
    hold(interval, rd);
    return rd;
  }

  private void bringBack(LiveInterval interval, int rd, MachineInstruction user) {
    MachineInstruction source = interval.source;
    if (!rematerializable(source)) {
      Place place = place(offsets.get(interval), user);
      rewritten.add(
          MachineInstruction.load(interval.isFloat, rd, place.base(), place.offset())
              .at(user.location));
      return;
    }
    MachineInstruction again;
    if (source.isConstant()) {
      again = MachineInstruction.constant(rd, source.immediate);
    } else if (source.table != null) {
      again = MachineInstruction.tableAddress(rd, source.table);
    } else {
      int base = source.rs1;
      if (source.isLoad()) {
        base = temporary(false);
        rewritten.add(MachineInstruction.readCsr(base, Csr.MSCRATCH).at(user.location));
      } else if (source.floatConstant && source.immediate != 0) {
        base = temporary(false);
        rewritten.add(MachineInstruction.constant(base, source.immediate).at(user.location));
      }
      again = MachineInstruction.immediate(source.operation, rd, base, source.immediate);
      again.access = source.access;
      again.argumentBlock = source.argumentBlock;
      again.floatConstant = source.floatConstant;
    }
    rewritten.add(again.at(user.location));
  }

  /** Sets the stack register; the first code of a kernel that uses its stack. */
  static void insertPrologue(MachineFunction function) {
    if (!function.frame.used()) {
      return;
    }
    int sp = Register.STACK;
    // sp = 0xFFFF0000 - (mhartid << 13) = (~mhartid - 7) << 13, then the bias; and so on to 16.
    int shift = MemoryMap.stackShift(function.frame.bytes());
    int below = (int) (MemoryMap.END - MemoryMap.LOCAL >> shift) - 1;
    function
        .blocks
        .getFirst()
        .instructions
        .addAll(
            0,
            List.of(
                MachineInstruction.readCsr(sp, Csr.MHARTID),
                MachineInstruction.immediate(Instruction.XORI, sp, sp, -1),
                MachineInstruction.immediate(Instruction.ADDI, sp, sp, -below),
                MachineInstruction.immediate(Instruction.SLLI, sp, sp, shift),
                MachineInstruction.immediate(Instruction.ADDI, sp, sp, -Frame.BIAS)));
  }
}
