package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.MemoryMap;
import java.math.BigInteger;
import java.util.Arrays;

/** Walks the grid and gives each workgroup's warps to cores; machine contract, starting work. */
final class Dispatcher {
  private final FunctionalDevice device;
  private final Core[] cores;
  private final int lanes;

  private int[] grid = new int[3];
  private int[] group = new int[3];
  private int localBytes;
  private boolean independent;
  private int groupThreads;
  private int groupWarps;

  /** The next workgroup, and in independent mode its next warp. */
  private final int[] next = new int[3];

  private int nextRank;
  private boolean exhausted = true;

  /** By core and slot: warps that the group there still runs. */
  private final int[][] running;

  Dispatcher(FunctionalDevice device, Core[] cores) {
    this.device = device;
    this.cores = cores;
    this.lanes = device.shape().lanes();
    int warps = device.shape().warps();
    running = new int[cores.length][warps];
  }

  /** Whether a launch block can be run at all. */
  boolean accepts(int[] newGrid, int[] newGroup, int newLocalBytes, boolean newIndependent) {
    if (empty(newGrid) || empty(newGroup)) {
      return true;
    }
    BigInteger threads = BigInteger.ONE;
    for (int size : newGroup) {
      threads = threads.multiply(BigInteger.valueOf(Integer.toUnsignedLong(size)));
    }
    long most = newIndependent ? 0xffff_ffffL : (long) device.shape().warps() * lanes;
    return Integer.compareUnsigned(newLocalBytes, device.localBytes()) <= 0
        && threads.compareTo(BigInteger.valueOf(most)) <= 0;
  }

  private static boolean empty(int[] sizes) {
    return sizes[0] == 0 || sizes[1] == 0 || sizes[2] == 0;
  }

  void start(int[] newGrid, int[] newGroup, int newLocalBytes, boolean newIndependent) {
    grid = newGrid;
    group = newGroup;
    localBytes = newLocalBytes + MemoryMap.LINE_BYTES - 1 & -MemoryMap.LINE_BYTES;
    independent = newIndependent;
    groupThreads = group[0] * group[1] * group[2];
    groupWarps = (int) (((groupThreads & 0xffff_ffffL) + lanes - 1) / lanes);
    Arrays.fill(next, 0);
    nextRank = 0;
    exhausted = empty(grid) || empty(group);
    for (int core = 0; core < cores.length; core++) {
      Arrays.fill(running[core], 0);
    }
  }

  void stop() {
    exhausted = true;
  }

  boolean exhausted() {
    return exhausted;
  }

  void warpEnded(Core core, Warp warp) {
    if (!independent && running[core.id][warp.slot] > 0) {
      running[core.id][warp.slot]--;
    }
  }

  /** Starts what fits now, in grid order. */
  void place() {
    boolean placed = true;
    while (!exhausted && placed) {
      placed = false;
      for (Core core : cores) {
        if (!exhausted && (independent ? placeWarp(core) : placeGroup(core))) {
          placed = true;
        }
      }
    }
  }

  private boolean placeWarp(Core core) {
    for (Warp warp : core.warps) {
      if (warp.state == Warp.State.ENDED) {
        startWarp(warp, next, nextRank, 0, (int) MemoryMap.LOCAL);
        if (++nextRank == groupWarps) {
          nextRank = 0;
          advance();
        }
        return true;
      }
    }
    return false;
  }

  private boolean placeGroup(Core core) {
    int free = 0;
    for (Warp warp : core.warps) {
      if (warp.state == Warp.State.ENDED) {
        free++;
      }
    }
    int slot = freeSlot(core.id);
    if (free < groupWarps || slot < 0) {
      return false;
    }
    running[core.id][slot] = groupWarps;
    int rank = 0;
    for (Warp warp : core.warps) {
      if (warp.state == Warp.State.ENDED && rank < groupWarps) {
        startWarp(warp, next, rank++, slot, (int) MemoryMap.LOCAL + slot * localBytes);
      }
    }
    advance();
    return true;
  }

  /** The lowest slot that no group holds; there are as many as slices of local memory fit. */
  private int freeSlot(int core) {
    int slots = running[core].length;
    if (localBytes != 0) {
      slots = Math.min(slots, device.localBytes() / localBytes);
    }
    for (int i = 0; i < slots; i++) {
      if (running[core][i] == 0) {
        return i;
      }
    }
    return -1;
  }

  /** Starts a warp as warp {@code rank} of a workgroup. */
  void startWarp(Warp warp, int[] groupId, int rank, int slot, int localBase) {
    warp.slot = slot;
    warp.rank = rank;
    warp.groupWarps = groupWarps;
    warp.localBase = localBase;
    System.arraycopy(groupId, 0, warp.groupId, 0, 3);
    int mask = 0;
    for (int lane = 0; lane < lanes; lane++) {
      int index = rank * lanes + lane;
      boolean valid = Integer.compareUnsigned(index, groupThreads) < 0;
      mask |= (valid ? 1 : 0) << lane;
      warp.localId[lane] = valid ? Integer.remainderUnsigned(index, group[0]) : 0;
      warp.localId[lanes + lane] =
          valid ? Integer.remainderUnsigned(Integer.divideUnsigned(index, group[0]), group[1]) : 0;
      warp.localId[2 * lanes + lane] =
          valid ? Integer.divideUnsigned(index, group[0] * group[1]) : 0;
    }
    warp.start(device.entry(), mask, device.argument());
  }

  private void advance() {
    for (int axis = 0; axis < 3; axis++) {
      if (++next[axis] != grid[axis]) {
        return;
      }
      next[axis] = 0;
    }
    exhausted = true;
  }
}
