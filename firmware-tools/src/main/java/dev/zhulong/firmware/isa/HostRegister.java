package dev.zhulong.firmware.isa;

/**
 * The host's registers in BAR0: 32-bit, byte offsets, reserved bits read zero. Machine contract,
 * host interface.
 */
public enum HostRegister {
  /** Identity: the bytes "ZL1" and zero, little-endian. */
  ID(0x000, "RO", "identity: the bytes \"ZL1\" and zero, little-endian"),
  /** Version: major (bits 31 to 16), minor (bits 15 to 0). */
  VERSION(0x004, "RO", "version: major (bits 31 to 16), minor (bits 15 to 0)"),
  /** Cores (bits 7 to 0), warps (15 to 8), lanes (23 to 16), protection regions (31 to 24). */
  CAPS_SHAPE(
      0x008,
      "RO",
      "cores (bits 7 to 0), warps (15 to 8), lanes (23 to 16), protection regions (31 to 24)"),
  /**
   * KiB of L1 instruction cache (bits 7 to 0), L1 data cache (15 to 8), local memory (23 to 16),
   * barriers (31 to 24).
   */
  CAPS_CACHE(
      0x00c,
      "RO",
      "KiB of L1 instruction cache (bits 7 to 0), L1 data cache (15 to 8), local memory (23 to 16), barriers (31 to 24)"),
  /** One bit an extension, in the order of the extension table. */
  CAPS_ISA(0x010, "RO", "one bit an extension, in the order of the extension table"),
  /** KiB of shared L2, zero without one. */
  CAPS_L2(0x014, "RO", "KiB of shared L2, zero without one"),
  /** Device memory in MiB, counted from address 0. */
  MEMORY_SIZE(0x018, "RO", "device memory in MiB, counted from address 0"),
  /** Bit 0 launch, bit 1 soft reset, bit 2 stop. */
  CONTROL(0x020, "WO", "bit 0 launch, bit 1 soft reset, bit 2 stop"),
  /** Bit 0 busy, bit 1 faulted, bit 2 done, bit 3 launch refused. */
  STATUS(0x024, "RO", "bit 0 busy, bit 1 faulted, bit 2 done, bit 3 launch refused"),
  /** Bit 0 done, bit 1 fault, bit 2 console has a byte, bit 3 launch refused. */
  IRQ_STATUS(
      0x028, "W1C", "bit 0 done, bit 1 fault, bit 2 console has a byte, bit 3 launch refused"),
  /** The interrupt status bits that raise the interrupt line. */
  IRQ_ENABLE(0x02c, "RW", "the interrupt status bits that raise the interrupt line"),
  /** Bit 0 grid (else raw), bit 1 the warps of a workgroup are independent. */
  LAUNCH_MODE(0x040, "RW", "bit 0 grid (else raw), bit 1 the warps of a workgroup are independent"),
  /** Start address. */
  LAUNCH_ENTRY(0x044, "RW", "start address"),
  /** Argument address, initial mscratch. */
  LAUNCH_ARGUMENT(0x048, "RW", "argument address, initial mscratch"),
  /** Grid size in workgroups, x. */
  LAUNCH_GRID_X(0x04c, "RW", "grid size in workgroups, x"),
  /** Grid size in workgroups, y. */
  LAUNCH_GRID_Y(0x050, "RW", "grid size in workgroups, y"),
  /** Grid size in workgroups, z. */
  LAUNCH_GRID_Z(0x054, "RW", "grid size in workgroups, z"),
  /** Workgroup size in invocations, x. */
  LAUNCH_GROUP_X(0x058, "RW", "workgroup size in invocations, x"),
  /** Workgroup size in invocations, y. */
  LAUNCH_GROUP_Y(0x05c, "RW", "workgroup size in invocations, y"),
  /** Workgroup size in invocations, z. */
  LAUNCH_GROUP_Z(0x060, "RW", "workgroup size in invocations, z"),
  /** Local memory bytes of a workgroup. */
  LAUNCH_LOCAL_BYTES(0x064, "RW", "local memory bytes of a workgroup"),
  /** Fault cause. */
  FAULT_CAUSE(0x080, "RO", "fault cause"),
  /** Program counter of the faulting instruction. */
  FAULT_PC(0x084, "RO", "program counter of the faulting instruction"),
  /** Core. */
  FAULT_CORE(0x088, "RO", "core"),
  /** Warp. */
  FAULT_WARP(0x08c, "RO", "warp"),
  /** Active lanes of the warp. */
  FAULT_LANES(0x090, "RO", "active lanes of the warp"),
  /** Faulting data or instruction address, else zero. */
  FAULT_ADDRESS(0x094, "RO", "faulting data or instruction address, else zero"),
  /** Kind of access: 1 read, 2 write, 4 execute, else zero. */
  FAULT_ACCESS(0x098, "RO", "kind of access: 1 read, 2 write, 4 execute, else zero"),
  /** First address of protection region 0; region n is at +16 n. */
  REGION_BASE(0x100, "RW", "first address of protection region 0; region n is at +16 n"),
  /** Bytes of protection region 0. */
  REGION_SIZE(0x104, "RW", "bytes of protection region 0"),
  /** Bit 0 read, bit 1 write, bit 2 execute; zero disables the region. */
  REGION_FLAGS(0x108, "RW", "bit 0 read, bit 1 write, bit 2 execute; zero disables the region"),
  /**
   * Oldest console byte, removed by the read: bit 31 valid, channel (bits 13 to 8), byte (7 to 0).
   */
  CONSOLE(
      0x200,
      "RO",
      "oldest console byte, removed by the read: bit 31 valid, channel (bits 13 to 8), byte (7 to 0)"),
  /** Cycles of the launch, low word; the high word is at +4. */
  CYCLES(0x210, "RO", "cycles of the launch, low word; the high word is at +4"),
  /** Retired lane-instructions of the launch, low word; the high word is at +4. */
  LANE_INSTRUCTIONS(
      0x218, "RO", "retired lane-instructions of the launch, low word; the high word is at +4"),
  /**
   * Sum over the cores of the performance counter CSR 0xB03, low word, high word at +4; counter n
   * is at +8 n.
   */
  PERF(
      0x280,
      "RO",
      "sum over the cores of the performance counter CSR 0xB03, low word, high word at +4; counter n is at +8 n");

  /** The value of {@link #ID}. */
  public static final int ID_VALUE = 0x0031_4C5A;

  /** The value of {@link #VERSION}. */
  public static final int VERSION_VALUE = 0x0001_0000;

  /** Bytes of the register space. */
  public static final int SPACE_BYTES = 0x1_0000;

  /** Bytes from one protection region's registers to the next. */
  public static final int REGION_STRIDE = 16;

  /** Protection regions of a device. */
  public static final int REGIONS = 16;

  /** {@link #CONTROL}: start the work of the launch block. */
  public static final int CONTROL_LAUNCH = 1;

  /** {@link #CONTROL}: return the device to idle; memory, regions and launch block stay. */
  public static final int CONTROL_RESET = 2;

  /** {@link #CONTROL}: stop all warps, as a fault with cause TIMEOUT. */
  public static final int CONTROL_STOP = 4;

  /** {@link #STATUS}: work is running. */
  public static final int STATUS_BUSY = 1;

  /** {@link #STATUS}: the fault record is valid. */
  public static final int STATUS_FAULTED = 2;

  /** {@link #STATUS}: the last launch ended without a fault. */
  public static final int STATUS_DONE = 4;

  /** {@link #STATUS}: a launch was refused because work was running or a fault was latched. */
  public static final int STATUS_REFUSED = 8;

  /** {@link #IRQ_STATUS}: a launch ended. */
  public static final int IRQ_DONE = 1;

  /** {@link #IRQ_STATUS}: a fault was latched. */
  public static final int IRQ_FAULT = 2;

  /** {@link #IRQ_STATUS}: the console holds a byte (level; clears when it is empty). */
  public static final int IRQ_CONSOLE = 4;

  /** {@link #IRQ_STATUS}: a launch was refused. */
  public static final int IRQ_REFUSED = 8;

  /** {@link #LAUNCH_MODE}: grid launch. */
  public static final int MODE_GRID = 1;

  /**
   * {@link #LAUNCH_MODE}: the warps of a workgroup need not run together (no barrier and no local
   * memory), so that each starts when a warp is free and a workgroup may exceed the core's warps.
   */
  public static final int MODE_INDEPENDENT = 2;

  /** Protection: reads are allowed. */
  public static final int ALLOW_READ = 1;

  /** Protection: writes are allowed. */
  public static final int ALLOW_WRITE = 2;

  /** Protection: instruction fetches are allowed. */
  public static final int ALLOW_EXECUTE = 4;

  /** {@link #CONSOLE}: the word holds a byte. */
  public static final int CONSOLE_VALID = 0x8000_0000;

  private final int offset;
  private final String access;
  private final String description;

  HostRegister(int offset, String access, String description) {
    this.offset = offset;
    this.access = access;
    this.description = description;
  }

  /** Byte offset in BAR0. */
  public int offset() {
    return offset;
  }

  /** RO, RW, WO, or W1C (write one to clear). */
  public String access() {
    return access;
  }

  /** What it holds, for the documentation. */
  public String description() {
    return description;
  }
}
