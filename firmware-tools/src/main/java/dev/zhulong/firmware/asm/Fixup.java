package dev.zhulong.firmware.asm;

/**
 * A place that waits for the value of an expression.
 *
 * @param branch number of the conditional branch in the source, or −1
 */
record Fixup(FixupKind kind, AsmSection section, long offset, Expression expression, int branch) {}
