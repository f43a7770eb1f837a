/**
 * From the IR to machine words.
 *
 * <p>{@link dev.zhulong.compiler.backend.CodeGenerator} drives the steps: instruction selection
 * walks the regions backward and makes machine blocks over virtual registers; the scheduler orders
 * each block for the core's latencies; the register allocator colours live intervals and spills to
 * the hart's stack; the emitter lays the blocks out, encodes them and writes the listing.
 *
 * <p>Registers are per lane and a masked lane's registers are never written, so liveness is that of
 * one thread, even where a warp runs both sides of a conditional one after the other: what a lane
 * needs after the JOIN waits in its registers while the other lanes run theirs. That also holds for
 * what stands between a SPLIT and its branch: both halves execute it, each lane once.
 */
package dev.zhulong.compiler.backend;
