package dev.zhulong.simulator.functional;

import java.util.Arrays;

/** The state of one warp. */
final class Warp {
  enum State {
    ENDED,
    READY,
    /** Waits at a barrier. */
    BARRIER,
    /** Waits in WSPAWN until it is the core's only active warp. */
    ALONE
  }

  final int id;

  /** Integer registers 0 to 31, then float registers; register r of lane l is at r * lanes + l. */
  final int[] registers;

  State state = State.ENDED;
  int pc;
  int lanes;
  int mscratch;
  int rounding;
  final FloatUnit floats = new FloatUnit();

  /**
   * Divergence stack: mask to restore, mask and address of the half that waits, which half runs.
   */
  final int[] stackWhole;

  final int[] stackOther;
  final int[] stackPc;
  final boolean[] stackSecond;
  int level;

  /** What the dispatcher gave it. */
  int slot;

  int rank;
  int groupWarps;
  final int[] groupId = new int[3];
  final int[] localId;
  int localBase;

  Warp(int id, int lanesOfWarp) {
    this.id = id;
    registers = new int[64 * lanesOfWarp];
    stackWhole = new int[lanesOfWarp];
    stackOther = new int[lanesOfWarp];
    stackPc = new int[lanesOfWarp];
    stackSecond = new boolean[lanesOfWarp];
    localId = new int[3 * lanesOfWarp];
  }

  void start(int startPc, int startLanes, int argument) {
    Arrays.fill(registers, 0);
    floats.flags = 0;
    rounding = 0;
    level = 0;
    pc = startPc;
    lanes = startLanes;
    mscratch = argument;
    state = startLanes == 0 ? State.ENDED : State.READY;
  }

  /** Forgets what an earlier workgroup left. */
  void clearGroup(int coreLocalBase) {
    slot = 0;
    rank = 0;
    groupWarps = 0;
    Arrays.fill(groupId, 0);
    Arrays.fill(localId, 0);
    localBase = coreLocalBase;
  }

  /** The highest-numbered active lane. */
  int leader() {
    return 31 - Integer.numberOfLeadingZeros(lanes);
  }
}
