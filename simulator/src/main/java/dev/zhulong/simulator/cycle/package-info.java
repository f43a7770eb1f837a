/** The cycle model of the RTL as a device. */
package dev.zhulong.simulator.cycle;
