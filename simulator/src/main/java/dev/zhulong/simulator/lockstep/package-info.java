/**
 * Lock-step: the cycle model and the functional simulator run the same work, and every retired
 * instruction is compared. {@link dev.zhulong.simulator.lockstep.LockStepDevice} is a device like
 * any other, so that whatever a driver can run can be compared.
 */
package dev.zhulong.simulator.lockstep;
