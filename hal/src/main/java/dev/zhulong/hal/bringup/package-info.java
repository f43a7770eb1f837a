/** First steps with a device: registers by name, memory tests, self-tests of the core's units. */
package dev.zhulong.hal.bringup;
