package dev.zhulong.compiler.ir;

/**
 * How a memory instruction accesses memory.
 *
 * @param space the kind of memory
 * @param bytes 1, 2 or 4; the address is a multiple of it
 * @param signed whether a narrow load extends the sign
 * @param offset constant added to the address operand, in bytes
 * @param resource what is accessed, for alias analysis: two accesses of one space with different
 *     non-negative resources do not alias; −1 may alias all
 * @param readOnly whether nothing writes this resource during the launch, so that loads may be
 *     moved and merged freely
 */
public record Access(
    Space space, int bytes, boolean signed, int offset, int resource, boolean readOnly) {}
