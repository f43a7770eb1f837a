package dev.zhulong.simulator.gdb;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.hal.DebugState;
import dev.zhulong.hal.Debugger;
import dev.zhulong.hal.Hart;
import dev.zhulong.hal.HartRegister;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Lets the device run and step the way a debugger of threads expects it: a step of a thread ends
 * when that lane has executed an instruction, however many the other lanes of its warp execute
 * before.
 */
final class RunControl {
  private static final Duration SLICE = Duration.ofMillis(50);

  private final Debugger debugger;
  private final Breakpoints breakpoints;
  private final long entry;

  /** Whether the user wants the device halted, or is gone. */
  private final BooleanSupplier interrupted;

  RunControl(Debugger debugger, Breakpoints breakpoints, long entry, BooleanSupplier interrupted) {
    this.debugger = debugger;
    this.breakpoints = breakpoints;
    this.entry = entry;
    this.interrupted = interrupted;
  }

  /** Waits for the halt at launch; a device that is well on its way is halted where it is. */
  DebugState begin() {
    DebugState state = debugger.await(SLICE);
    if (state instanceof DebugState.Running) {
      debugger.halt();
      state = debugger.state();
    }
    return withThread(state);
  }

  /** Runs until the device halts, the work ends, or the user interrupts. */
  DebugState run() {
    debugger.resume();
    DebugState state = debugger.await(SLICE);
    while (state instanceof DebugState.Running) {
      if (interrupted.getAsBoolean()) {
        debugger.halt();
        state = debugger.state();
      } else {
        state = debugger.await(SLICE);
      }
    }
    return withThread(state);
  }

  /**
   * Goes on from a halt at which no warp is active, as after a launch, until one is about to
   * execute its first instruction: a debugger wants a thread to look at.
   */
  DebugState withThread(DebugState state) {
    if (!(state instanceof DebugState.Halted) || anyActive()) {
      return state;
    }
    boolean added = !breakpoints.at(entry) && breakpoints.set(entry);
    DebugState next = run();
    if (added) {
      breakpoints.clear(entry);
    }
    return next;
  }

  private boolean anyActive() {
    for (int core = 0; core < debugger.shape().cores(); core++) {
      if (debugger.activeWarps(core) != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Steps a thread until its program counter leaves a range of addresses, which may be empty.
   *
   * @param others whether other warps may run when this one waits for them or ends
   */
  DebugState step(Hart hart, long start, long end, boolean others) {
    while (true) {
      boolean moved = advance(hart.core(), hart.warp());
      if (!moved && others && active(hart)) {
        moved = advanceOthers(hart);
      }
      DebugState state = debugger.state();
      if (!(state instanceof DebugState.Halted)) {
        return state;
      }
      if (!active(hart)) {
        return others ? run() : withThread(state);
      }
      long pc = pc(hart);
      if (breakpoints.at(pc)) {
        return new DebugState.Halted(DebugState.Cause.BREAKPOINT, hart.core(), hart.warp());
      }
      if (interrupted.getAsBoolean()) {
        return new DebugState.Halted(DebugState.Cause.REQUEST, hart.core(), hart.warp());
      }
      if (!moved || laneActive(hart) && (pc < start || pc >= end)) {
        return new DebugState.Halted(DebugState.Cause.STEP, hart.core(), hart.warp());
      }
    }
  }

  /** Executes one instruction of a warp; false if it waits. */
  private boolean advance(int core, int warp) {
    Hart hart = new Hart(core, warp, 0);
    int before = debugger.read(hart, Csr.MINSTRET);
    debugger.step(core, warp);
    return debugger.read(hart, Csr.MINSTRET) != before;
  }

  /** Executes one instruction of each other warp; false if they all wait. */
  private boolean advanceOthers(Hart hart) {
    boolean moved = false;
    for (int core = 0; core < debugger.shape().cores(); core++) {
      int warps = debugger.activeWarps(core);
      for (int warp = 0; warp < debugger.shape().warps(); warp++) {
        boolean other = core != hart.core() || warp != hart.warp();
        if (other && (warps >>> warp & 1) != 0 && active(new Hart(core, warp, 0))) {
          moved |= advance(core, warp);
        }
      }
    }
    return moved;
  }

  private boolean active(Hart hart) {
    return (debugger.activeWarps(hart.core()) >>> hart.warp() & 1) != 0;
  }

  private boolean laneActive(Hart hart) {
    return (debugger.read(hart, HartRegister.LANES) >>> hart.lane() & 1) != 0;
  }

  long pc(Hart hart) {
    return Integer.toUnsignedLong(debugger.read(hart, HartRegister.PC));
  }
}
