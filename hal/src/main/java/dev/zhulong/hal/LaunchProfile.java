package dev.zhulong.hal;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a launch's cycles went, and how well it used caches, memory and lanes.
 *
 * <p>Every cycle of every core has one {@link Cause}, so the shares add up to 1. A rate is NaN
 * where nothing of its kind happened.
 *
 * @param cycles share of the cores' cycles by cause, 0 to 1, in the order of the causes; empty for
 *     a device that does not model cycles
 * @param instructionCacheHitRate fetches that hit, 0 to 1
 * @param dataCacheHitRate line loads that hit, 0 to 1
 * @param sharedCacheHitRate line reads of the cores that the L2 had, 0 to 1
 * @param memoryLatency cycles from a line read's way out of a core to its return, on average
 * @param laneUtilisation active lanes of the average warp-instruction, as a share of all lanes
 * @param divergentSplitRate SPLITs whose lanes disagreed, 0 to 1
 * @param refetchRate branches and jumps whose successors had to be fetched again, 0 to 1
 */
public record LaunchProfile(
    Map<Cause, Double> cycles,
    double instructionCacheHitRate,
    double dataCacheHitRate,
    double sharedCacheHitRate,
    double memoryLatency,
    double laneUtilisation,
    double divergentSplitRate,
    double refetchRate) {

  /** What a core's cycle was spent on. */
  public enum Cause {
    /** A warp-instruction was issued. */
    ISSUE(Csr.PERF_WARP_INSTRUCTIONS, "a warp-instruction issued"),
    /** No warp had an instruction: it was being fetched, or a branch not yet decided. */
    FETCH(Csr.PERF_STALL_FETCH, "no instruction to issue: fetch, or a branch under way"),
    /** Operands were the result of an instruction that had not finished, a load for example. */
    OPERAND(Csr.PERF_STALL_OPERAND, "operands pending: a load or an operation under way"),
    /** The load-store unit took no further instruction. */
    LOAD_STORE(Csr.PERF_STALL_LSU, "load-store unit busy"),
    /** Another unit was busy, or its result's place in write-back was taken. */
    UNIT(Csr.PERF_STALL_UNIT, "another unit or the write-back port busy"),
    /** All warps waited at a barrier, a fence or WSYNC. */
    SYNC(Csr.PERF_STALL_SYNC, "all warps at a barrier, fence or WSYNC"),
    /** No warp was active. */
    IDLE(Csr.PERF_IDLE, "no active warp");

    private final Csr counter;
    private final String description;

    Cause(Csr counter, String description) {
      this.counter = counter;
      this.description = description;
    }

    /** The counter of such cycles. */
    public Csr counter() {
      return counter;
    }

    /** A few words for a report. */
    public String description() {
      return description;
    }
  }

  /** The profile of a launch on a device of this shape. */
  static LaunchProfile of(LaunchStatistics s, CoreShape shape) {
    return new LaunchProfile(
        cycles(s),
        rate(s, Csr.PERF_ICACHE_HITS, Csr.PERF_ICACHE_MISSES),
        rate(s, Csr.PERF_LOAD_HITS, Csr.PERF_LOAD_MISSES),
        rate(s, Csr.PERF_L2_HITS, Csr.PERF_L2_MISSES),
        ratio(s.count(Csr.PERF_MEMORY_READ_CYCLES), s.count(Csr.PERF_MEMORY_READS)),
        ratio(s.laneInstructions(), s.instructions() * shape.lanes()),
        ratio(s.count(Csr.PERF_SPLITS_DIVERGENT), s.count(Csr.PERF_SPLITS)),
        ratio(s.count(Csr.PERF_BRANCHES_MISPREDICTED), s.count(Csr.PERF_BRANCHES)));
  }

  private static Map<Cause, Double> cycles(LaunchStatistics s) {
    long all = 0;
    for (Cause cause : Cause.values()) {
      all += s.count(cause.counter());
    }
    Map<Cause, Double> shares = new LinkedHashMap<>();
    // A device that counts instructions alone has none that issues nothing in some cycle.
    if (all != s.count(Cause.ISSUE.counter())) {
      for (Cause cause : Cause.values()) {
        shares.put(cause, (double) s.count(cause.counter()) / all);
      }
    }
    return shares;
  }

  private static double rate(LaunchStatistics s, Csr hits, Csr misses) {
    return ratio(s.count(hits), s.count(hits) + s.count(misses));
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }
}
