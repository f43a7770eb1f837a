package dev.zhulong.simulator.gdb;

import dev.zhulong.hal.Gpu;
import java.util.function.IntSupplier;

/**
 * Work that has been submitted to a device and halted at launch.
 *
 * @param gpu the device; nothing else may use it while it is being debugged
 * @param entry the program's entry address, unsigned 32-bit
 * @param finish waits for the end of the work and gives its exit code, 0 to 255; throws what the
 *     fence throws
 */
public record Debuggee(Gpu gpu, long entry, IntSupplier finish) {}
