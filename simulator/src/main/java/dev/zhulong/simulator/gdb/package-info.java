/**
 * A server of GDB's remote serial protocol for a device's debugger. Each active lane of an active
 * warp is a thread; the lanes of a warp share its program counter, so that a step of one lane moves
 * the others that are active with it. Source: GDB manual, appendix E, Remote Protocol.
 */
package dev.zhulong.simulator.gdb;
