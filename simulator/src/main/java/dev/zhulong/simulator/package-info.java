/** The functional simulator, and the cycle model as devices. */
package dev.zhulong.simulator;
