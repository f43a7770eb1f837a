package dev.zhulong.firmware.isa;

/**
 * Control and status registers. The scope says what a value belongs to: {@code lane} (each lane of
 * a warp sees its own), {@code warp}, {@code core}, {@code launch} or {@code device}. Counters read
 * zero when a launch starts. Machine contract, CSRs.
 */
public enum Csr {
  /** Accrued float exceptions NV DZ OF UF NX (bits 4 to 0). */
  FFLAGS(0x001, "warp", true, "accrued float exceptions NV DZ OF UF NX (bits 4 to 0)"),
  /** Dynamic rounding mode. */
  FRM(0x002, "warp", true, "dynamic rounding mode"),
  /** Rounding mode (bits 7 to 5) and accrued exceptions. */
  FCSR(0x003, "warp", true, "rounding mode (bits 7 to 5) and accrued exceptions"),
  /** Argument address at start. */
  MSCRATCH(0x340, "warp", true, "argument address at start"),
  /** Cycles since launch, low word. */
  MCYCLE(0xb00, "core", false, "cycles since launch, low word"),
  /** Retired lane-instructions since launch, low word. */
  MINSTRET(0xb02, "core", false, "retired lane-instructions since launch, low word"),
  /** Cycles since launch, high word. */
  MCYCLEH(0xb80, "core", false, "cycles since launch, high word"),
  /** Retired lane-instructions since launch, high word. */
  MINSTRETH(0xb82, "core", false, "retired lane-instructions since launch, high word"),
  /** Lane number. */
  LANE_ID(0xcc0, "lane", false, "lane number"),
  /** Warp number in the core. */
  WARP_ID(0xcc1, "warp", false, "warp number in the core"),
  /** Core number. */
  CORE_ID(0xcc2, "core", false, "core number"),
  /** Mask of the core's active warps. */
  ACTIVE_WARPS(0xcc3, "core", false, "mask of the core's active warps"),
  /** Mask of the warp's active lanes. */
  ACTIVE_LANES(0xcc4, "warp", false, "mask of the warp's active lanes"),
  /** Workgroup slot in the core. */
  SLOT_ID(0xcd0, "warp", false, "workgroup slot in the core"),
  /** Rank of the warp in its workgroup. */
  GROUP_WARP_RANK(0xcd1, "warp", false, "rank of the warp in its workgroup"),
  /** Warps in the workgroup. */
  GROUP_WARPS(0xcd2, "warp", false, "warps in the workgroup"),
  /** Local invocation id, x. */
  LOCAL_ID_X(0xcd3, "lane", false, "local invocation id, x"),
  /** Local invocation id, y. */
  LOCAL_ID_Y(0xcd4, "lane", false, "local invocation id, y"),
  /** Local invocation id, z. */
  LOCAL_ID_Z(0xcd5, "lane", false, "local invocation id, z"),
  /** Workgroup id, x. */
  GROUP_ID_X(0xcd6, "warp", false, "workgroup id, x"),
  /** Workgroup id, y. */
  GROUP_ID_Y(0xcd7, "warp", false, "workgroup id, y"),
  /** Workgroup id, z. */
  GROUP_ID_Z(0xcd8, "warp", false, "workgroup id, z"),
  /** Workgroup size in invocations, x. */
  GROUP_SIZE_X(0xcd9, "launch", false, "workgroup size in invocations, x"),
  /** Workgroup size in invocations, y. */
  GROUP_SIZE_Y(0xcda, "launch", false, "workgroup size in invocations, y"),
  /** Workgroup size in invocations, z. */
  GROUP_SIZE_Z(0xcdb, "launch", false, "workgroup size in invocations, z"),
  /** Grid size in workgroups, x. */
  GRID_SIZE_X(0xcdc, "launch", false, "grid size in workgroups, x"),
  /** Grid size in workgroups, y. */
  GRID_SIZE_Y(0xcdd, "launch", false, "grid size in workgroups, y"),
  /** Grid size in workgroups, z. */
  GRID_SIZE_Z(0xcde, "launch", false, "grid size in workgroups, z"),
  /** Address of the workgroup's local memory. */
  GROUP_LOCAL_BASE(0xcdf, "warp", false, "address of the workgroup's local memory"),
  /** (core * WARPS + warp) * LANES + lane. */
  MHARTID(0xf14, "lane", false, "(core * WARPS + warp) * LANES + lane"),
  /** Lanes in a warp. */
  LANES(0xfc0, "device", false, "lanes in a warp"),
  /** Warps in a core. */
  WARPS(0xfc1, "device", false, "warps in a core"),
  /** Cores. */
  CORES(0xfc2, "device", false, "cores"),
  /** Address of the core's local memory. */
  LOCAL_BASE(0xfc3, "device", false, "address of the core's local memory"),
  /** Barriers in a core. */
  BARRIERS(0xfc4, "device", false, "barriers in a core"),
  /** Warp-instructions issued. */
  PERF_WARP_INSTRUCTIONS(0xb03, "core", false, "warp-instructions issued"),
  /** Cycles without an issue because no warp had an instruction. */
  PERF_STALL_FETCH(
      0xb04, "core", false, "cycles without an issue because no warp had an instruction"),
  /** Cycles without an issue because operands were pending. */
  PERF_STALL_OPERAND(0xb05, "core", false, "cycles without an issue because operands were pending"),
  /** Cycles without an issue because the load-store unit was busy. */
  PERF_STALL_LSU(
      0xb06, "core", false, "cycles without an issue because the load-store unit was busy"),
  /** Cycles without an issue because another unit or the write-back port was busy. */
  PERF_STALL_UNIT(
      0xb07,
      "core",
      false,
      "cycles without an issue because another unit or the write-back port was busy"),
  /** Cycles without an issue because all warps waited at a barrier, fence or WSYNC. */
  PERF_STALL_SYNC(
      0xb08,
      "core",
      false,
      "cycles without an issue because all warps waited at a barrier, fence or WSYNC"),
  /** Cycles without an active warp. */
  PERF_IDLE(0xb09, "core", false, "cycles without an active warp"),
  /** Instruction-cache fetches that hit. */
  PERF_ICACHE_HITS(0xb0a, "core", false, "instruction-cache fetches that hit"),
  /** Instruction-cache fetches that missed. */
  PERF_ICACHE_MISSES(0xb0b, "core", false, "instruction-cache fetches that missed"),
  /** Data-cache line loads that hit. */
  PERF_LOAD_HITS(0xb0c, "core", false, "data-cache line loads that hit"),
  /** Data-cache line loads that missed. */
  PERF_LOAD_MISSES(0xb0d, "core", false, "data-cache line loads that missed"),
  /** Line stores that the data cache accepted. */
  PERF_STORE_LINES(0xb0e, "core", false, "line stores that the data cache accepted"),
  /** Line reads sent to memory. */
  PERF_MEMORY_READS(0xb0f, "core", false, "line reads sent to memory"),
  /** Line writes sent to memory. */
  PERF_MEMORY_WRITES(0xb10, "core", false, "line writes sent to memory"),
  /** Sum over cycles of line reads in flight. */
  PERF_MEMORY_READ_CYCLES(0xb11, "core", false, "sum over cycles of line reads in flight"),
  /** Branches and jumps executed. */
  PERF_BRANCHES(0xb12, "core", false, "branches and jumps executed"),
  /** Branches and jumps whose successors had to be fetched again. */
  PERF_BRANCHES_MISPREDICTED(
      0xb13, "core", false, "branches and jumps whose successors had to be fetched again"),
  /** SPLITs executed. */
  PERF_SPLITS(0xb14, "core", false, "SPLITs executed"),
  /** SPLITs whose lanes disagreed. */
  PERF_SPLITS_DIVERGENT(0xb15, "core", false, "SPLITs whose lanes disagreed"),
  /** Line reads that the shared L2 had. */
  PERF_L2_HITS(0xb16, "core", false, "line reads that the shared L2 had"),
  /** Line reads for which the shared L2 waited for memory. */
  PERF_L2_MISSES(0xb17, "core", false, "line reads for which the shared L2 waited for memory");

  private final int address;
  private final String scope;
  private final boolean writable;
  private final String description;

  Csr(int address, String scope, boolean writable, String description) {
    this.address = address;
    this.scope = scope;
    this.writable = writable;
    this.description = description;
  }

  /** The 12-bit CSR address. */
  public int address() {
    return address;
  }

  /** What a value belongs to: lane, warp, core, launch or device. */
  public String scope() {
    return scope;
  }

  /** Whether a program may write it; a write to another is an illegal instruction. */
  public boolean writable() {
    return writable;
  }

  /** What it holds, for the documentation. */
  public String description() {
    return description;
  }

  /** The name in assembly text: lower case, as {@code csrr a0, lane_id}. */
  public String assemblyName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Whether it counts events, so that its value depends on timing. */
  public boolean counter() {
    return counter(address);
  }

  /** Whether the register at an address counts events. */
  public static boolean counter(int address) {
    return address >= 0xB00 && address < 0xC00;
  }
}
