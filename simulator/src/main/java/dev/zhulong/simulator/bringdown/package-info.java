/**
 * Brings a device down in every way that the machine contract names, and checks that the driver
 * reports it, that the device comes back by a reset alone, and that nothing else was harmed.
 */
package dev.zhulong.simulator.bringdown;
