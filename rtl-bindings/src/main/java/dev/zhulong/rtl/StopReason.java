package dev.zhulong.rtl;

/** Why {@link CycleModel#run} returned. */
public enum StopReason {
  /** The interrupt line is high. */
  INTERRUPT,
  /** The cycles of the call have passed. */
  CYCLES,
  /** The wall-clock time of the call has passed. */
  DEADLINE,
  /** {@link CycleModel#stop} was called. */
  STOPPED,
  /** No work is running, so that no interrupt can come by itself. */
  IDLE,
  /** The trace buffer is full; take the records and run again. */
  TRACE_FULL
}
