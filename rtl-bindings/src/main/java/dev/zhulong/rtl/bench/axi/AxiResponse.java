package dev.zhulong.rtl.bench.axi;

/** How a transaction ended, in the order of the signal's values. */
public enum AxiResponse {
  /** Done. */
  OKAY,
  /** Done, exclusively. */
  EXOKAY,
  /** Refused by the slave. */
  SLVERR,
  /** There is nothing at the address. */
  DECERR;

  static AxiResponse of(long bits) {
    return values()[(int) bits & 3];
  }
}
