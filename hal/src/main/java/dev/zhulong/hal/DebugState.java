package dev.zhulong.hal;

/** What a device under a debugger is doing. */
public sealed interface DebugState {
  /** Why a device has halted. */
  enum Cause {
    /** The host asked for it. */
    REQUEST,
    /** A warp came to a breakpoint; the instruction there has not been executed. */
    BREAKPOINT,
    /** A step has ended. */
    STEP,
    /** Work was launched. */
    LAUNCH
  }

  /** The work goes on. */
  record Running() implements DebugState {}

  /**
   * Every warp stands at an instruction boundary.
   *
   * @param core core that came to the breakpoint or was stepped, else 0
   * @param warp its warp, else 0
   */
  record Halted(Cause cause, int core, int warp) implements DebugState {}

  /** A fault has ended the work; registers can be read until the launch's fence is awaited. */
  record Faulted(Fault fault) implements DebugState {}

  /** The work has ended, or there is none. */
  record Ended() implements DebugState {}
}
