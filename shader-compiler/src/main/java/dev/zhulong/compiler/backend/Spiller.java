package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.Space;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Instruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes registers away from intervals: their values are made anew, or live on the stack. */
final class Spiller {
  private final MachineFunction function;
  private final BitSet temporaries = new BitSet();
  private final Map<Integer, LiveInterval> spilled = new HashMap<>();
  private final Map<LiveInterval, Integer> offsets = new HashMap<>();
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
      block.instructions.forEach(this::rewrite);
      block.instructions.clear();
      block.instructions.addAll(rewritten);
    }
  }

  /** Intervals of one round that are never live together share a slot. */
  private void chooseSlots(List<LiveInterval> intervals) {
    List<List<LiveInterval>> slots = new ArrayList<>();
    List<LiveInterval> stored =
        intervals.stream()
            .filter(interval -> !rematerializable(interval.source))
            .sorted(Comparator.comparingInt(LiveInterval::begin))
            .toList();
    for (LiveInterval interval : stored) {
      int n = 0;
      while (n < slots.size() && slots.get(n).stream().anyMatch(interval::overlaps)) {
        n++;
      }
      if (n == slots.size()) {
        slots.add(new ArrayList<>());
      }
      slots.get(n).add(interval);
      offsets.put(interval, function.frame.spillOffset(slotBase + n));
    }
    slotBase += slots.size();
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
      rewritten.add(
          MachineInstruction.store(result.isFloat, i.rd, Register.STACK, offsets.get(result))
              .at(i.location));
    }
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
    int rd = temporary(interval.isFloat);
    MachineInstruction source = interval.source;
    if (!rematerializable(source)) {
      rewritten.add(
          MachineInstruction.load(interval.isFloat, rd, Register.STACK, offsets.get(interval))
              .at(user.location));
      return rd;
    }
    MachineInstruction again;
    if (source.isConstant()) {
      again = MachineInstruction.constant(rd, source.immediate);
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
    return rd;
  }

  /** Sets the stack register; the first code of a kernel that uses its stack. */
  static void insertPrologue(MachineFunction function) {
    if (!function.frame.used()) {
      return;
    }
    int sp = Register.STACK;
    // sp = 0xFFFF0000 - (mhartid << 13) = (~mhartid - 7) << 13, then the bias.
    function
        .blocks
        .getFirst()
        .instructions
        .addAll(
            0,
            List.of(
                MachineInstruction.readCsr(sp, Csr.MHARTID),
                MachineInstruction.immediate(Instruction.XORI, sp, sp, -1),
                MachineInstruction.immediate(Instruction.ADDI, sp, sp, -7),
                MachineInstruction.immediate(Instruction.SLLI, sp, sp, 13),
                MachineInstruction.immediate(Instruction.ADDI, sp, sp, -Frame.BIAS)));
  }
}
