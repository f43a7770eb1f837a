package dev.zhulong.compiler.backend;

import dev.zhulong.firmware.isa.Extension;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Orders the instructions of each block so that results are ready when they are needed.
 *
 * <p>Between two instructions that nothing may cross, the list scheduler takes what has no operand
 * to wait for and the longest way to the end before it; once as many registers are live as may be,
 * it takes what frees most. The latencies are those of the core's pipeline.
 */
final class Scheduler {
  private static final int WINDOW = 192;

  private final MachineFunction function;
  private final int[] limits;

  private Scheduler(MachineFunction function, CodeGenOptions options) {
    this.function = function;
    this.limits =
        new int[] {
          Math.max(4, options.integerRegisters() - 7), Math.max(3, options.floatRegisters() - 6)
        };
  }

  static void schedule(MachineFunction function, CodeGenOptions options) {
    Scheduler scheduler = new Scheduler(function, options);
    Liveness liveness = new Liveness(function);
    for (MachineBlock block : function.blocks) {
      scheduler.block(block, liveness.liveOut(block));
    }
  }

  private void block(MachineBlock block, BitSet liveOut) {
    List<MachineInstruction> ordered = new ArrayList<>(block.instructions.size());
    List<BitSet> liveAfter = liveAfterWindows(block, liveOut);
    List<MachineInstruction> window = new ArrayList<>();
    int windows = 0;
    for (MachineInstruction i : block.instructions) {
      if (i.isBarrier()) {
        flush(window, ordered, liveAfter.get(windows++));
        ordered.add(i);
      } else {
        window.add(i);
        if (window.size() == WINDOW) {
          flush(window, ordered, liveAfter.get(windows++));
        }
      }
    }
    flush(window, ordered, liveOut);
    block.instructions.clear();
    block.instructions.addAll(ordered);
  }

  /** The registers that are live where each window ends, in order. */
  private static List<BitSet> liveAfterWindows(MachineBlock block, BitSet liveOut) {
    // A barrier right behind a full window ends another one, of nothing, at the same place.
    int[] ends = new int[block.instructions.size() + 1];
    int size = 0;
    for (int n = 0; n < block.instructions.size(); n++) {
      size++;
      if (block.instructions.get(n).isBarrier()) {
        ends[n]++;
        size = 0;
      } else if (size == WINDOW) {
        ends[n + 1]++;
        size = 0;
      }
    }
    List<BitSet> found = new ArrayList<>();
    BitSet live = (BitSet) liveOut.clone();
    for (int k = 0; k < ends[block.instructions.size()]; k++) {
      found.add((BitSet) live.clone());
    }
    for (int n = block.instructions.size() - 1; n >= 0; n--) {
      MachineInstruction i = block.instructions.get(n);
      if (Register.virtual(i.rd)) {
        live.clear(i.rd);
      }
      Liveness.forEachUse(i, live::set);
      for (int k = 0; k < ends[n]; k++) {
        found.add((BitSet) live.clone());
      }
    }
    return found.reversed();
  }

  private void flush(
      List<MachineInstruction> window, List<MachineInstruction> ordered, BitSet liveAfter) {
    if (window.size() > 2) {
      new Window(window, liveAfter).run(ordered);
    } else {
      ordered.addAll(window);
    }
    window.clear();
  }

  static int latency(MachineInstruction i) {
    return switch (i.operation) {
      case null -> 1;
      case LB, LBU, LH, LHU, LW, FLW -> 8;
      case MUL, MULH, MULHU, MULHSU -> 3;
      case FADD_S, FSUB_S, FMUL_S, FMADD_S, FMSUB_S, FNMADD_S, FNMSUB_S -> 4;
      case FCVT_W_S, FCVT_WU_S, FCVT_S_W, FCVT_S_WU -> 4;
      case FMIN_S, FMAX_S, FEQ_S, FLT_S, FLE_S, FCLASS_S -> 2;
      case FSGNJ_S, FSGNJN_S, FSGNJX_S, FMV_X_W, FMV_W_X -> 2;
      case DIV, DIVU, REM, REMU -> 34;
      case FDIV_S, FSQRT_S -> 28;
      default -> i.isAtomic() ? 20 : Extension.UNITS.contains(i.operation.extension()) ? 3 : 1;
    };
  }

  private static boolean mayAlias(MachineInstruction a, MachineInstruction b) {
    if (a.access == null || b.access == null) {
      return true;
    }
    if (a.access.space() != b.access.space()) {
      return false;
    }
    if (a.access.resource() >= 0
        && b.access.resource() >= 0
        && a.access.resource() != b.access.resource()) {
      return false;
    }
    boolean fixedDistance = a.rs1 == b.rs1 && !a.isAtomic() && !b.isAtomic();
    return !fixedDistance
        || a.immediate < b.immediate + b.access.bytes()
            && b.immediate < a.immediate + a.access.bytes();
  }

  /** One run of instructions that may change places. */
  private final class Window {
    private final List<MachineInstruction> nodes;
    private final List<List<Integer>> successors = new ArrayList<>();
    private final int[] waitingFor;
    private final int[] height;
    private final int[] readyAt;
    private final BitSet liveAfter;
    private final Map<Integer, Integer> readsLeft = new HashMap<>();
    private final BitSet live = new BitSet();
    private final int[] pressure = new int[2];

    Window(List<MachineInstruction> nodes, BitSet liveAfter) {
      this.nodes = nodes;
      this.liveAfter = liveAfter;
      this.waitingFor = new int[nodes.size()];
      this.height = new int[nodes.size()];
      this.readyAt = new int[nodes.size()];
      nodes.forEach(node -> successors.add(new ArrayList<>()));
      connectRegisters();
      connectMemory();
      for (int n = nodes.size() - 1; n >= 0; n--) {
        int longest = 0;
        for (int next : successors.get(n)) {
          longest = Math.max(longest, height[next]);
        }
        height[n] = longest + latency(nodes.get(n));
      }
      startPressure();
    }

    private void connect(int before, int after) {
      if (before != after) {
        successors.get(before).add(after);
        waitingFor[after]++;
      }
    }

    private void connectRegisters() {
      Map<Integer, Integer> writer = new HashMap<>();
      Map<Integer, List<Integer>> readers = new HashMap<>();
      for (int n = 0; n < nodes.size(); n++) {
        final int at = n;
        MachineInstruction i = nodes.get(n);
        Liveness.forEachUse(
            i,
            register -> {
              if (writer.get(register) instanceof Integer from) {
                connect(from, at);
              }
              readers.computeIfAbsent(register, key -> new ArrayList<>()).add(at);
            });
        if (i.copySource() != Register.NONE) {
          // After the source's last other read, the two can share a register.
          readers.getOrDefault(i.copySource(), List.of()).forEach(reader -> connect(reader, at));
        }
        if (Register.virtual(i.rd)) {
          if (writer.put(i.rd, n) instanceof Integer earlier) {
            connect(earlier, n);
          }
          List<Integer> earlierReaders = readers.remove(i.rd);
          if (earlierReaders != null) {
            earlierReaders.forEach(reader -> connect(reader, at));
            if (earlierReaders.contains(at)) {
              readers.put(i.rd, new ArrayList<>());
            }
          }
        }
      }
    }

    private void connectMemory() {
      List<Integer> memory = new ArrayList<>();
      for (int n = 0; n < nodes.size(); n++) {
        MachineInstruction i = nodes.get(n);
        boolean writes = i.isStore() || i.isAtomic();
        if (!writes && !i.isLoad()) {
          continue;
        }
        for (int earlier : memory) {
          MachineInstruction e = nodes.get(earlier);
          if ((writes || !e.isLoad()) && mayAlias(e, i)) {
            connect(earlier, n);
          }
        }
        if (writes || i.access == null || !i.access.readOnly()) {
          memory.add(n);
        }
      }
    }

    private void startPressure() {
      BitSet before = (BitSet) liveAfter.clone();
      for (MachineInstruction i : nodes.reversed()) {
        if (Register.virtual(i.rd)) {
          before.clear(i.rd);
        }
        Liveness.forEachUse(
            i,
            register -> {
              before.set(register);
              readsLeft.merge(register, 1, Integer::sum);
            });
      }
      live.or(before);
      live.stream().forEach(register -> pressure[kind(register)]++);
    }

    private int kind(int register) {
      return function.isFloat(register) ? 1 : 0;
    }

    /** Registers of the kind that become live less those that die when the node is next. */
    private int growth(int node, int kind) {
      MachineInstruction i = nodes.get(node);
      int[] change = new int[1];
      if (Register.virtual(i.rd) && kind(i.rd) == kind && !live.get(i.rd)) {
        change[0]++;
      }
      Liveness.forEachUse(
          i,
          register -> {
            if (kind(register) == kind
                && readsLeft.get(register) == 1
                && !liveAfter.get(register)) {
              change[0]--;
            }
          });
      return change[0];
    }

    void run(List<MachineInstruction> ordered) {
      List<Integer> ready = new ArrayList<>();
      for (int n = 0; n < nodes.size(); n++) {
        if (waitingFor[n] == 0) {
          ready.add(n);
        }
      }
      int cycle = 0;
      while (!ready.isEmpty()) {
        Integer chosen = choose(ready, cycle);
        ready.remove(chosen);
        MachineInstruction i = nodes.get(chosen);
        ordered.add(i);
        cycle = Math.max(cycle, readyAt[chosen]);
        account(i);
        for (int next : successors.get(chosen)) {
          readyAt[next] = Math.max(readyAt[next], cycle + latency(i));
          if (--waitingFor[next] == 0) {
            ready.add(next);
          }
        }
        cycle++;
      }
    }

    private void account(MachineInstruction i) {
      Liveness.forEachUse(
          i,
          register -> {
            if (readsLeft.merge(register, -1, Integer::sum) == 0
                && !liveAfter.get(register)
                && live.get(register)) {
              live.clear(register);
              pressure[kind(register)]--;
            }
          });
      if (Register.virtual(i.rd) && !live.get(i.rd)) {
        live.set(i.rd);
        pressure[kind(i.rd)]++;
      }
    }

    private Integer choose(List<Integer> ready, int cycle) {
      for (int kind = 0; kind < 2; kind++) {
        if (pressure[kind] >= limits[kind]) {
          return leastGrowth(ready, kind);
        }
      }
      Integer best = ready.getFirst();
      for (Integer candidate : ready) {
        if (better(candidate, best, cycle)) {
          best = candidate;
        }
      }
      return best;
    }

    private boolean better(int a, int b, int cycle) {
      int waitA = Math.max(0, readyAt[a] - cycle);
      int waitB = Math.max(0, readyAt[b] - cycle);
      if (waitA != waitB) {
        return waitA < waitB;
      }
      return height[a] != height[b] ? height[a] > height[b] : a < b;
    }

    private Integer leastGrowth(List<Integer> ready, int kind) {
      Integer best = ready.getFirst();
      int least = growth(best, kind);
      for (Integer candidate : ready) {
        int growth = growth(candidate, kind);
        if (growth < least || growth == least && candidate < best) {
          best = candidate;
          least = growth;
        }
      }
      return best;
    }
  }
}
