package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.MemoryMap;

/** The CSRs of one core's warps. */
final class ControlStatus {
  private static final Csr[] BY_ADDRESS = new Csr[4096];

  static {
    for (Csr csr : Csr.values()) {
      BY_ADDRESS[csr.address()] = csr;
    }
  }

  private final Core core;
  private final FunctionalDevice device;

  ControlStatus(Core core, FunctionalDevice device) {
    this.core = core;
    this.device = device;
  }

  /**
   * Reads a CSR into {@code out}, one word a lane, and writes it if asked to.
   *
   * @param source the operand: the leader's register, or the immediate
   * @throws FaultSignal if there is no such CSR, or it is written and read-only
   */
  void access(Warp w, Instruction instruction, int address, int source, boolean writes, int[] out) {
    Csr csr = BY_ADDRESS[address];
    if (csr == null || writes && !csr.writable()) {
      throw new FaultSignal(FaultCause.ILLEGAL_INSTRUCTION);
    }
    for (int lane = 0; lane < out.length; lane++) {
      out[lane] = read(w, csr, lane);
    }
    if (writes) {
      int old = read(w, csr, 0);
      write(
          w,
          csr,
          switch (instruction) {
            case CSRRW, CSRRWI -> source;
            case CSRRS, CSRRSI -> old | source;
            default -> old & ~source;
          });
    }
  }

  boolean known(int address) {
    return BY_ADDRESS[address] != null;
  }

  int debugRead(Warp w, int address, int lane) {
    return read(w, BY_ADDRESS[address], lane);
  }

  /** Writes a CSR for a debugger, who may also change the lane mask; false if that cannot be. */
  boolean debugWrite(Warp w, int address, int value) {
    Csr csr = BY_ADDRESS[address];
    if (csr == Csr.ACTIVE_LANES) {
      int lanes = device.shape().lanes();
      int mask = lanes == 32 ? value : value & (1 << lanes) - 1;
      if (mask == 0) {
        return false;
      }
      w.lanes = mask;
      return true;
    }
    if (csr == null || !csr.writable()) {
      return false;
    }
    write(w, csr, value);
    return true;
  }

  private int read(Warp w, Csr csr, int lane) {
    int lanes = device.shape().lanes();
    return switch (csr) {
      case FFLAGS -> w.floats.flags;
      case FRM -> w.rounding;
      case FCSR -> w.rounding << 5 | w.floats.flags;
      case MSCRATCH -> w.mscratch;
      case MCYCLE -> (int) device.cycles();
      case MCYCLEH -> (int) (device.cycles() >>> 32);
      case MINSTRET -> (int) core.laneInstructions;
      case MINSTRETH -> (int) (core.laneInstructions >>> 32);
      case LANE_ID -> lane;
      case WARP_ID -> w.id;
      case CORE_ID -> core.id;
      case ACTIVE_WARPS -> core.activeWarps();
      case ACTIVE_LANES -> w.lanes;
      case SLOT_ID -> w.slot;
      case GROUP_WARP_RANK -> w.rank;
      case GROUP_WARPS -> w.groupWarps;
      case LOCAL_ID_X -> w.localId[lane];
      case LOCAL_ID_Y -> w.localId[lanes + lane];
      case LOCAL_ID_Z -> w.localId[2 * lanes + lane];
      case GROUP_ID_X -> w.groupId[0];
      case GROUP_ID_Y -> w.groupId[1];
      case GROUP_ID_Z -> w.groupId[2];
      case GROUP_SIZE_X -> device.groupSize(0);
      case GROUP_SIZE_Y -> device.groupSize(1);
      case GROUP_SIZE_Z -> device.groupSize(2);
      case GRID_SIZE_X -> device.gridSize(0);
      case GRID_SIZE_Y -> device.gridSize(1);
      case GRID_SIZE_Z -> device.gridSize(2);
      case GROUP_LOCAL_BASE -> w.localBase;
      case MHARTID -> (core.id * core.warps.length + w.id) * lanes + lane;
      case LANES -> lanes;
      case WARPS -> core.warps.length;
      case CORES -> device.shape().cores();
      case LOCAL_BASE -> (int) MemoryMap.LOCAL;
      case BARRIERS -> device.barriers();
      case PERF_WARP_INSTRUCTIONS -> (int) core.instructions;
      // A functional simulator has no stalls and no caches.
      default -> 0;
    };
  }

  private static void write(Warp w, Csr csr, int value) {
    switch (csr) {
      case FFLAGS -> w.floats.flags = value & 31;
      case FRM -> w.rounding = value & 7;
      case FCSR -> {
        w.floats.flags = value & 31;
        w.rounding = value >> 5 & 7;
      }
      default -> w.mscratch = value;
    }
  }
}
