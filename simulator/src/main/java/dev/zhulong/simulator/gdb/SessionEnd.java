package dev.zhulong.simulator.gdb;

/** How a session with a debugger ended. */
public enum SessionEnd {
  /** The work has ended; {@link Debuggee#finish} has been called. */
  EXITED,
  /** The debugger let go of the work, which goes on without breakpoints. */
  DETACHED,
  /** The debugger, or its disconnection, ended the work. */
  KILLED
}
