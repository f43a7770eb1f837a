package dev.zhulong.remote.vfiouser;

import java.lang.foreign.MemorySegment;

/**
 * A part of a copy that goes by messages, because the client has mapped the memory without a file.
 *
 * @param write whether the client's memory changes
 * @param address bus address
 * @param bytes what this process holds of it in between
 */
record DmaRequest(boolean write, long address, MemorySegment bytes) {}
