package dev.zhulong.rtl;

/**
 * What a run waits for.
 *
 * @param port is watched
 * @param value is compared with the port's
 * @param equal whether they must be equal, or must differ
 */
public record PortCondition(NarrowPort port, long value, boolean equal) {}
