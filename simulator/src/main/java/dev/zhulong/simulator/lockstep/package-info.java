/**
 * Compares two executions of one program, instruction by instruction.
 *
 * <p>Both sides deliver one record a retired warp-instruction, in program order of each warp; the
 * warps interleave differently on the two sides. {@link RetireComparator} holds back what one side
 * is ahead and reports the first record that differs. {@link LockStep} drives the cycle model and
 * the functional simulator that way, {@link RandomProgram} makes programs for it.
 */
package dev.zhulong.simulator.lockstep;
