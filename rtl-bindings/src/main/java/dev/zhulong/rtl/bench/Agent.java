package dev.zhulong.rtl.bench;

/** What serves one interface of a design in every cycle of a {@link Bench}. */
public interface Agent {
  /** Drives the inputs of a cycle; outputs are still those of the cycle before. */
  void drive();

  /** Looks at the settled outputs of the cycle, before the clock rises. */
  void sample();
}
