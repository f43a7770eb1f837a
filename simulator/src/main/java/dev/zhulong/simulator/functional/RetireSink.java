package dev.zhulong.simulator.functional;

/** Takes one record a retired warp-instruction; machine contract, retire trace. */
public interface RetireSink {
  /** {@code rd} of an instruction without a result. */
  int NO_RESULT = -1;

  /**
   * One retired warp-instruction, in program order of its warp.
   *
   * @param core core number
   * @param warp warp in the core
   * @param pc its address
   * @param instruction its word
   * @param lanes active lanes before it
   * @param rd integer register 0 to 31, float register 32 to 63, or {@link #NO_RESULT}
   * @param registers the warp's registers after it; the result of a lane is at {@code rd * LANES +
   *     lane}; valid during the call only
   * @param storeAddresses one address a lane, or null if it is no store; valid during the call only
   * @param storeData one word a lane, as stored; valid during the call only
   */
  void retired(
      int core,
      int warp,
      int pc,
      int instruction,
      int lanes,
      int rd,
      int[] registers,
      int[] storeAddresses,
      int[] storeData);
}
