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
  /** Bit 0 command queue, bit 1 its copies from and to host memory. */
  CAPS_QUEUE(0x030, "RO", "bit 0 command queue, bit 1 its copies from and to host memory"),
  /** Bit 0 launch, bit 1 soft reset, bit 2 stop. */
  CONTROL(0x020, "WO", "bit 0 launch, bit 1 soft reset, bit 2 stop"),
  /** Bit 0 busy, bit 1 faulted, bit 2 done, bit 3 launch refused. */
  STATUS(0x024, "RO", "bit 0 busy, bit 1 faulted, bit 2 done, bit 3 launch refused"),
  /**
   * Bit 0 done, bit 1 fault, bit 2 console has a byte, bit 3 launch refused, bit 4 debugger halted,
   * bit 5 the command queue has done a command that says so, or has stopped at an error.
   */
  IRQ_STATUS(
      0x028,
      "W1C",
      "bit 0 done, bit 1 fault, bit 2 console has a byte, bit 3 launch refused, bit 4 debugger halted, bit 5 the command queue has done a command that says so, or has stopped at an error"),
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
      "sum over the cores of the performance counter CSR 0xB03, low word, high word at +4; counter n is at +8 n"),
  /** Bit 0 halt, bit 1 resume, bit 2 step the selected warp by one instruction. */
  DEBUG_CONTROL(
      0x400, "WO", "bit 0 halt, bit 1 resume, bit 2 step the selected warp by one instruction"),
  /**
   * Bit 0 halted, bit 1 command busy, bit 2 last command failed, bit 3 halt on launch armed, cause
   * (bits 7 to 4), warp (15 to 8) and core (23 to 16) that hit a breakpoint or stepped.
   */
  DEBUG_STATUS(
      0x404,
      "RO",
      "bit 0 halted, bit 1 command busy, bit 2 last command failed, bit 3 halt on launch armed, cause (bits 7 to 4), warp (15 to 8) and core (23 to 16) that hit a breakpoint or stepped"),
  /** Selected lane (bits 7 to 0), warp (15 to 8), core (23 to 16). */
  DEBUG_SELECT(0x408, "RW", "selected lane (bits 7 to 0), warp (15 to 8), core (23 to 16)"),
  /**
   * Starts an access to the selected warp and lane: what (bits 15 to 0: a CSR below 0x1000, integer
   * register 0x1000 to 0x101F, float register 0x1020 to 0x103F, memory byte 0x2000, half 0x2001,
   * word 0x2002), bit 16 write.
   */
  DEBUG_COMMAND(
      0x40c,
      "WO",
      "starts an access to the selected warp and lane: what (bits 15 to 0: a CSR below 0x1000, integer register 0x1000 to 0x101F, float register 0x1020 to 0x103F, memory byte 0x2000, half 0x2001, word 0x2002), bit 16 write"),
  /** The word that a command writes or has read. */
  DEBUG_DATA(0x410, "RW", "the word that a command writes or has read"),
  /** Byte address of a memory command. */
  DEBUG_ADDRESS(0x414, "RW", "byte address of a memory command"),
  /** Bit 0 halt each launch before its first instruction. */
  DEBUG_MODE(0x418, "RW", "bit 0 halt each launch before its first instruction"),
  /** Active warps of the selected core, one bit each. */
  DEBUG_WARPS(0x41c, "RO", "active warps of the selected core, one bit each"),
  /** Address of breakpoint 0; breakpoint n is at +8 n. */
  DEBUG_BREAKPOINT(0x420, "RW", "address of breakpoint 0; breakpoint n is at +8 n"),
  /** Bit 0 breakpoint 0 is enabled; breakpoint n is at +8 n. */
  DEBUG_BREAKPOINT_CONTROL(0x424, "RW", "bit 0 breakpoint 0 is enabled; breakpoint n is at +8 n"),
  /** Device address of the command ring, a multiple of 64. */
  QUEUE_BASE(
      0x600, "RW", "device address of the command ring, a multiple of 64; while it is disabled"),
  /** Commands in the ring, a power of two up to 65536. */
  QUEUE_SIZE(0x604, "RW", "commands in the ring, a power of two up to 65536; while it is disabled"),
  /** Commands written since the queue was enabled, modulo 2^32: the doorbell. */
  QUEUE_TAIL(
      0x608, "RW", "commands written since the queue was enabled, modulo 2^32: the doorbell"),
  /** Commands done since the queue was enabled, modulo 2^32. */
  QUEUE_HEAD(0x60c, "RO", "commands done since the queue was enabled, modulo 2^32"),
  /** Bit 0 enable; from 0 to 1 the ring is empty. */
  QUEUE_CONTROL(0x610, "RW", "bit 0 enable; from 0 to 1 the ring is empty"),
  /** Bit 0 enabled, bit 1 busy, bit 2 stopped at an error, error (bits 7 to 4). */
  QUEUE_STATUS(
      0x614,
      "RO",
      "bit 0 enabled, bit 1 busy, bit 2 stopped; bits 7 to 4: 1 fault, 2 launch refused, 3 device memory, 4 host memory, 5 no such command"),
  /** Timeline value that was signalled last, low word; the high word is at +4. */
  QUEUE_TIMELINE(
      0x618, "RO", "timeline value that was signalled last, low word; the high word is at +4");

  /** The value of {@link #ID}. */
  public static final int ID_VALUE = 0x0031_4C5A;

  /** The value of {@link #VERSION}. */
  public static final int VERSION_VALUE = 0x0001_0001;

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

  /** {@link #IRQ_STATUS}: the debug block has halted the device. */
  public static final int IRQ_HALTED = 16;

  /** {@link #IRQ_STATUS}: the command queue has something to tell. */
  public static final int IRQ_QUEUE = 32;

  /** {@link #CAPS_QUEUE}: there is a command queue. */
  public static final int QUEUE_COMMANDS = 1;

  /** {@link #CAPS_QUEUE}: the queue copies from and to host memory. */
  public static final int QUEUE_HOST_MEMORY = 2;

  /** {@link #QUEUE_CONTROL}: take commands. */
  public static final int QUEUE_ENABLE = 1;

  /** {@link #QUEUE_STATUS}: the queue takes commands. */
  public static final int QUEUE_ENABLED = 1;

  /** {@link #QUEUE_STATUS}: a command is being done. */
  public static final int QUEUE_BUSY = 2;

  /** {@link #QUEUE_STATUS}: stopped at a command; bits 7 to 4 say why. */
  public static final int QUEUE_STOPPED = 4;

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

  /** {@link #DEBUG_CONTROL}: halt every warp at an instruction boundary. */
  public static final int DEBUG_HALT = 1;

  /** {@link #DEBUG_CONTROL}: let a halted device go on. */
  public static final int DEBUG_RESUME = 2;

  /** {@link #DEBUG_CONTROL}: let the selected warp execute one instruction. */
  public static final int DEBUG_STEP = 4;

  /** {@link #DEBUG_STATUS}: every core has drained and stands. */
  public static final int DEBUG_HALTED = 1;

  /** {@link #DEBUG_STATUS}: a command or a step has not ended. */
  public static final int DEBUG_BUSY = 2;

  /** {@link #DEBUG_STATUS}: the last command or step could not be done and had no effect. */
  public static final int DEBUG_FAILED = 4;

  /** {@link #DEBUG_STATUS}: the mode's bit 0 is set. */
  public static final int DEBUG_ARMED = 8;

  /** {@link #DEBUG_STATUS}, cause: the host asked for the halt. */
  public static final int DEBUG_CAUSE_REQUEST = 1;

  /** {@link #DEBUG_STATUS}, cause: a warp came to a breakpoint. */
  public static final int DEBUG_CAUSE_BREAKPOINT = 2;

  /** {@link #DEBUG_STATUS}, cause: a step has ended. */
  public static final int DEBUG_CAUSE_STEP = 3;

  /** {@link #DEBUG_STATUS}, cause: work was launched with the mode's bit 0 set. */
  public static final int DEBUG_CAUSE_LAUNCH = 4;

  /** {@link #DEBUG_COMMAND}: the warp's program counter. */
  public static final int DEBUG_PC = 0x07b1;

  /** {@link #DEBUG_COMMAND}: integer register 0. */
  public static final int DEBUG_INTEGER = 0x1000;

  /** {@link #DEBUG_COMMAND}: float register 0. */
  public static final int DEBUG_FLOAT = 0x1020;

  /** {@link #DEBUG_COMMAND}: a byte of memory; +1 a half word, +2 a word. */
  public static final int DEBUG_MEMORY = 0x2000;

  /** {@link #DEBUG_COMMAND}: the access is a write. */
  public static final int DEBUG_WRITE = 0x1_0000;

  /** {@link #DEBUG_MODE}: halt each launch. */
  public static final int DEBUG_HALT_ON_LAUNCH = 1;

  /** Breakpoints of a device. */
  public static final int BREAKPOINTS = 4;

  /** Bytes from one breakpoint's registers to the next. */
  public static final int BREAKPOINT_STRIDE = 8;

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
