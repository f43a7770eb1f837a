/**
 * The functional simulator: the machine contract in plain Java, one warp-instruction at a time.
 *
 * <p>{@link dev.zhulong.simulator.functional.FunctionalDevice} is the host's side: registers,
 * launches, dispatch. A {@code Core} executes its warps from decoded code; a {@code Warp} is state
 * only. Registers are one flat array a warp, lane-minor, so that an instruction is one loop over
 * neighbouring words.
 */
package dev.zhulong.simulator.functional;
