package dev.zhulong.compiler.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives every virtual register a real one.
 *
 * <p>Live intervals, with their holes, are placed by ascending begin into the first register that
 * is free throughout. Where none is, the cheapest of those in the way goes: it is made again at
 * each use when its value is a constant, a CSR or an argument, else kept on the stack; and the
 * placing begins anew with the short intervals that remain of it.
 */
final class RegisterAllocator {
  private static final int MOST_ROUNDS = 64;

  private final MachineFunction function;
  private final CodeGenOptions options;
  private final Spiller spiller;

  private RegisterAllocator(MachineFunction function, CodeGenOptions options) {
    this.function = function;
    this.options = options;
    this.spiller = new Spiller(function);
  }

  static void allocate(MachineFunction function, CodeGenOptions options) {
    RegisterAllocator allocator = new RegisterAllocator(function, options);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (allocator.round()) {
        return;
      }
    }
    throw new IllegalStateException("register allocation does not end");
  }

  /** Segments that are taken in one real register, by their begin. */
  private static final class Bank {
    private record Segment(int end, LiveInterval interval) {}

    private final TreeMap<Integer, Segment> taken = new TreeMap<>();

    boolean free(LiveInterval interval) {
      for (int n = 0; n < interval.segmentCount(); n++) {
        var before = taken.lowerEntry(interval.segmentEnd(n));
        if (before != null && before.getValue().end() > interval.segmentBegin(n)) {
          return false;
        }
      }
      return true;
    }

    Set<LiveInterval> inTheWay(LiveInterval interval) {
      Map<LiveInterval, Boolean> found = new IdentityHashMap<>();
      for (int n = 0; n < interval.segmentCount(); n++) {
        var before = taken.lowerEntry(interval.segmentEnd(n));
        while (before != null && before.getValue().end() > interval.segmentBegin(n)) {
          found.put(before.getValue().interval(), true);
          before = taken.lowerEntry(before.getKey());
        }
      }
      return found.keySet();
    }

    void take(LiveInterval interval) {
      for (int n = 0; n < interval.segmentCount(); n++) {
        taken.put(interval.segmentBegin(n), new Segment(interval.segmentEnd(n), interval));
      }
    }

    void release(LiveInterval interval) {
      for (int n = 0; n < interval.segmentCount(); n++) {
        taken.remove(interval.segmentBegin(n));
      }
    }
  }

  private boolean round() {
    LiveInterval[] byRegister = LiveIntervals.of(function, spiller.temporaries());
    List<LiveInterval> intervals = new ArrayList<>();
    for (int n = Register.FIRST_VIRTUAL; n < byRegister.length; n++) {
      if (byRegister[n] != null && byRegister[n].members.getFirst() == n) {
        intervals.add(byRegister[n]);
      }
    }
    intervals.sort(Comparator.comparingInt(LiveInterval::begin));
    List<Integer> integers = integerRegisters();
    List<Integer> floats = floatRegisters();
    Bank[] banks = new Bank[Register.FIRST_VIRTUAL];
    for (int n = 0; n < banks.length; n++) {
      banks[n] = new Bank();
    }
    List<LiveInterval> spilled = new ArrayList<>();
    for (LiveInterval interval : intervals) {
      List<Integer> candidates = interval.isFloat ? floats : integers;
      int register = firstFree(interval, candidates, banks);
      if (register == Register.NONE) {
        register = makeRoom(interval, candidates, banks, spilled);
      }
      if (register != Register.NONE) {
        banks[register].take(interval);
        interval.assigned = register;
      }
    }
    if (!spilled.isEmpty()) {
      spiller.spill(spilled);
      return false;
    }
    assign(byRegister);
    return true;
  }

  private List<Integer> integerRegisters() {
    List<Integer> registers = new ArrayList<>();
    for (int n = 1; n < Register.FLOAT_BASE && registers.size() < options.integerRegisters(); n++) {
      if (n != Register.STACK || !function.frame.used()) {
        registers.add(n);
      }
    }
    return registers;
  }

  private List<Integer> floatRegisters() {
    List<Integer> registers = new ArrayList<>();
    for (int n = 0; n < options.floatRegisters(); n++) {
      registers.add(Register.FLOAT_BASE + n);
    }
    return registers;
  }

  private static int firstFree(LiveInterval interval, List<Integer> candidates, Bank[] banks) {
    for (int register : candidates) {
      if (banks[register].free(interval)) {
        return register;
      }
    }
    return Register.NONE;
  }

  /** What losing the register costs, for each position that it frees. */
  private static double cost(LiveInterval interval) {
    if (interval.temporary) {
      return Double.POSITIVE_INFINITY;
    }
    double factor = Spiller.rematerializable(interval.source) ? 0.4 : 1;
    return factor * interval.weight / interval.size();
  }

  /** Spills what costs least: the intervals in some register's way, or the interval itself. */
  private static int makeRoom(
      LiveInterval interval, List<Integer> candidates, Bank[] banks, List<LiveInterval> spilled) {
    double best = cost(interval);
    int chosen = Register.NONE;
    for (int register : candidates) {
      double worst = 0;
      for (LiveInterval other : banks[register].inTheWay(interval)) {
        worst = Math.max(worst, cost(other));
      }
      if (worst < best) {
        best = worst;
        chosen = register;
      }
    }
    if (chosen == Register.NONE) {
      if (interval.temporary) {
        throw new IllegalStateException("an instruction needs more registers than there are");
      }
      spilled.add(interval);
      return Register.NONE;
    }
    for (LiveInterval other : List.copyOf(banks[chosen].inTheWay(interval))) {
      banks[chosen].release(other);
      other.assigned = Register.NONE;
      spilled.add(other);
    }
    return chosen;
  }

  private void assign(LiveInterval[] byRegister) {
    for (MachineBlock block : function.blocks) {
      for (MachineInstruction i : block.instructions) {
        i.rd = real(i.rd, byRegister);
        i.rs1 = real(i.rs1, byRegister);
        i.rs2 = real(i.rs2, byRegister);
        i.rs3 = real(i.rs3, byRegister);
      }
      block.instructions.removeIf(i -> i.rd == i.rs1 && i.rd != Register.NONE && isMove(i));
    }
  }

  private static boolean isMove(MachineInstruction i) {
    return switch (i.operation) {
      case ADDI -> i.immediate == 0;
      case FSGNJ_S -> i.rs1 == i.rs2;
      case null, default -> false;
    };
  }

  private static int real(int register, LiveInterval[] byRegister) {
    return Register.virtual(register) ? byRegister[register].assigned : register;
  }
}
