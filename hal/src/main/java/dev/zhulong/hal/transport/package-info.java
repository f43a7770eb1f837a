/** What the driver needs of a device, and how a device is named and found. */
package dev.zhulong.hal.transport;
