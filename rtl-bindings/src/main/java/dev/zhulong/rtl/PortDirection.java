package dev.zhulong.rtl;

/** Which side drives a port. */
public enum PortDirection {
  /** The test bench. */
  INPUT,
  /** The design. */
  OUTPUT
}
