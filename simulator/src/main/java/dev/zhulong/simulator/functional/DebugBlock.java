package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.HostRegister;
import java.util.Arrays;

/**
 * The debug block: halt, step, breakpoints, and a debugger's accesses to registers and memory.
 * Machine contract, host interface. Between two calls of the host every warp stands at an
 * instruction boundary, so that a halt is complete at once.
 */
final class DebugBlock {
  private static final int SELECT_MASK = 0xff_ffff;

  private final FunctionalDevice device;
  private final Core[] cores;
  private final CodeCache code;

  private final int[] breakpoints = new int[HostRegister.BREAKPOINTS];
  private final boolean[] enabled = new boolean[HostRegister.BREAKPOINTS];

  private boolean halted;
  private boolean failed;
  private int cause;
  private int causeCore;
  private int causeWarp;
  private int select;
  private int data;
  private int address;
  private int mode;

  /** The warp that goes on from a breakpoint, and that instruction's address. */
  private Warp passing;

  private int passingPc;

  DebugBlock(FunctionalDevice device, Core[] cores, CodeCache code) {
    this.device = device;
    this.cores = cores;
    this.code = code;
  }

  boolean halted() {
    return halted;
  }

  void reset() {
    halted = false;
    failed = false;
    cause = 0;
    causeCore = 0;
    causeWarp = 0;
    mode = 0;
    passing = null;
    Arrays.fill(breakpoints, 0);
    Arrays.fill(enabled, false);
  }

  /** Work has been launched. */
  void launched() {
    passing = null;
    if (!halted && mode != 0) {
      halt(HostRegister.DEBUG_CAUSE_LAUNCH, 0, 0);
    }
  }

  // ---------------------------------------------------------------- registers

  /** Reads one of the block's registers, by its byte offset. */
  int read(int offset) {
    int pair = offset - HostRegister.DEBUG_BREAKPOINT.offset();
    if (pair >= 0) {
      int index = pair / HostRegister.BREAKPOINT_STRIDE;
      return pair % HostRegister.BREAKPOINT_STRIDE == 0
          ? breakpoints[index]
          : enabled[index] ? 1 : 0;
    }
    if (offset == HostRegister.DEBUG_STATUS.offset()) {
      return (halted ? HostRegister.DEBUG_HALTED : 0)
          | (failed ? HostRegister.DEBUG_FAILED : 0)
          | (mode != 0 ? HostRegister.DEBUG_ARMED : 0)
          | cause << 4
          | causeWarp << 8
          | causeCore << 16;
    }
    if (offset == HostRegister.DEBUG_SELECT.offset()) {
      return select;
    }
    if (offset == HostRegister.DEBUG_DATA.offset()) {
      return data;
    }
    if (offset == HostRegister.DEBUG_ADDRESS.offset()) {
      return address;
    }
    if (offset == HostRegister.DEBUG_MODE.offset()) {
      return mode;
    }
    if (offset == HostRegister.DEBUG_WARPS.offset()) {
      Core core = core();
      return core == null ? 0 : core.activeWarps();
    }
    return 0;
  }

  /** Writes one of the block's registers, by its byte offset. */
  void write(int offset, int value) {
    int pair = offset - HostRegister.DEBUG_BREAKPOINT.offset();
    if (pair >= 0) {
      int index = pair / HostRegister.BREAKPOINT_STRIDE;
      if (pair % HostRegister.BREAKPOINT_STRIDE == 0) {
        breakpoints[index] = value;
      } else {
        enabled[index] = (value & 1) != 0;
      }
    } else if (offset == HostRegister.DEBUG_CONTROL.offset()) {
      control(value);
    } else if (offset == HostRegister.DEBUG_SELECT.offset()) {
      select = value & SELECT_MASK;
    } else if (offset == HostRegister.DEBUG_COMMAND.offset()) {
      failed = !halted || !command(value & 0xffff, (value & HostRegister.DEBUG_WRITE) != 0);
    } else if (offset == HostRegister.DEBUG_DATA.offset()) {
      data = value;
    } else if (offset == HostRegister.DEBUG_ADDRESS.offset()) {
      address = value;
    } else if (offset == HostRegister.DEBUG_MODE.offset()) {
      mode = value & HostRegister.DEBUG_HALT_ON_LAUNCH;
    }
  }

  private void control(int value) {
    if ((value & HostRegister.DEBUG_HALT) != 0 && !halted) {
      halt(HostRegister.DEBUG_CAUSE_REQUEST, 0, 0);
    }
    if ((value & HostRegister.DEBUG_RESUME) != 0 && halted) {
      passing = null;
      if (cause == HostRegister.DEBUG_CAUSE_BREAKPOINT) {
        passing = cores[causeCore].warps[causeWarp];
        passingPc = passing.pc;
      }
      halted = false;
      cause = 0;
    }
    if ((value & HostRegister.DEBUG_STEP) != 0) {
      Warp warp = warp();
      failed = !halted || warp == null || warp.state == Warp.State.ENDED;
      if (!failed) {
        int core = select >> 16;
        device.stepHalted(core, warp.id);
        halt(HostRegister.DEBUG_CAUSE_STEP, core, warp.id);
      }
    }
  }

  private void halt(int newCause, int core, int warp) {
    halted = true;
    cause = newCause;
    causeCore = core;
    causeWarp = warp;
    device.raise(HostRegister.IRQ_HALTED);
  }

  // -------------------------------------------------------------- breakpoints

  /** Whether a breakpoint is enabled. */
  boolean armed() {
    for (boolean each : enabled) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs a warp as {@link Core#run}, and halts before an instruction at a breakpoint.
   *
   * @return whether it has come to a breakpoint
   */
  boolean run(Core core, Warp warp, int budget) {
    for (int i = 0; i < budget && warp.state == Warp.State.READY; i++) {
      if (stopsAt(warp)) {
        halt(HostRegister.DEBUG_CAUSE_BREAKPOINT, core.id, warp.id);
        return true;
      }
      core.run(warp, 1);
      if (warp == passing && warp.state != Warp.State.ALONE) {
        passing = null;
      }
    }
    return false;
  }

  private boolean stopsAt(Warp warp) {
    for (int i = 0; i < breakpoints.length; i++) {
      if (enabled[i] && breakpoints[i] == warp.pc) {
        return warp != passing || warp.pc != passingPc;
      }
    }
    return false;
  }

  // ----------------------------------------------------------------- commands

  private Core core() {
    int number = select >> 16;
    return number < cores.length ? cores[number] : null;
  }

  private Warp warp() {
    Core core = core();
    int number = select >> 8 & 0xff;
    boolean inside =
        core != null && number < core.warps.length && (select & 0xff) < device.shape().lanes();
    return inside ? core.warps[number] : null;
  }

  /** Carries out a command; false if it cannot be done, and has had no effect. */
  private boolean command(int what, boolean write) {
    Warp warp = warp();
    if (warp == null) {
      return false;
    }
    if (what >= HostRegister.DEBUG_MEMORY && what <= HostRegister.DEBUG_MEMORY + 2) {
      return memory(1 << what - HostRegister.DEBUG_MEMORY, write);
    }
    if (write && warp.state == Warp.State.ENDED) {
      return false;
    }
    if (what == HostRegister.DEBUG_PC) {
      return programCounter(warp, write);
    }
    int register = what - HostRegister.DEBUG_INTEGER;
    if (register >= 0 && register < 64) {
      int index = register * device.shape().lanes() + (select & 0xff);
      if (!write) {
        data = warp.registers[index];
      } else if (register != 0) {
        warp.registers[index] = data;
      }
      return true;
    }
    return register < 0 && controlStatus(warp, what, write);
  }

  private boolean programCounter(Warp warp, boolean write) {
    if (!write) {
      data = warp.pc;
      return true;
    }
    if ((data & 3) != 0) {
      return false;
    }
    warp.pc = data;
    code.invalidate();
    return true;
  }

  private boolean controlStatus(Warp warp, int number, boolean write) {
    ControlStatus csrs = core().controlStatus();
    if (write) {
      return csrs.debugWrite(warp, number, data);
    }
    if (!csrs.known(number)) {
      return false;
    }
    data = csrs.debugRead(warp, number, select & 0xff);
    return true;
  }

  private boolean memory(int bytes, boolean write) {
    Core core = core();
    if ((address & bytes - 1) != 0 || !core.reaches(address)) {
      return false;
    }
    if (write) {
      core.poke(address, data, bytes);
      code.invalidate();
    } else {
      data = core.peek(address, bytes);
    }
    return true;
  }
}
