/** Synthesis of the core that the cycle model simulates. */
package dev.zhulong.simulator.synthesis;
